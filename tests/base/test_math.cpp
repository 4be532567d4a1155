// SPDX-License-Identifier: MIT
// The portable functions give these bits, everywhere; and the bits are the right ones.
#include <bit>
#include <cstdint>
#include <limits>
#include <vector>

#include "sim/base/math.hpp"
#include "tests/catch.hpp"

using namespace mqlab;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// An argument, the bits our function gives, and the bits of the true value rounded to nearest
// (computed once with 113-bit arithmetic).
struct Golden {
  double x;
  std::uint64_t bits;
  std::uint64_t nearest;
};

struct GoldenPower {
  double x;
  double y;
  std::uint64_t bits;
  std::uint64_t nearest;
};

std::uint64_t bits_of(double x) {
  return std::bit_cast<std::uint64_t>(x);
}

// How many doubles lie between two of the same sign.
std::uint64_t ulps_between(std::uint64_t a, std::uint64_t b) {
  return a > b ? a - b : b - a;
}

bool is_nan(double x) {
  return x != x;
}

}  // namespace

TEST_CASE("log gives the same bits on every machine, within one ulp of the true value") {
  const std::vector<Golden> table{
      {0x0.0000000000001p-1022, 0xc0874385446d71c3, 0xc0874385446d71c3},
      {0x0.015p-1022, 0xc0864d5b77e33bd1, 0xc0864d5b77e33bd1},
      {0x1.56e1fc2f8f359p-997, 0xc085963447f87fb5, 0xc085963447f87fb5},
      {0x1.12e0be826d695p-30, 0xc034b927f32bffb8, 0xc034b927f32bffb8},
      {0x1.999999999999ap-4, 0xc0026bb1bbb55515, 0xc0026bb1bbb55515},
      {0x1p-1, 0xbfe62e42fefa39ef, 0xbfe62e42fefa39ef},
      {0x1.6666666666666p-1, 0xbfd6d3c324e13f50, 0xbfd6d3c324e13f50},
      {0x1.6a09e667f3bccp-1, 0xbfd62e42fefa39f1, 0xbfd62e42fefa39f1},
      {0x1.ffffde7210be9p-1, 0xbeb0c6f82d74d230, 0xbeb0c6f82d74d230},
      {0x1.fffffffffffffp-1, 0xbca0000000000000, 0xbca0000000000000},
      {0x1.0000000000001p+0, 0x3cafffffffffffff, 0x3cafffffffffffff},
      {0x1.199999999999ap+0, 0x3fb8663f793c46cc, 0x3fb8663f793c46cc},
      {0x1.6a09e667f3bcdp+0, 0x3fd62e42fefa39f0, 0x3fd62e42fefa39f0},
      {0x1.8p+0, 0x3fd9f323ecbf984c, 0x3fd9f323ecbf984c},
      {0x1p+1, 0x3fe62e42fefa39ef, 0x3fe62e42fefa39ef},
      {0x1.5bf0a8b145769p+1, 0x3ff0000000000000, 0x3ff0000000000000},
      {0x1.8p+1, 0x3ff193ea7aad030a, 0x3ff193ea7aad030b},
      {0x1.4p+3, 0x40026bb1bbb55516, 0x40026bb1bbb55516},
      {0x1.f4p+9, 0x401ba18a998fffa0, 0x401ba18a998fffa0},
      {0x1.d6f3454p+26, 0x4032a1a38bd0540a, 0x4032a1a38bd0540a},
      {0x1.249ad2594c37dp+332, 0x406cc845b54b54f2, 0x406cc845b54b54f2},
      {0x1.fffffffffffffp+1023, 0x40862e42fefa39ef, 0x40862e42fefa39ef},
  };
  for (const Golden& row : table) {
    CAPTURE(row.x);
    CHECK(bits_of(portable::log(row.x)) == row.bits);
    CHECK(ulps_between(row.bits, row.nearest) <= 1);
  }
}

