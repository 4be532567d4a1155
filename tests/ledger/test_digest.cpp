// SPDX-License-Identifier: MIT
// The fingerprint: what it tells apart, and what its ingredients do not see.
#include <functional>
#include <set>
#include <utility>
#include <vector>

#include "sim/ledger/ledger.hpp"
#include "tests/catch.hpp"

using namespace mqlab;
using namespace mqlab::ledger;

namespace {

constexpr std::uint64_t kText = 0x1111;
constexpr std::uint64_t kSubject = 0x2222;

// A row all of whose fields are others, so that two that changed places would show.
Row full_row() {
  return {.at = Time{101},
          .cause = 202,
          .value = 303,
          .message = MessageId{404},
          .copy = CopyId{505},
          .transmission = TransmissionId{606},
          .subject = EntityId{707},
          .object = EntityId{808},
          .text = NameId{909},
          .extra = 1010,
          .flags = 17,
          .fact = Fact::removed,
          .reason = Reason::acked};
}

std::uint64_t all_of(const Row& row, std::uint64_t text = kText, std::uint64_t subject = kSubject) {
  Digest digest;
  digest.add(row, text, subject);
  return digest.all();
}

Digest digest_of(const std::vector<Row>& rows) {
  Digest digest;
  for (const Row& row : rows) digest.add(row, row.text.value, row.subject.value);
  return digest;
}

using Change = std::function<void(Row&, std::uint64_t bit)>;

// What flips one bit of each field, and how many bits it has.
std::vector<std::pair<Change, int>> flips() {
  const auto flip = [](std::uint32_t number, std::uint64_t bit) {
    return number ^ static_cast<std::uint32_t>(bit);
  };
  return {
      {[](Row& row, std::uint64_t bit) {
         row.at.ns = static_cast<std::int64_t>(static_cast<std::uint64_t>(row.at.ns) ^ bit);
       },
       64},
      {[](Row& row, std::uint64_t bit) { row.cause ^= bit; }, 64},
      {[](Row& row, std::uint64_t bit) { row.value ^= bit; }, 64},
      {[=](Row& row, std::uint64_t bit) { row.message.value = flip(row.message.value, bit); }, 32},
      {[=](Row& row, std::uint64_t bit) { row.copy.value = flip(row.copy.value, bit); }, 32},
      {[=](Row& row, std::uint64_t bit) {
         row.transmission.value = flip(row.transmission.value, bit);
       },
       32},
      {[=](Row& row, std::uint64_t bit) { row.subject.value = flip(row.subject.value, bit); }, 32},
      {[=](Row& row, std::uint64_t bit) { row.object.value = flip(row.object.value, bit); }, 32},
      {[=](Row& row, std::uint64_t bit) { row.extra = flip(row.extra, bit); }, 32},
      {[=](Row& row, std::uint64_t bit) { row.flags = flip(row.flags, bit); }, 32},
  };
}

// The same story, whose rows, copies and transmissions have other numbers.
std::vector<Row> story(std::uint32_t first) {
  const MessageId message{1};
  const EntityId queue{7};
  const EntityId worker{8};
  const CopyId copy{first + 1};
  const TransmissionId transmission{first + 2};
  return {{.at = Time{10},
           .cause = first,
           .message = message,
           .copy = copy,
           .subject = queue,
           .fact = Fact::enqueued,
           .reason = Reason::published},
          {.at = Time{20},
           .cause = first + 1,
           .message = message,
           .copy = copy,
           .transmission = transmission,
           .subject = worker,
           .fact = Fact::finished,
           .reason = Reason::settled_ack},
          {.at = Time{20},
           .cause = first + 2,
           .message = message,
           .copy = copy,
           .subject = queue,
           .fact = Fact::removed,
           .reason = Reason::acked}};
}

}  // namespace

TEST_CASE("A fingerprint is the same on every machine") {
  CHECK(Digest().fingerprint() == "0000000000000000");
  const Digest digest = digest_of(story(5));
  CHECK(digest.fingerprint() == "bc9a1711f9efd7c1");
  CHECK(digest.times() == 0xa6c8e8f7aec17586);
  CHECK(digest.routing() == 0xa748919f25303286);
  CHECK(digest.fates() == 0x33ad93681c9cfb61);
}

