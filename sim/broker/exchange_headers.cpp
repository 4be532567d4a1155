// SPDX-License-Identifier: MIT
// Compiling, finding and checking the matchers of a headers exchange.
#include "sim/broker/exchange_headers.hpp"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

#include "sim/base/hash.hpp"
#include "sim/broker/erlang_text.hpp"

namespace mqlab::broker {

namespace {

constexpr double kTwoTo63 = 9223372036854775808.0;

bool same_number(std::int64_t integer, double real) {
  if (!(real >= -kTwoTo63 && real < kTwoTo63)) return false;
  const auto whole = static_cast<std::int64_t>(real);
  return whole == integer && static_cast<double>(whole) == real;
}

// Erlang's equality of two contents: == (`numeric`, where 1 is 1.0) or =:=. Members of arrays and
// tables carry their types, which have to be the same.
bool same_content(const FieldValue::Content& a, const FieldValue::Content& b, bool numeric);

bool same_typed(const FieldValue& a, const FieldValue& b, bool numeric) {
  return a.type == b.type && same_content(a.content, b.content, numeric);
}

bool same_content(const FieldValue::Content& a, const FieldValue::Content& b, bool numeric) {
  if (a.index() != b.index()) {
    if (!numeric) return false;
    const auto* integer = std::get_if<std::int64_t>(&a);
    const auto* real = std::get_if<double>(&b);
    if (integer != nullptr && real != nullptr) return same_number(*integer, *real);
    integer = std::get_if<std::int64_t>(&b);
    real = std::get_if<double>(&a);
    return integer != nullptr && real != nullptr && same_number(*integer, *real);
  }
  if (const auto* array = std::get_if<FieldArray>(&a)) {
    const auto& other = std::get<FieldArray>(b);
    return std::equal(array->begin(), array->end(), other.begin(), other.end(),
                      [&](const auto& x, const auto& y) { return same_typed(x, y, numeric); });
  }
  if (const auto* table = std::get_if<FieldTable>(&a)) {
    const auto& other = std::get<FieldTable>(b);
    return std::equal(table->begin(), table->end(), other.begin(), other.end(),
                      [&](const auto& x, const auto& y) {
                        return x.first == y.first && same_typed(x.second, y.second, numeric);
                      });
  }
  return a == b;
}

// A header's content as the exchange sees it: 4.0 turns the seconds of a timestamp into ms.
std::int64_t seen_integer(Version version, const FieldValue& header) {
  const std::int64_t value = std::get<std::int64_t>(header.content);
  if (version == Version::v3_10 || header.type != FieldType::timestamp) return value;
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(value) * 1000);
}

// Equal for contents that are the same; arrays and tables are told apart by the full comparison.
std::uint64_t content_key(const FieldValue& value, std::int64_t integer) {
  struct Key {
    std::int64_t integer;
    std::uint64_t operator()(std::monostate) const { return 1; }
    std::uint64_t operator()(bool b) const { return b ? 3 : 2; }
    std::uint64_t operator()(std::int64_t) const {
      return mix(static_cast<std::uint64_t>(integer));
    }
    std::uint64_t operator()(double d) const {
      if (d >= -kTwoTo63 && d < kTwoTo63 && same_number(static_cast<std::int64_t>(d), d)) {
        return mix(static_cast<std::uint64_t>(static_cast<std::int64_t>(d)));
      }
      return mix(std::bit_cast<std::uint64_t>(d));
    }
    std::uint64_t operator()(const Decimal& d) const { return mix(d.value) + d.scale; }
    std::uint64_t operator()(const std::string& text) const { return hash_bytes(text); }
    std::uint64_t operator()(const FieldArray&) const { return 4; }
    std::uint64_t operator()(const FieldTable&) const { return 5; }
  };
  return std::visit(Key{integer}, value.content);
}

struct MatchKind {
  bool any = false;
  bool with_x = false;
};

MatchKind match_kind(const FieldTable& arguments) {
  const FieldValue* value = find_field(arguments, "x-match");
  if (value == nullptr || value->type != FieldType::text) return {};
  const std::string& text = std::get<std::string>(value->content);
  return {text == "any" || text == "any-with-x", text == "all-with-x" || text == "any-with-x"};
}

}  // namespace

bool header_matches(Version version, const FieldValue& wanted, const FieldValue& header) {
  if (wanted.type == FieldType::none) return true;
  const bool numeric = version == Version::v3_10;
  if (header.type == FieldType::timestamp) {
    const FieldValue::Content seen = seen_integer(version, header);
    return same_content(wanted.content, seen, numeric);
  }
  return same_content(wanted.content, header.content, numeric);
}

std::optional<AmqpError> check_match_arguments(const FieldTable& arguments) {
  const FieldValue* value = find_field(arguments, "x-match");
  if (value == nullptr) return std::nullopt;
  if (value->type != FieldType::text) {
    return errors::precondition(
        fmt::format("Invalid x-match field type {} (value {}); expected longstr",
                    broker_type_name(value->type), erlang_value(*value)));
  }
  const std::string& text = std::get<std::string>(value->content);
  if (text == "all" || text == "any" || text == "all-with-x" || text == "any-with-x") {
    return std::nullopt;
  }
  return errors::precondition(
      fmt::format("Invalid x-match field value {}; expected all, any, all-with-x, or any-with-x",
                  erlang_binary(text)));
}

std::uint64_t HeadersTable::presence_hash(std::string_view name) {
  return hash_bytes(name);
}

std::uint64_t HeadersTable::content_hash(std::uint64_t presence, const FieldValue& header) const {
  const std::int64_t integer =
      std::holds_alternative<std::int64_t>(header.content) ? seen_integer(version_, header) : 0;
  return mix(presence + 1) ^ content_key(header, integer);
}

