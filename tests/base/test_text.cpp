// SPDX-License-Identifier: MIT
// Times and numbers as text: the exact words, and there and back without loss.
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/base/text.hpp"
#include "tests/catch.hpp"

using namespace mqlab;

namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();

std::string why_not_duration(const std::string& text) {
  return parse_duration(text).error().what;
}

}  // namespace

TEST_CASE("a time in the fixed style has six decimals and is cut off towards the past") {
  CHECK(format_fixed(Time{0}) == "0.000000s");
  CHECK(format_fixed(Time{1'500'000'000}) == "1.500000s");
  CHECK(format_fixed(Time{1'999}) == "0.000001s");
  CHECK(format_fixed(Duration{-1'500'000'000}) == "-1.500000s");
  CHECK(format_fixed(Duration{-1}) == "-0.000001s");
  CHECK(format_fixed(Time::never()) == "never");
  CHECK(format_fixed(Duration{kMost}) == "9223372036.854775s");
  CHECK(format_fixed(Duration{kLeast}) == "-9223372036.854776s");
}

TEST_CASE("a duration in the short style is exact and uses the largest unit that fits") {
  CHECK(format_short(Duration{0}) == "0s");
  CHECK(format_short(seconds(1)) == "1s");
  CHECK(format_short(milliseconds(1'500)) == "1.5s");
  CHECK(format_short(milliseconds(250)) == "250ms");
  CHECK(format_short(microseconds(1'500)) == "1.5ms");
  CHECK(format_short(microseconds(10)) == "10us");
  CHECK(format_short(nanoseconds(10'001)) == "10.001us");
  CHECK(format_short(nanoseconds(999)) == "999ns");
  CHECK(format_short(nanoseconds(1'000'000'001)) == "1.000000001s");
  CHECK(format_short(seconds(7'200)) == "7200s");
  CHECK(format_short(milliseconds(-250)) == "-250ms");
  CHECK(format_short(Time::never()) == "never");
  CHECK(format_short(Duration{kMost}) == "9223372036.854775807s");
  CHECK(format_short(Duration{kLeast}) == "-9223372036.854775808s");
}

TEST_CASE("a duration is read in every unit") {
  CHECK(*parse_duration("3ns") == nanoseconds(3));
  CHECK(*parse_duration("10us") == microseconds(10));
  CHECK(*parse_duration("250ms") == milliseconds(250));
  CHECK(*parse_duration("1.5s") == milliseconds(1'500));
  CHECK(*parse_duration("0.000000001s") == nanoseconds(1));
  CHECK(*parse_duration("1.50000000000000000000s") == milliseconds(1'500));
  CHECK(*parse_duration("2min") == seconds(120));
  CHECK(*parse_duration("0.5h") == seconds(1'800));
  CHECK(*parse_duration("0s") == Duration{0});
  CHECK(*parse_duration("007s") == seconds(7));
  CHECK(*parse_duration("9223372036.854775807s") == Duration{kMost});
}

TEST_CASE("what is not a duration is refused with the reason") {
  CHECK(parse_duration("").error().text() ==
        "\"\" is not a span of time: it does not start with a digit (write 250ms or 1.5s)");
  CHECK(why_not_duration("-1s").ends_with("it does not start with a digit"));
  CHECK(why_not_duration(".5s").ends_with("it does not start with a digit"));
  CHECK(why_not_duration("5").ends_with("the unit is missing"));
  CHECK(why_not_duration("1.s").ends_with("a digit is missing after the point"));
  CHECK(why_not_duration("5 s").ends_with("there is no unit \" s\""));
  CHECK(why_not_duration("5sec").ends_with("there is no unit \"sec\""));
  CHECK(why_not_duration("1e3s").ends_with("there is no unit \"e3s\""));
  CHECK(why_not_duration("1.5ns").ends_with("it is finer than a nanosecond"));
  CHECK(why_not_duration("0.00000000000001h").ends_with("it is finer than a nanosecond"));
  CHECK(why_not_duration("9223372036.854775808s").ends_with("it is longer than 292 years"));
  CHECK(why_not_duration("18446744073709551616ns").ends_with("it is longer than 292 years"));
  CHECK(why_not_duration("18446744073709551615h").ends_with("it is longer than 292 years"));
}

TEST_CASE("every duration survives being written in the short style and read again") {
  RandomStream random(1, "durations");
  for (int i = 0; i < 5'000; ++i) {
    const std::uint64_t shift = random.below(63) + 1;
    const Duration d{static_cast<std::int64_t>(random.next() >> shift)};
    CAPTURE(d.ns, format_short(d));
    REQUIRE(*parse_duration(format_short(d)) == d);
  }
}

TEST_CASE("a decimal number is read whole or not at all") {
  CHECK(*parse_number("0.5") == 0.5);
  CHECK(*parse_number("-2") == -2.0);
  CHECK(*parse_number("1e6") == 1e6);
  CHECK(parse_number("1e999").error().what == "the number \"1e999\" does not fit");
  for (const char* text : {"", "x", "1x", " 1", "1 ", "inf", "nan", "0x10", "1,5"}) {
    CAPTURE(text);
    CHECK(parse_number(text).error().what == "\"" + std::string(text) + "\" is not a number");
  }
}

TEST_CASE("a count is digits that fit 64 bits") {
  CHECK(*parse_count("0") == 0);
  CHECK(*parse_count("18446744073709551615") == std::numeric_limits<std::uint64_t>::max());
  CHECK(parse_count("18446744073709551616").error().what ==
        "the number \"18446744073709551616\" does not fit 64 bits");
  for (const char* text : {"", "-1", "+1", "1.0", " 1", "1 "}) {
    CAPTURE(text);
    CHECK_FALSE(parse_count(text));
  }
}

TEST_CASE("large counts are easier to read in groups of three") {
  CHECK(with_thousands(0) == "0");
  CHECK(with_thousands(999) == "999");
  CHECK(with_thousands(1'000) == "1,000");
  CHECK(with_thousands(1'234'567) == "1,234,567");
  CHECK(with_thousands(std::numeric_limits<std::uint64_t>::max()) == "18,446,744,073,709,551,615");
}