TEST_CASE("Each bit of each field of a row shows in the fingerprint") {
  std::set<std::uint64_t> seen{all_of(full_row()), all_of(Row{})};
  std::size_t tried = seen.size();
  for (const Row& row : {full_row(), Row{}}) {
    for (const auto& [change, bits] : flips()) {
      for (int bit = 0; bit < bits; ++bit) {
        Row other = row;
        change(other, std::uint64_t{1} << bit);
        seen.insert(all_of(other));
        ++tried;
      }
    }
    for (int bit = 0; bit < 64; ++bit) {
      seen.insert(all_of(row, kText ^ std::uint64_t{1} << bit, kSubject));
      seen.insert(all_of(row, kText, kSubject ^ std::uint64_t{1} << bit));
      tried += 2;
    }
  }
  CHECK(seen.size() == tried);
}

TEST_CASE("Each fact and each reason shows in the fingerprint") {
  std::set<std::uint64_t> seen;
  for (int fact = 0; fact < kFactCount; ++fact) {
    for (int reason = 0; reason < kReasonCount; ++reason) {
      Row row;
      row.fact = static_cast<Fact>(fact);
      row.reason = static_cast<Reason>(reason);
      seen.insert(all_of(row));
    }
  }
  CHECK(seen.size() == static_cast<std::size_t>(kFactCount * kReasonCount));
}

TEST_CASE("Fields that change places show in the fingerprint") {
  // Each field holds the same small number in turn, and all others none.
  std::set<std::uint64_t> seen;
  for (const auto& flip : flips()) {
    Row row;
    flip.first(row, 3);
    seen.insert(all_of(row, 0, 0));
  }
  seen.insert(all_of(Row{}, 3, 0));
  seen.insert(all_of(Row{}, 0, 3));
  CHECK(seen.size() == flips().size() + 2);
}

TEST_CASE("Rows that change places show in the fingerprint, and not in its ingredients") {
  std::vector<Row> rows = story(5);
  const Digest before = digest_of(rows);
  for (std::size_t a = 0; a < rows.size(); ++a) {
    for (std::size_t b = a + 1; b < rows.size(); ++b) {
      std::swap(rows[a], rows[b]);
      const Digest after = digest_of(rows);
      CHECK(after.all() != before.all());
      CHECK(after.times() == before.times());
      CHECK(after.routing() == before.routing());
      CHECK(after.fates() == before.fates());
      std::swap(rows[a], rows[b]);
    }
  }
}

TEST_CASE("Rows, copies and transmissions with other numbers keep times, routing and fates") {
  const Digest one = digest_of(story(5));
  const Digest other = digest_of(story(900));
  CHECK(one.all() != other.all());
  CHECK(one.times() == other.times());
  CHECK(one.routing() == other.routing());
  CHECK(one.fates() == other.fates());
}

TEST_CASE("What an ingredient is about shows in it, and in no other") {
  const Digest before = digest_of(story(5));
  const auto changed = [&](std::size_t number, const std::function<void(Row&)>& change) {
    std::vector<Row> rows = story(5);
    change(rows[number]);
    return digest_of(rows);
  };
  const Digest later = changed(1, [](Row& row) { row.at = Time{19}; });
  CHECK(later.times() != before.times());
  CHECK(later.routing() == before.routing());
  CHECK(later.fates() == before.fates());
  const Digest elsewhere = changed(0, [](Row& row) { row.subject = EntityId{9}; });
  CHECK(elsewhere.times() == before.times());
  CHECK(elsewhere.routing() != before.routing());
  CHECK(elsewhere.fates() == before.fates());
  const Digest lost = changed(1, [](Row& row) { row.reason = Reason::died_with_client; });
  CHECK(lost.times() == before.times());
  CHECK(lost.routing() == before.routing());
  CHECK(lost.fates() != before.fates());
}

TEST_CASE("Texts and names of subjects count by what they say, whatever their numbers are") {
  const auto told = [](std::string_view text, std::string_view name) {
    Ledger ledger(Sink::digest);
    const EntityId subject = ledger.new_entity(EntityKind::actor, name, EntityId{});
    ledger.append({.subject = subject, .text = ledger.names().intern(text), .fact = Fact::noted});
    return ledger.digest().all();
  };
  CHECK(told("hello", "shop") == told("hello", "shop"));
  CHECK(told("hello", "shop") != told("hullo", "shop"));
  CHECK(told("hello", "shop") != told("hello", "ship"));
  CHECK(told("shop", "hello") != told("hello", "shop"));

  Ledger first(Sink::digest);
  first.append({.text = first.names().intern("hello")});
  Ledger second(Sink::digest);
  second.names().intern("something before");
  second.append({.text = second.names().intern("hello")});
  CHECK(first.digest() == second.digest());
}
