// SPDX-License-Identifier: MIT
// What is read out of a message's properties, and refused in them.
#include "sim/broker/message_checks.hpp"
#include "tests/catch.hpp"

using namespace mqlab;
using namespace mqlab::broker;

namespace {

const std::vector<Version> kVersions = {Version::v3_10, Version::v4_0};

std::string refusal(const Properties& properties, Version version = Version::v4_0) {
  const auto error = check_properties(version, properties, "guest");
  if (!error) return "";
  CHECK(error->code == 406);
  CHECK_FALSE(error->connection);
  return error->text;
}

std::string refused_expiration(std::string expiration) {
  Properties properties;
  properties.expiration = std::move(expiration);
  return refusal(properties);
}

std::optional<std::int64_t> ms(std::string expiration) {
  Properties properties;
  properties.expiration = std::move(expiration);
  CHECK(refusal(properties).empty());
  return expiration_ms(properties);
}

FieldValue texts(std::initializer_list<std::string_view> members) {
  FieldArray array;
  for (const std::string_view member : members) array.push_back(FieldValue::of(member));
  return FieldValue::of(std::move(array));
}

}  // namespace

TEST_CASE("an expiration is a decimal number, with a sign or zeros in front if one likes",
          "[PUB-16]") {
  CHECK(ms("0") == 0);
  CHECK(ms("+5") == 5);
  CHECK(ms("000500") == 500);
  CHECK(ms("-0") == 0);
  CHECK(ms("315360000000") == 315360000000);
  CHECK_FALSE(expiration_ms({}));
}

TEST_CASE("other expirations are refused in the server's words", "[PUB-16]") {
  const std::string start = "PRECONDITION_FAILED - invalid expiration ";
  CHECK(refused_expiration("abc") == start + "'abc': no_integer");
  CHECK(refused_expiration("") == start + "'': no_integer");
  CHECK(refused_expiration("-") == start + "'-': no_integer");
  CHECK(refused_expiration(" 5") == start + "' 5': no_integer");
  CHECK(refused_expiration("5 ") == start + "'5 ': {leftover_string,\" \"}");
  CHECK(refused_expiration("1.5") == start + "'1.5': {leftover_string,\".5\"}");
  CHECK(refused_expiration("0x10") == start + "'0x10': {leftover_string,\"x10\"}");
  CHECK(refused_expiration("-1") == start + "'-1': {value_negative,-1}");
  CHECK(refused_expiration("315360000001") ==
        start + "'315360000001': {value_too_large,315360000001}");
  CHECK(refused_expiration("99999999999999999999999") ==
        start + "'99999999999999999999999': {value_too_large,99999999999999999999999}");
}

TEST_CASE("user_id must be the user who logged in", "[PUB-15]") {
  Properties properties;
  properties.user_id = "mallory";
  for (const Version version : kVersions) {
    CHECK(refusal(properties, version) ==
          "PRECONDITION_FAILED - user_id property set to 'mallory' but authenticated user was "
          "'guest'");
  }
  properties.user_id = "guest";
  CHECK(refusal(properties).empty());
}

TEST_CASE("3.10 refuses delivery modes other than 1 and 2, 4.0 does not", "[PUB-20]") {
  Properties properties;
  properties.delivery_mode = 0;
  CHECK(refusal(properties, Version::v3_10) ==
        "PRECONDITION_FAILED - invalid message: {delivery_mode_unknown,0}");
  CHECK(refusal(properties, Version::v4_0).empty());
  properties.delivery_mode = 2;
  CHECK(refusal(properties, Version::v3_10).empty());
}

TEST_CASE("CC and BCC must be arrays", "[ROUTE-18]") {
  Properties properties;
  properties.headers = FieldTable{{"CC", FieldValue::of(std::string_view("q"))}};
  for (const Version version : kVersions) {
    CHECK(refusal(properties, version) ==
          "PRECONDITION_FAILED - invalid message: {unacceptable_type_in_header,\"CC\",longstr}");
  }
  properties.headers = FieldTable{{"BCC", FieldValue::of(std::int64_t{1})}};
  CHECK(refusal(properties) ==
        "PRECONDITION_FAILED - invalid message: {unacceptable_type_in_header,\"BCC\",long}");
}

TEST_CASE("CC and BCC add keys, and members that are no strings are skipped", "[ROUTE-18]") {
  Names names;
  Properties properties;
  FieldArray mixed;
  mixed.push_back(FieldValue::of(std::int64_t{1}));
  mixed.push_back(FieldValue::of(std::string_view("c")));
  properties.headers =
      FieldTable{{"BCC", FieldValue::of(std::move(mixed))}, {"CC", texts({"a", "b"})}};
  std::vector<NameId> keys;
  routing_keys(names.intern("k"), properties, names, keys);
  std::vector<std::string_view> found;
  for (const NameId key : keys) found.push_back(names.text(key));
  CHECK(found == std::vector<std::string_view>{"k", "a", "b", "c"});
  routing_keys(names.intern("only"), {}, names, keys);
  CHECK(keys.size() == 1);
}

TEST_CASE("BCC is not stored, but an empty table of headers stays", "[ROUTE-18][PUB-17]") {
  Properties properties;
  properties.headers = FieldTable{{"BCC", texts({"a"})}};
  const Properties stored = without_bcc(properties);
  REQUIRE(stored.headers);
  CHECK(stored.headers->empty());
  CHECK(without_bcc(stored) == stored);
  CHECK_FALSE(without_bcc({}).headers);
}
