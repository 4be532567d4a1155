// SPDX-License-Identifier: MIT
// Which headers meet which arguments of a binding.
#include "sim/base/hash.hpp"
#include "tests/broker/routing_fixture.hpp"

using namespace mqlab;
using namespace mqlab::broker;

namespace {

const FieldValue kVoid{FieldType::none, std::monostate()};

FieldValue number(std::int64_t value) {
  return FieldValue::of(value);
}
FieldValue text(std::string_view value) {
  return FieldValue::of(value);
}
FieldValue real(double value) {
  return {FieldType::float64, value};
}

bool matches(const FieldTable& arguments, const FieldTable& headers,
             Version version = Version::v4_0) {
  RoutingFixture f(version);
  f.bind("amq.headers", "q", "", arguments);
  return f.route("amq.headers", {"key"}, headers) == Queues{"q"};
}

bool equal(const FieldValue& wanted, const FieldValue& header, Version version) {
  return matches({{"h", wanted}}, {{"h", header}}, version);
}

FieldTable with(std::string_view match, FieldTable arguments) {
  arguments.emplace_back("x-match", text(match));
  return arguments;
}

const std::vector<Version> kVersions = {Version::v3_10, Version::v4_0};

}  // namespace

TEST_CASE("all asks for every argument, any for one, and all is the default", "[ROUTE-9]") {
  const FieldTable two = {{"a", number(1)}, {"b", number(2)}};
  const FieldTable half = {{"a", number(1)}, {"b", number(3)}};
  CHECK(matches(two, two));
  CHECK_FALSE(matches(two, half));
  CHECK(matches(with("all", two), two));
  CHECK_FALSE(matches(with("all", two), half));
  CHECK(matches(with("any", two), half));
  CHECK_FALSE(matches(with("any", two), {{"c", number(1)}}));
}

TEST_CASE("headers that nobody asks for do not matter, and names are case sensitive", "[ROUTE-9]") {
  const FieldTable one = {{"a", number(1)}};
  CHECK(matches(one, {{"z", number(9)}, {"a", number(1)}}));
  CHECK_FALSE(matches(one, {{"A", number(1)}}));
  CHECK_FALSE(matches(one, {}));
}

TEST_CASE("keys play no part in matching but in the identity of bindings", "[ROUTE-9]") {
  RoutingFixture f;
  const FieldTable one = {{"a", number(1)}};
  CHECK(f.bind("amq.headers", "q", "k1", one));
  CHECK(f.bind("amq.headers", "q", "k2", one));
  CHECK(f.unbind("amq.headers", "q", "k1", one));
  CHECK(f.route("amq.headers", {"other"}, one) == Queues{"q"});
}

TEST_CASE("all and any do not look at arguments that begin with x-", "[ROUTE-10]") {
  CHECK(matches({{"x-p", number(1)}}, {}));
  CHECK_FALSE(matches(with("any", {{"x-p", number(1)}}), {{"x-p", number(1)}}));
  CHECK(matches(with("all", {{"x-p", number(1)}, {"a", number(1)}}), {{"a", number(1)}}));
}

TEST_CASE("all-with-x and any-with-x do, but never at x-match itself", "[ROUTE-10]") {
  const FieldTable p = {{"x-p", number(1)}};
  CHECK(matches(with("all-with-x", p), p));
  CHECK_FALSE(matches(with("all-with-x", p), {}));
  CHECK(matches(with("any-with-x", p), p));
  CHECK_FALSE(matches(with("any-with-x", p), {{"x-match", text("any-with-x")}}));
}

TEST_CASE("a void argument asks only for the header's presence", "[ROUTE-11]") {
  for (const Version version : kVersions) {
    CHECK(equal(kVoid, number(1), version));
    CHECK(equal(kVoid, text(""), version));
    CHECK(equal(kVoid, kVoid, version));
    CHECK_FALSE(matches({{"h", kVoid}}, {{"g", number(1)}}, version));
    CHECK_FALSE(equal(number(1), kVoid, version));
    CHECK(matches(with("any", {{"h", kVoid}, {"g", number(1)}}), {{"h", text("x")}}, version));
  }
}

TEST_CASE("contents are compared, not types", "[ROUTE-11]") {
  for (const Version version : kVersions) {
    CHECK(equal({FieldType::int8, std::int64_t{5}}, number(5), version));
    CHECK(equal(text("a"), {FieldType::bytes, std::string("a")}, version));
    CHECK_FALSE(equal(text("1"), number(1), version));
    CHECK_FALSE(equal(FieldValue::of(true), number(1), version));
    CHECK(equal(FieldValue::of(true), FieldValue::of(true), version));
    CHECK_FALSE(equal(text("a"), text("A"), version));
    CHECK(equal({FieldType::float32, 0.5}, real(0.5), version));
    CHECK(
        equal({FieldType::decimal, Decimal{1, 25}}, {FieldType::decimal, Decimal{1, 25}}, version));
    CHECK_FALSE(
        equal({FieldType::decimal, Decimal{1, 25}}, {FieldType::decimal, Decimal{2, 25}}, version));
  }
}

