// SPDX-License-Identifier: MIT
// The format of recordings: a magic line, a version, then sections with checksums.
#include "sim/ledger/recording.hpp"

#include <limits>
#include <optional>

#include <fmt/format.h>

#include "sim/base/assert.hpp"
#include "sim/base/hash.hpp"
#include "sim/ledger/bytes.hpp"

namespace mqlab::ledger {

namespace {

constexpr std::size_t kRowBytes = 60;

// Each section is its name in eight bytes, its length, the hash of name and content, the content.
// All are there, in this order.
enum class Section : std::uint8_t { vocabulary, identity, names, entities, messages, rows, digest };
constexpr int kSectionCount = static_cast<int>(Section::digest) + 1;

std::string_view tag(Section section) {
  switch (section) {
    case Section::vocabulary:
      return "words   ";
    case Section::identity:
      return "identity";
    case Section::names:
      return "names   ";
    case Section::entities:
      return "entities";
    case Section::messages:
      return "messages";
    case Section::rows:
      return "rows    ";
    case Section::digest:
      return "digest  ";
  }
  assertion_failed("every section has a tag", __FILE__, __LINE__);
}

std::string_view trimmed(std::string_view tag) {
  return tag.substr(0, tag.find_last_not_of(' ') + 1);
}

Error broken(const std::string& what) {
  return Error{{}, what, "record the run again"};
}

std::uint64_t checksum(Section section, std::string_view content) {
  return mix(hash_bytes(tag(section)) ^ hash_bytes(content));
}

// The words by whose numbers rows speak. If they changed, the numbers mean something else.
std::uint64_t vocabulary() {
  std::string words;
  for (int i = 0; i < kFactCount; ++i) words += fmt::format("{}\n", word(static_cast<Fact>(i)));
  for (int i = 0; i < kReasonCount; ++i) words += fmt::format("{}\n", word(static_cast<Reason>(i)));
  for (int i = 0; i <= static_cast<int>(EntityKind::store); ++i) {
    words += fmt::format("{}\n", word(static_cast<EntityKind>(i)));
  }
  return hash_bytes(words);
}

// -- writing --------------------------------------------------------------------------------------

void write_identity(ByteWriter& out, const Identity& identity) {
  out.text(identity.version);
  out.u64(identity.files.size());
  for (const Identity::File& file : identity.files) {
    out.text(file.name);
    out.text(file.text);
  }
  out.u64(identity.parameters.size());
  for (const auto& [name, value] : identity.parameters) {
    out.text(name);
    out.text(value);
  }
  out.text(identity.variant);
  out.u64(identity.seed);
  out.u64(identity.overrides.size());
  for (const ChoiceOverride& change : identity.overrides) {
    out.text(change.stream);
    out.u64(change.nth);
    out.u64(change.value);
  }
  out.u64(identity.interventions.size());
  for (const Identity::Intervention& intervention : identity.interventions) {
    out.u64(intervention.after_event);
    out.text(intervention.action);
  }
  out.u64(static_cast<std::uint64_t>(identity.until.ns));
  out.u64(identity.max_events);
}

void write_row(ByteWriter& out, const Row& row) {
  out.u64(static_cast<std::uint64_t>(row.at.ns));
  out.u64(row.cause);
  out.u64(row.value);
  out.u32(row.message.value);
  out.u32(row.copy.value);
  out.u32(row.transmission.value);
  out.u32(row.subject.value);
  out.u32(row.object.value);
  out.u32(row.text.value);
  out.u32(row.extra);
  out.u32(row.flags);
  out.u16(static_cast<std::uint16_t>(row.fact));
  out.u16(static_cast<std::uint16_t>(row.reason));
}

void write_content(ByteWriter& out, Section section, const Identity& identity,
                   const Ledger& ledger) {
  switch (section) {
    case Section::vocabulary:
      out.text(identity.version);
      out.u64(vocabulary());
      return;
    case Section::identity:
      return write_identity(out, identity);
    case Section::names:
      for (std::uint32_t id = 1; id < ledger.names().size(); ++id) {
        out.text(ledger.text(NameId{id}));
      }
      return;
    case Section::entities:
      for (std::uint32_t id = 1; id <= ledger.entity_count(); ++id) {
        const Entity& entity = ledger.entity(EntityId{id});
        out.u16(static_cast<std::uint16_t>(entity.kind));
        out.u32(entity.name.value);
        out.u32(entity.parent.value);
      }
      return;
    case Section::messages:
      for (std::uint32_t id = 1; id <= ledger.message_count(); ++id) {
        const MessageName& message = ledger.message(MessageId{id});
        out.u32(message.author.value);
        out.u32(message.business.value);
      }
      return;
    case Section::rows:
      out.expect(ledger.rows().size() * kRowBytes);
      for (const Row& row : ledger.rows()) write_row(out, row);
      return;
    case Section::digest:
      out.u64(ledger.digest().all());
      out.u64(ledger.digest().times());
      out.u64(ledger.digest().routing());
      out.u64(ledger.digest().fates());
      return;
  }
}

// -- reading --------------------------------------------------------------------------------------

// Takes the next section off the front of `in`.
Result<std::string_view> next_content(ByteReader& in, Section section) {
  const std::string_view name = trimmed(tag(section));
  const std::string_view found = in.raw(tag(section).size());
  const std::uint64_t size = in.u64();
  const std::uint64_t sum = in.u64();
  if (!in.ok()) return broken(fmt::format("the recording is cut off before its {}", name));
  if (found != tag(section)) {
    return broken(fmt::format("the recording is damaged where its {} should begin", name));
  }
  if (size > in.left()) {
    return broken(fmt::format("the recording is cut off in its {}, or damaged there", name));
  }
  const std::string_view content = in.raw(size);
  if (checksum(section, content) != sum) {
    return broken(fmt::format("the recording is damaged in its {}: the checksum is wrong", name));
  }
  return content;
}

Identity read_identity(ByteReader& in) {
  Identity identity;
  identity.version = in.text();
  for (std::uint64_t left = in.u64(); left > 0 && in.ok(); --left) {
    Identity::File& file = identity.files.emplace_back();
    file.name = in.text();
    file.text = in.text();
  }
  for (std::uint64_t left = in.u64(); left > 0 && in.ok(); --left) {
    auto& [name, value] = identity.parameters.emplace_back();
    name = in.text();
    value = in.text();
  }
  identity.variant = in.text();
  identity.seed = in.u64();
  for (std::uint64_t left = in.u64(); left > 0 && in.ok(); --left) {
    ChoiceOverride& change = identity.overrides.emplace_back();
    change.stream = in.text();
    change.nth = in.u64();
    change.value = in.u64();
  }
  for (std::uint64_t left = in.u64(); left > 0 && in.ok(); --left) {
    Identity::Intervention& intervention = identity.interventions.emplace_back();
    intervention.after_event = in.u64();
    intervention.action = in.text();
  }
  identity.until = Time{static_cast<std::int64_t>(in.u64())};
  identity.max_events = in.u64();
  return identity;
}

Row read_row(ByteReader& in) {
  Row row;
  row.at = Time{static_cast<std::int64_t>(in.u64())};
  row.cause = in.u64();
  row.value = in.u64();
  row.message = MessageId{in.u32()};
  row.copy = CopyId{in.u32()};
  row.transmission = TransmissionId{in.u32()};
  row.subject = EntityId{in.u32()};
  row.object = EntityId{in.u32()};
  row.text = NameId{in.u32()};
  row.extra = in.u32();
  row.flags = in.u32();
  row.fact = static_cast<Fact>(in.u16());
  row.reason = static_cast<Reason>(in.u16());
  return row;
}

// What is wrong with a row; empty if it can be appended. `rows` is how many there will be: each
// copy and each transmission has a row of its own, so their ids are not larger.
std::string_view fault(const Ledger& ledger, const Row& row, std::uint64_t rows) {
  if (static_cast<int>(row.fact) >= kFactCount) return "tells a fact that does not exist";
  if (static_cast<int>(row.reason) >= kReasonCount) return "has a reason that does not exist";
  if (row.at < ledger.now()) return "is earlier than the row before it";
  if (row.cause > ledger.row_count()) return "is caused by a later row";
  if (row.message.value > ledger.message_count()) return "is about a message that does not exist";
  if (row.copy.value > rows) return "is about a copy that does not exist";
  if (row.transmission.value > rows) return "is about a transmission that does not exist";
  if (row.subject.value > ledger.entity_count() || row.object.value > ledger.entity_count()) {
    return "is about a thing that does not exist";
  }
  if (row.text.value >= ledger.names().size()) return "has a text that does not exist";
  if (row.fact == Fact::effect && row.extra >= ledger.names().size()) {
    return "has an effect that does not exist";
  }
  if (row.fact == Fact::created && row.extra > ledger.entity_count()) {
    return "is about a queue that does not exist";
  }
  return {};
}

std::optional<Error> read_tables(std::string_view names, std::string_view entities,
                                 std::string_view messages, Ledger& ledger) {
  ByteReader in(names);
  while (!in.at_end()) {
    const std::string_view text = in.text();
    const std::uint32_t next = ledger.names().size();
    if (!in.ok() || ledger.names().intern(text).value != next) {
      return broken(fmt::format("the recording's name {} is malformed", next));
    }
  }
  in = ByteReader(entities);
  while (!in.at_end()) {
    const std::uint16_t kind = in.u16();
    const NameId name{in.u32()};
    const EntityId parent{in.u32()};
    if (!in.ok() || kind > static_cast<std::uint16_t>(EntityKind::store) ||
        name.value >= ledger.names().size() || parent.value > ledger.entity_count()) {
      return broken(
          fmt::format("the recording's thing {} is malformed", ledger.entity_count() + 1));
    }
    ledger.new_entity(static_cast<EntityKind>(kind), ledger.text(name), parent);
  }
  in = ByteReader(messages);
  while (!in.at_end()) {
    const EntityId author{in.u32()};
    const NameId business{in.u32()};
    if (!in.ok() || author.value > ledger.entity_count() ||
        business.value >= ledger.names().size()) {
      return broken(
          fmt::format("the recording's message {} is malformed", ledger.message_count() + 1));
    }
    ledger.new_message(author, business);
  }
  return std::nullopt;
}

std::optional<Error> read_rows(std::string_view content, Ledger& ledger) {
  if (content.size() % kRowBytes != 0) return broken("the recording's last row is not whole");
  const std::uint64_t rows = content.size() / kRowBytes;
  ByteReader in(content);
  ledger.set_now(Time{std::numeric_limits<std::int64_t>::min()});
  while (!in.at_end()) {
    const Row row = read_row(in);
    const std::string_view wrong = fault(ledger, row, rows);
    if (!wrong.empty()) {
      return broken(fmt::format("the recording's row {} {}", ledger.row_count() + 1, wrong));
    }
    ledger.set_now(row.at);
    ledger.append(row);
  }
  return std::nullopt;
}

std::optional<Error> check_digest(std::string_view content, const Ledger& ledger) {
  ByteReader in(content);
  const std::uint64_t all = in.u64();
  const bool same = all == ledger.digest().all() && in.u64() == ledger.digest().times() &&
                    in.u64() == ledger.digest().routing() && in.u64() == ledger.digest().fates();
  if (same && in.ok() && in.at_end()) return std::nullopt;
  return broken(fmt::format("the recording's rows have the fingerprint {}, not {:016x} as it says",
                            ledger.digest().fingerprint(), all));
}

std::optional<Error> check_vocabulary(std::string_view content) {
  ByteReader in(content);
  const std::string_view version = in.text();
  if (in.u64() == vocabulary() && in.ok() && in.at_end()) return std::nullopt;
  return Error{{},
               fmt::format("the recording was made by mqlab {}, which knew other facts and reasons",
                           version),
               "open it with that version, or record the run again"};
}

}  // namespace

std::string save_recording(const Identity& identity, const Ledger& ledger) {
  std::string bytes;
  save_recording(identity, ledger, [&bytes](std::string_view piece) { bytes += piece; });
  return bytes;
}

void save_recording(const Identity& identity, const Ledger& ledger,
                    const std::function<void(std::string_view)>& put) {
  MQLAB_ASSERT(ledger.sink() == Sink::full);
  ByteWriter head;
  head.raw(kRecordingStart);
  head.u32(kRecordingFormat);
  put(head.take());
  for (int i = 0; i < kSectionCount; ++i) {
    const auto section = static_cast<Section>(i);
    ByteWriter part;
    write_content(part, section, identity, ledger);
    const std::string content = part.take();
    ByteWriter frame;
    frame.raw(tag(section));
    frame.u64(content.size());
    frame.u64(checksum(section, content));
    put(frame.take());
    put(content);
  }
}

Result<Recording> open_recording(std::string_view bytes) {
  if (!bytes.starts_with(kRecordingStart)) {
    return Error{{}, "this is not a recording of a run", "recordings begin with 'mqlab run'"};
  }
  ByteReader in(bytes.substr(kRecordingStart.size()));
  const std::uint32_t format = in.u32();
  if (!in.ok()) return broken("the recording is cut off after its first line");
  if (format != kRecordingFormat) {
    return Error{
        {},
        fmt::format("the recording was made by another version of mqlab: it has format {}, "
                    "and this one reads format {}",
                    format, kRecordingFormat),
        "open it with the mqlab that made it"};
  }
  std::string_view contents[kSectionCount];
  for (int i = 0; i < kSectionCount; ++i) {
    const Result<std::string_view> content = next_content(in, static_cast<Section>(i));
    if (!content) return content.error();
    contents[i] = *content;
  }
  if (!in.at_end()) return broken("the recording goes on after its end");

  const auto content = [&](Section section) { return contents[static_cast<int>(section)]; };
  if (auto error = check_vocabulary(content(Section::vocabulary))) return *error;
  Recording recording;
  ByteReader identity(content(Section::identity));
  recording.identity = read_identity(identity);
  if (!identity.ok() || !identity.at_end()) return broken("the recording's identity is malformed");
  if (auto error = read_tables(content(Section::names), content(Section::entities),
                               content(Section::messages), recording.ledger)) {
    return *error;
  }
  if (auto error = read_rows(content(Section::rows), recording.ledger)) return *error;
  if (auto error = check_digest(content(Section::digest), recording.ledger)) return *error;
  return recording;
}

}  // namespace mqlab::ledger