TEST_CASE("exp gives the same bits on every machine, within one ulp of the true value") {
  const std::vector<Golden> table{
      {-0x1.748p+9, 0x0000000000000001, 0x0000000000000001},
      {-0x1.684p+9, 0x00000005cf08fff0, 0x00000005cf08fff0},
      {-0x1.62p+9, 0x0017c8ab2288c9ab, 0x0017c8ab2288c9ab},
      {-0x1.91p+6, 0x36e4acd31e167ebb, 0x36e4acd31e167ebb},
      {-0x1.4p+3, 0x3f07cd79b5647c9b, 0x3f07cd79b5647c9b},
      {-0x1p+0, 0x3fd78b56362cef38, 0x3fd78b56362cef38},
      {-0x1p-1, 0x3fe368b2fc6f960a, 0x3fe368b2fc6f960a},
      {-0x1.62e42fefa39efp-2, 0x3fe6a09e667f3bcd, 0x3fe6a09e667f3bcd},
      {-0x1.0624dd2f1a9fcp-10, 0x3feff7cfe56f1a9e, 0x3feff7cfe56f1a9e},
      {-0x1.b7cdfd9d7bdbbp-34, 0x3feffffffff24190, 0x3feffffffff24190},
      {0x1.79ca10c924223p-67, 0x3ff0000000000000, 0x3ff0000000000000},
      {0x1.4f8b588e368f1p-17, 0x3ff0000a7c5e340e, 0x3ff0000a7c5e340e},
      {0x1p-2, 0x3ff48b5e3c3e8186, 0x3ff48b5e3c3e8186},
      {0x1.62e42fefa39efp-2, 0x3ff6a09e667f3bcc, 0x3ff6a09e667f3bcc},
      {0x1p-1, 0x3ffa61298e1e069c, 0x3ffa61298e1e069c},
      {0x1p+0, 0x4005bf0a8b145769, 0x4005bf0a8b145769},
      {0x1p+1, 0x401d8e64b8d4ddae, 0x401d8e64b8d4ddae},
      {0x1.921fb54442d18p+1, 0x403724046eb09339, 0x403724046eb09339},
      {0x1.4p+3, 0x40d5829dcf950560, 0x40d5829dcf950560},
      {0x1.259999999999ap+5, 0x433ed8026b267154, 0x433ed8026b267154},
      {0x1.9p+6, 0x48f3494a9b171bf5, 0x48f3494a9b171bf5},
      {0x1.f48p+8, 0x6d10c8445efec68e, 0x6d10c8445efec68e},
      {0x1.628p+9, 0x7fdd422d2be5dc9b, 0x7fdd422d2be5dc9b},
      {0x1.62e42fefa39efp+9, 0x7fefffffffffff2a, 0x7fefffffffffff2a},
  };
  for (const Golden& row : table) {
    CAPTURE(row.x);
    CHECK(bits_of(portable::exp(row.x)) == row.bits);
    CHECK(ulps_between(row.bits, row.nearest) <= 1);
  }
}

TEST_CASE("pow gives the same bits on every machine, within one ulp of the true value") {
  const std::vector<GoldenPower> table{
      {0x1p+1, 0x1p-1, 0x3ff6a09e667f3bcd, 0x3ff6a09e667f3bcd},
      {0x1p+1, -0x1p-1, 0x3fe6a09e667f3bcd, 0x3fe6a09e667f3bcd},
      {0x1.4p+3, 0x1.999999999999ap-4, 0x3ff4248ef8fc2604, 0x3ff4248ef8fc2604},
      {0x1.4p+3, -0x1.4p+2, 0x3ee4f8b588e368f0, 0x3ee4f8b588e368f1},
      {0x1.999999999999ap-4, 0x1.8p+1, 0x3f50624dd2f1a9fd, 0x3f50624dd2f1a9fd},
      {0x1.8p+0, 0x1.4p+1, 0x40060b9fd68a4554, 0x40060b9fd68a4554},
      {0x1.ff7ced916872bp-1, 0x1.f4p+9, 0x3fd788526411ed72, 0x3fd788526411ed72},
      {0x1.000001ad7f29bp+0, 0x1.dcd65p+29, 0x48f349445c228792, 0x48f349445c228792},
      {0x1.d99999999999ap+1, -0x1.4ap+5, 0x3b11a01900f2ee21, 0x3b11a01900f2ee21},
      {0x1.56e1fc2f8f359p-997, 0x1.ccccccccccccdp-1, 0x07e0e7c9eebc4401, 0x07e0e7c9eebc4401},
      {0x1.7e43c8800759cp+996, -0x1.11eb851eb851fp+0, 0x00000000000000ca, 0x00000000000000ca},
      {0x1.dp+2, 0x1.4dp+8, 0x7b6a21729973cea5, 0x7b6a21729973cea5},
      {0x1.5555555555555p-1, 0x1.c2p+10, 0x0000000000218862, 0x0000000000218862},
      {0x1.edd2f1a9fbe77p+6, -0x1.5555555555555p-1, 0x3fa4a680b117fd7c, 0x3fa4a680b117fd7c},
  };
  for (const GoldenPower& row : table) {
    CAPTURE(row.x, row.y);
    CHECK(bits_of(portable::pow(row.x, row.y)) == row.bits);
    CHECK(ulps_between(row.bits, row.nearest) <= 1);
  }
}

TEST_CASE("a whole power that a double can hold is exact") {
  int tried = 0;
  for (std::int64_t base = 2; base <= 400; ++base) {
    std::int64_t power = 1;
    for (int exponent = 1; power <= (std::int64_t{1} << 53) / base; ++exponent) {
      power *= base;
      const double expected = static_cast<double>(power);
      CAPTURE(base, exponent);
      REQUIRE(portable::pow(static_cast<double>(base), exponent) == expected);
      REQUIRE(portable::pow(-static_cast<double>(base), exponent) ==
              (exponent % 2 == 0 ? expected : -expected));
      ++tried;
    }
  }
  CHECK(tried > 2000);
  for (int exponent = -1074; exponent <= 1023; ++exponent) {
    const std::uint64_t expected = exponent < -1022
                                       ? std::uint64_t{1} << (exponent + 1074)
                                       : static_cast<std::uint64_t>(exponent + 1023) << 52;
    REQUIRE(bits_of(portable::pow(2.0, exponent)) == expected);
  }
  CHECK(portable::pow(0.25, 0.5) == 0.5);
  CHECK(portable::pow(144.0, 0.5) == 12.0);
}

