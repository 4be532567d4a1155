// SPDX-License-Identifier: MIT
// Recordings: there and back, and every damage is noticed.
#include "sim/base/hash.hpp"
#include "sim/ledger/recording.hpp"
#include "tests/catch.hpp"

using namespace mqlab;
using namespace mqlab::ledger;

namespace {

Ledger small_ledger() {
  Ledger ledger(Sink::full);
  const EntityId node = ledger.new_entity(EntityKind::node, "rabbit", EntityId{});
  const EntityId queue = ledger.new_entity(EntityKind::queue, "orders", node);
  const EntityId shop = ledger.new_entity(EntityKind::actor, "shop", EntityId{});
  const NameId business = ledger.names().intern("order-1");
  const MessageId message = ledger.new_message(shop, business);
  const RowNo composed = ledger.append(
      {.value = 7, .message = message, .subject = shop, .text = business, .fact = Fact::composed});
  ledger.set_now(Time{1'500'000'000});
  ledger.append({.cause = composed,
                 .value = 0x1122334455667788,
                 .message = message,
                 .copy = CopyId{1},
                 .subject = queue,
                 .flags = kPersistent,
                 .fact = Fact::enqueued,
                 .reason = Reason::published});
  ledger.append({.message = message,
                 .subject = shop,
                 .text = business,
                 .extra = ledger.names().intern("handled").value,
                 .fact = Fact::effect});
  return ledger;
}

Identity some_identity() {
  Identity identity;
  identity.version = "0.1.0";
  identity.files = {{"lab.lua", "lab { title = \"…\" }\n"}, {"world.lua", std::string("a\0b", 3)}};
  identity.parameters = {{"count", "10"}, {"rate", ""}};
  identity.variant = "manual";
  identity.seed = 42;
  identity.overrides = {{"link.shop", 3, 1'000'000}};
  identity.interventions = {{17, "worker:kill()"}};
  identity.until = Time{5'000'000'000};
  identity.max_events = 5000;
  return identity;
}

std::string some_recording() {
  return save_recording(some_identity(), small_ledger());
}

// Changes bytes of a section's content and mends its checksum, as a forger would.
std::string forged(std::string bytes, std::string_view tag, std::size_t at,
                   std::string_view replacement) {
  const std::size_t head = bytes.find(tag);
  const std::size_t content = head + 24;
  std::uint64_t size = 0;
  for (int i = 0; i < 8; ++i) {
    size |= static_cast<std::uint64_t>(
                static_cast<unsigned char>(bytes[head + 8 + static_cast<std::size_t>(i)]))
            << (8 * i);
  }
  REQUIRE(at + replacement.size() <= size);
  bytes.replace(content + at, replacement.size(), replacement);
  const std::string_view changed = std::string_view(bytes).substr(content, size);
  const std::uint64_t sum = mix(hash_bytes(tag) ^ hash_bytes(changed));
  for (int i = 0; i < 8; ++i) {
    bytes[head + 16 + static_cast<std::size_t>(i)] = static_cast<char>((sum >> (8 * i)) & 0xff);
  }
  return bytes;
}

std::string error_of(std::string_view bytes) {
  const Result<Recording> opened = open_recording(bytes);
  return opened ? "" : opened.error().what;
}

}  // namespace

TEST_CASE("a recording gives back the identity, the tables, the rows and the fingerprint") {
  const Ledger ledger = small_ledger();
  const Result<Recording> opened = open_recording(some_recording());
  REQUIRE(opened);
  CHECK(opened->identity == some_identity());
  const Ledger& copy = opened->ledger;
  CHECK(copy.digest() == ledger.digest());
  CHECK(copy.row_count() == ledger.row_count());
  CHECK(copy.row(2).value == 0x1122334455667788);
  CHECK(copy.row(2).at == Time{1'500'000'000});
  CHECK(copy.row(2).cause == 1);
  CHECK(copy.row(2).flags == kPersistent);
  CHECK(copy.name(EntityId{2}) == "orders");
  CHECK(copy.entity(EntityId{2}).parent == EntityId{1});
  CHECK(copy.text(copy.message(MessageId{1}).business) == "order-1");
  CHECK(copy.message(MessageId{1}).ordinal == 1);
  CHECK(save_recording(opened->identity, copy) == some_recording());
}

TEST_CASE("an empty run can be recorded") {
  const Result<Recording> opened = open_recording(save_recording(Identity{}, Ledger(Sink::full)));
  REQUIRE(opened);
  CHECK(opened->ledger.row_count() == 0);
  CHECK(opened->identity.until == Time::never());
}

TEST_CASE("a recording that is cut anywhere is refused") {
  const std::string bytes = some_recording();
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    CAPTURE(length);
    REQUIRE_FALSE(error_of(std::string_view(bytes).substr(0, length)).empty());
  }
  CHECK(error_of(bytes.substr(0, 5)) == "this is not a recording of a run");
  CHECK(error_of(bytes.substr(0, 12)) == "the recording is cut off after its first line");
  CHECK(error_of(bytes.substr(0, 20)) == "the recording is cut off before its words");
  CHECK(error_of(bytes.substr(0, bytes.size() - 1)) ==
        "the recording is cut off in its digest, or damaged there");
  CHECK(error_of(bytes + "x") == "the recording goes on after its end");
}

TEST_CASE("a recording with any bit of it flipped is refused") {
  const std::string bytes = some_recording();
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = bytes;
      flipped[at] = static_cast<char>(flipped[at] ^ (1 << bit));
      CAPTURE(at, bit);
      REQUIRE_FALSE(error_of(flipped).empty());
    }
  }
}

TEST_CASE("what is wrong with a recording is said") {
  const std::string bytes = some_recording();
  CHECK(error_of("") == "this is not a recording of a run");
  CHECK(error_of("lab { title = \"x\" }") == "this is not a recording of a run");
  std::string other = bytes;
  other[10] = 9;
  CHECK(error_of(other) ==
        "the recording was made by another version of mqlab: it has format 9, and this one reads "
        "format 2");
  other = bytes;
  other[bytes.find("worker:kill()")] = 'W';
  CHECK(error_of(other) == "the recording is damaged in its identity: the checksum is wrong");
  CHECK(error_of(forged(bytes, "words   ", 13, "x")) ==
        "the recording was made by mqlab 0.1.0, which knew other facts and reasons");
}

TEST_CASE("rows that speak of what does not exist are refused, even with the right checksum") {
  const std::string bytes = some_recording();
  const std::string_view big("\xff\xff\xff\xff", 4);
  const auto row = [&](std::size_t number, std::size_t at, std::string_view change) {
    return error_of(forged(bytes, "rows    ", (number - 1) * 60 + at, change));
  };
  CHECK(row(1, 24, big) == "the recording's row 1 is about a message that does not exist");
  CHECK(row(2, 28, big) == "the recording's row 2 is about a copy that does not exist");
  CHECK(row(2, 32, big) == "the recording's row 2 is about a transmission that does not exist");
  CHECK(row(2, 36, big) == "the recording's row 2 is about a thing that does not exist");
  CHECK(row(2, 40, big) == "the recording's row 2 is about a thing that does not exist");
  CHECK(row(1, 44, big) == "the recording's row 1 has a text that does not exist");
  CHECK(row(3, 48, big) == "the recording's row 3 has an effect that does not exist");
  CHECK(row(1, 56, big) == "the recording's row 1 tells a fact that does not exist");
  CHECK(row(1, 58, "\xff\xff") == "the recording's row 1 has a reason that does not exist");
  CHECK(row(2, 8, "\x05") == "the recording's row 2 is caused by a later row");
  CHECK(row(3, 7, "\x80") == "the recording's row 3 is earlier than the row before it");
  CHECK(row(1, 16, "\x08").starts_with("the recording's rows have the fingerprint "));
  CHECK(error_of(forged(bytes, "entities", 0, "\x63")) == "the recording's thing 1 is malformed");
  CHECK(error_of(forged(bytes, "entities", 6, "\x01")) == "the recording's thing 1 is malformed");
  CHECK(error_of(forged(bytes, "messages", 0, big)) == "the recording's message 1 is malformed");
  CHECK(error_of(forged(bytes, "names   ", 0, big)) == "the recording's name 1 is malformed");
  CHECK(error_of(forged(bytes, "names   ", 0, std::string_view("\0", 1))) ==
        "the recording's name 1 is malformed");
  CHECK(error_of(forged(bytes, "identity", 0, big)) == "the recording's identity is malformed");
  // Counts of things that cannot all be there end with the bytes.
  CHECK(error_of(forged(bytes, "identity", 13, big)) == "the recording's identity is malformed");
}