TEST_CASE("members of arrays and tables are compared with their types", "[ROUTE-11]") {
  const FieldValue long_array = FieldValue::of(FieldArray{number(1)});
  const FieldValue int_array = FieldValue::of(FieldArray{{FieldType::int32, std::int64_t{1}}});
  const FieldValue table = FieldValue::of(FieldTable{{"a", number(1)}});
  const FieldValue other = FieldValue::of(FieldTable{{"a", number(2)}});
  for (const Version version : kVersions) {
    CHECK(equal(long_array, long_array, version));
    CHECK_FALSE(equal(long_array, int_array, version));
    CHECK(equal(table, table, version));
    CHECK_FALSE(equal(table, other, version));
    CHECK_FALSE(equal(table, long_array, version));
  }
}

TEST_CASE("3.10 takes 1 and 1.0 and a timestamp of 1 for equal", "[ROUTE-11]") {
  const Version v = Version::v3_10;
  CHECK(equal(number(1), real(1.0), v));
  CHECK(equal(real(1.0), number(1), v));
  CHECK_FALSE(equal(number(1), real(1.5), v));
  CHECK(equal(number(1000), FieldValue::timestamp(1000), v));
  CHECK(equal(FieldValue::timestamp(1000), number(1000), v));
  CHECK(equal(FieldValue::timestamp(1000), FieldValue::timestamp(1000), v));
  CHECK(equal(real(1000.0), FieldValue::timestamp(1000), v));
}

TEST_CASE("4.0 tells integers from floats and sees timestamp headers in other units",
          "[ROUTE-11]") {
  const Version v = Version::v4_0;
  CHECK_FALSE(equal(number(1), real(1.0), v));
  CHECK_FALSE(equal(real(1.0), number(1), v));
  CHECK(equal(FieldValue::timestamp(1000), number(1000), v));
  CHECK_FALSE(equal(FieldValue::timestamp(1000), FieldValue::timestamp(1000), v));
  CHECK(equal(FieldValue::timestamp(1000), FieldValue::timestamp(1), v));
  CHECK(equal(number(1000), FieldValue::timestamp(1), v));
}

TEST_CASE("without arguments all matches everything and any nothing", "[ROUTE-12]") {
  CHECK(matches({}, {}));
  CHECK(matches({}, {{"a", number(1)}}));
  CHECK(matches(with("all", {}), {{"a", number(1)}}));
  CHECK_FALSE(matches(with("any", {}), {{"a", number(1)}}));
}

TEST_CASE("other values of x-match are refused in the server's words", "[ROUTE-12]") {
  CHECK(check_match_arguments({{"x-match", text("none")}})->text ==
        "PRECONDITION_FAILED - Invalid x-match field value <<\"none\">>; expected all, any, "
        "all-with-x, or any-with-x");
  CHECK(check_match_arguments({{"x-match", FieldValue::of(true)}})->text ==
        "PRECONDITION_FAILED - Invalid x-match field type bool (value true); expected longstr");
  CHECK(check_match_arguments({{"x-match", text("")}})->text.find("value <<>>;") !=
        std::string::npos);
  for (const char* match : {"all", "any", "all-with-x", "any-with-x"}) {
    CHECK_FALSE(check_match_arguments({{"x-match", text(match)}}));
  }
  CHECK_FALSE(check_match_arguments({}));
}

TEST_CASE("many bindings with random arguments match as each would alone", "[ROUTE-9][ROUTE-10]") {
  std::uint64_t seed = 7;
  const auto draw = [&seed](std::size_t below) { return mix(++seed) % below; };
  const std::vector<std::string> names = {"a", "b", "c", "x-d"};
  const std::vector<FieldValue> values = {number(1), number(2), text("1"), kVoid, real(1.0)};
  const std::vector<std::string> kinds = {"", "all", "any", "all-with-x", "any-with-x"};
  const auto table = [&](std::size_t most) {
    FieldTable made;
    for (std::size_t i = draw(most + 1); i > 0; --i) {
      const std::string& name = names[draw(names.size())];
      set_field(made, name, values[draw(values.size())]);
    }
    return made;
  };
  for (const Version version : kVersions) {
    RoutingFixture f(version);
    std::vector<FieldTable> bound;
    for (int i = 0; i < 60; ++i) {
      FieldTable arguments = table(3);
      const std::string& kind = kinds[draw(kinds.size())];
      if (!kind.empty()) arguments = with(kind, std::move(arguments));
      bound.push_back(arguments);
      f.bind("amq.headers", "q" + std::to_string(100 + i), "", arguments);
    }
    for (std::size_t i = 0; i < 30; ++i) {
      f.unbind("amq.headers", "q" + std::to_string(100 + i), "", bound[i]);
    }
    for (int i = 0; i < 60; ++i) {
      const FieldTable headers = table(4);
      Queues expected;
      for (std::size_t q = 30; q < bound.size(); ++q) {
        if (matches(bound[q], headers, version)) {
          expected.push_back("q" + std::to_string(100 + q));
        }
      }
      REQUIRE(f.route("amq.headers", {"k"}, headers) == expected);
    }
  }
}
