// SPDX-License-Identifier: MIT
// Values in reply texts as the server prints them.
#include "sim/broker/erlang_text.hpp"
#include "tests/catch.hpp"

using namespace mqlab;
using namespace mqlab::broker;

TEST_CASE("texts are printed as Erlang prints binaries and strings") {
  CHECK(erlang_binary("none") == "<<\"none\">>");
  CHECK(erlang_binary("") == "<<>>");
  CHECK(erlang_binary("a\"b\\") == "<<\"a\\\"b\\\\\">>");
  CHECK(erlang_binary(std::string_view("\x01\xff", 2)) == "<<1,255>>");
  CHECK(erlang_string(".5") == "\".5\"");
  CHECK(erlang_string("") == "[]");
}

TEST_CASE("floats are printed as Erlang prints them") {
  CHECK(erlang_float(1.0) == "1.0");
  CHECK(erlang_float(-2.5) == "-2.5");
  CHECK(erlang_float(0.0) == "0.0");
  CHECK(erlang_float(0.1) == "0.1");
  CHECK(erlang_float(123.456) == "123.456");
  CHECK(erlang_float(0.001) == "0.001");
  CHECK(erlang_float(1.0e22) == "1.0e22");
  CHECK(erlang_float(1.5e-10) == "1.5e-10");
  CHECK(erlang_float(100.0) == "100.0");
}

TEST_CASE("values inside arrays and tables show their types") {
  const FieldValue array = FieldValue::of(
      FieldArray{FieldValue::of(std::int64_t{1}), FieldValue::of(std::string_view("a"))});
  CHECK(erlang_value(array) == "[{long,1},{longstr,<<\"a\">>}]");
  const FieldValue table = FieldValue::of(FieldTable{{"k", FieldValue::of(true)}});
  CHECK(erlang_value(table) == "[{<<\"k\">>,bool,true}]");
  CHECK(erlang_pair(FieldValue{}) == "{void,undefined}");
}