TEST_CASE("log of the special values follows C") {
  CHECK(bits_of(portable::log(1.0)) == 0);
  CHECK(portable::log(0.0) == -kInfinity);
  CHECK(portable::log(-0.0) == -kInfinity);
  CHECK(portable::log(kInfinity) == kInfinity);
  CHECK(is_nan(portable::log(-1.0)));
  CHECK(is_nan(portable::log(-kInfinity)));
  CHECK(is_nan(portable::log(kNaN)));
}

TEST_CASE("exp of the special values follows C") {
  CHECK(portable::exp(0.0) == 1.0);
  CHECK(portable::exp(-0.0) == 1.0);
  CHECK(portable::exp(kInfinity) == kInfinity);
  CHECK(bits_of(portable::exp(-kInfinity)) == 0);
  CHECK(portable::exp(709.79) == kInfinity);
  CHECK(portable::exp(-745.1) == 0x1p-1074);
  CHECK(portable::exp(-745.2) == 0.0);
  CHECK(is_nan(portable::exp(kNaN)));
}

TEST_CASE("pow of the special values follows C") {
  CHECK(portable::pow(kNaN, 0.0) == 1.0);
  CHECK(portable::pow(0.0, 0.0) == 1.0);
  CHECK(portable::pow(1.0, kNaN) == 1.0);
  CHECK(portable::pow(1.0, kInfinity) == 1.0);
  CHECK(portable::pow(-1.0, kInfinity) == 1.0);
  CHECK(is_nan(portable::pow(2.0, kNaN)));
  CHECK(is_nan(portable::pow(kNaN, 2.0)));
  CHECK(is_nan(portable::pow(-2.0, 0.5)));

  CHECK(portable::pow(2.0, kInfinity) == kInfinity);
  CHECK(portable::pow(2.0, -kInfinity) == 0.0);
  CHECK(portable::pow(0.5, kInfinity) == 0.0);
  CHECK(portable::pow(-0.5, -kInfinity) == kInfinity);

  CHECK(bits_of(portable::pow(-0.0, 3.0)) == bits_of(-0.0));
  CHECK(bits_of(portable::pow(-0.0, 2.0)) == bits_of(0.0));
  CHECK(portable::pow(-0.0, -3.0) == -kInfinity);
  CHECK(portable::pow(0.0, -0.5) == kInfinity);
  CHECK(portable::pow(-kInfinity, 3.0) == -kInfinity);
  CHECK(portable::pow(-kInfinity, 0.5) == kInfinity);
  CHECK(bits_of(portable::pow(-kInfinity, -3.0)) == bits_of(-0.0));

  CHECK(portable::pow(10.0, 309.0) == kInfinity);
  CHECK(portable::pow(-10.0, 309.0) == -kInfinity);
  CHECK(portable::pow(10.0, -400.0) == 0.0);
  CHECK(portable::pow(2.0, -1074.0) == 0x1p-1074);
  CHECK(portable::pow(-1.0, 9007199254740991.0) == -1.0);
  CHECK(portable::pow(-1.0, 9007199254740992.0) == 1.0);
}

TEST_CASE("the normal quantile gives the same bits on every machine") {
  CHECK(bits_of(portable::normal_quantile(0x1p-1074)) == 0xc0433bd3f27fcd02);
  CHECK(bits_of(portable::normal_quantile(0x1p-53)) == 0xc0206b48528cea51);
  CHECK(bits_of(portable::normal_quantile(0x1.9p-8)) == 0xc0040c7f566eb88d);
  CHECK(bits_of(portable::normal_quantile(0.25)) == 0xbfe5956b87528a49);
  CHECK(bits_of(portable::normal_quantile(0.5)) == 0);
  CHECK(bits_of(portable::normal_quantile(0.625)) == 0x3fd464965bdc7eaf);
  CHECK(bits_of(portable::normal_quantile(0.96875)) == 0x3ffdcdbfee3cb020);
}

TEST_CASE("the normal quantile is odd around one half and ends in infinities") {
  for (int i = 1; i < 1024; ++i) {
    const double p = i / 1024.0;
    REQUIRE(portable::normal_quantile(p) == -portable::normal_quantile(1.0 - p));
  }
  CHECK(portable::normal_quantile(0.0) == -kInfinity);
  CHECK(portable::normal_quantile(1.0) == kInfinity);
  CHECK(is_nan(portable::normal_quantile(-0.1)));
  CHECK(is_nan(portable::normal_quantile(1.1)));
  CHECK(is_nan(portable::normal_quantile(kNaN)));
}