HeadersTable::List& HeadersTable::list(std::uint64_t hash) {
  std::uint32_t ref = fields_.find(half(hash, 0), half(hash, 1));
  if (ref == kNoRef) {
    if (free_lists_.empty()) {
      ref = static_cast<std::uint32_t>(lists_.size());
      lists_.emplace_back();
    } else {
      ref = free_lists_.back();
      free_lists_.pop_back();
    }
    fields_.insert(half(hash, 0), half(hash, 1), ref);
  }
  return lists_[ref];
}

std::uint32_t HeadersTable::compile(ArgumentsRef ref, const FieldTable& arguments) {
  std::uint32_t index = 0;
  if (free_matchers_.empty()) {
    index = static_cast<std::uint32_t>(matchers_.size());
    matchers_.emplace_back();
  } else {
    index = free_matchers_.back();
    free_matchers_.pop_back();
  }
  Matcher& matcher = matchers_[index];
  const MatchKind kind = match_kind(arguments);
  matcher.any = kind.any;
  matcher.arguments = ref;
  for (const auto& [name, value] : arguments) {
    // ROUTE-10
    if (name == "x-match" || (!kind.with_x && name.starts_with("x-"))) continue;
    Field field{name, value, value.type == FieldType::none, presence_hash(name)};
    if (!field.presence_only) {
      // The argument's own number, not in the units in which a header is seen.
      const auto* integer = std::get_if<std::int64_t>(&value.content);
      field.hash = mix(field.hash + 1) ^ content_key(value, integer == nullptr ? 0 : *integer);
    }
    matcher.fields.push_back(std::move(field));
  }
  hang(index);
  return index;
}

void HeadersTable::hang(std::uint32_t index, std::uint64_t hash) {
  Matcher& matcher = matchers_[index];
  List& there = list(hash);
  const auto hook = static_cast<std::uint32_t>(matcher.hooks.size());
  matcher.hooks.push_back({hash, static_cast<std::uint32_t>(there.size())});
  there.push_back({index, hook});
}

// Puts a matcher where messages that may match come by. An any-matcher without fields hangs nowhere
// and never matches (ROUTE-12).
void HeadersTable::hang(std::uint32_t index) {
  Matcher& matcher = matchers_[index];
  if (matcher.any) {
    for (std::size_t i = 0; i < matcher.fields.size(); ++i) {
      const std::uint64_t hash = matcher.fields[i].hash;
      const bool before = std::any_of(matcher.hooks.begin(), matcher.hooks.end(),
                                      [hash](const Hook& hook) { return hook.hash == hash; });
      if (!before) hang(index, hash);
    }
    return;
  }
  if (matcher.fields.empty()) {
    matcher.position = static_cast<std::uint32_t>(unconditional_.size());
    unconditional_.push_back(index);
    return;
  }
  const Field* rarest = nullptr;
  std::size_t fewest = 0;
  for (const Field& field : matcher.fields) {
    const std::uint32_t ref = fields_.find(half(field.hash, 0), half(field.hash, 1));
    const std::size_t others = ref == kNoRef ? 0 : lists_[ref].size();
    if (rarest != nullptr && others >= fewest) continue;
    rarest = &field;
    fewest = others;
  }
  hang(index, rarest->hash);
}

void HeadersTable::take_down(const Matcher& matcher) {
  if (matcher.position != kNoRef) {
    const std::uint32_t last = unconditional_.back();
    unconditional_[matcher.position] = last;
    matchers_[last].position = matcher.position;
    unconditional_.pop_back();
  }
  for (const Hook& hook : matcher.hooks) {
    const std::uint32_t ref = fields_.find(half(hook.hash, 0), half(hook.hash, 1));
    List& there = lists_[ref];
    const Hung last = there.back();
    there[hook.position] = last;
    matchers_[last.matcher].hooks[last.hook].position = hook.position;
    there.pop_back();
    if (!there.empty()) continue;
    fields_.erase(half(hook.hash, 0), half(hook.hash, 1));
    there = List();
    free_lists_.push_back(ref);
  }
}

void HeadersTable::add(BindingRef ref, const FieldTable& arguments, Bindings& bindings) {
  const ArgumentsRef known = bindings[ref].arguments;
  std::uint32_t matcher = by_arguments_.find(known, 0);
  if (matcher == kNoRef) {
    matcher = compile(known, arguments);
    by_arguments_.insert(known, 0, matcher);
  }
  bindings[ref].place = matcher;
  matchers_[matcher].bucket.add(ref, bindings);
}

void HeadersTable::remove(BindingRef ref, Bindings& bindings) {
  const std::uint32_t index = bindings[ref].place;
  Matcher& matcher = matchers_[index];
  matcher.bucket.remove(ref, bindings);
  if (!matcher.bucket.empty()) return;
  take_down(matcher);
  by_arguments_.erase(matcher.arguments, 0);
  matcher = Matcher();
  free_matchers_.push_back(index);
}

// A name that occurs twice in the headers has the value of its last occurrence in 4.0; 3.10 goes
// through both.
bool HeadersTable::meets(const Field& field, const FieldTable& headers) const {
  const FieldValue* last = nullptr;
  for (const auto& [name, value] : headers) {
    if (name != field.name) continue;
    if (version_ == Version::v3_10 && header_matches(version_, field.value, value)) return true;
    last = &value;
  }
  return last != nullptr && header_matches(version_, field.value, *last);
}

bool HeadersTable::matches(const Matcher& matcher, const FieldTable& headers) const {
  const auto met = [&](const Field& field) { return meets(field, headers); };
  return matcher.any ? std::any_of(matcher.fields.begin(), matcher.fields.end(), met)
                     : std::all_of(matcher.fields.begin(), matcher.fields.end(), met);
}

}  // namespace mqlab::broker
