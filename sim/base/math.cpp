// SPDX-License-Identifier: MIT
// The portable functions: reduce the argument exactly, sum a short series, scale the result back.
#include "sim/base/math.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace mqlab::portable {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

constexpr std::uint64_t kSignBit = 0x8000000000000000ULL;
constexpr std::uint64_t kFractionBits = 0x000fffffffffffffULL;
constexpr std::uint64_t kBitsOfOne = 0x3ff0000000000000ULL;

// ln 2 in two parts. The first has 32 significant bits, so its product with an exponent is exact.
constexpr double kLn2High = 0x1.62e42feep-1;
constexpr double kLn2Low = 0x1.a39ef35793c76p-33;
constexpr double kSqrt2 = 0x1.6a09e667f3bcdp+0;

// An unevaluated sum; |low| is at most half an ulp of high.
struct Pair {
  double high;
  double low;
};

// The exact sum of two doubles, |a| >= |b|.
Pair sum_ordered(double a, double b) {
  const double s = a + b;
  return {s, b - (s - a)};
}

// The exact sum of two doubles.
Pair sum(double a, double b) {
  const double s = a + b;
  const double part = s - a;
  return {s, (a - (s - part)) + (b - part)};
}

// Cuts a double into two of at most 26 bits; |a| must be below 2^996.
Pair halves(double a) {
  const double scaled = a * 0x1.0000002p27;
  const double high = scaled - (scaled - a);
  return {high, a - high};
}

// The exact product of two doubles, unless it under- or overflows.
Pair product(double a, double b) {
  const double p = a * b;
  const Pair x = halves(a);
  const Pair y = halves(b);
  return {p, ((x.high * y.high - p) + x.high * y.low + x.low * y.high) + x.low * y.low};
}

Pair product(Pair a, Pair b) {
  const Pair p = product(a.high, b.high);
  return sum_ordered(p.high, p.low + (a.high * b.low + a.low * b.high));
}

// A positive finite number as fraction * 2^exponent, fraction between sqrt(1/2) and sqrt(2).
struct Split {
  double fraction;
  double exponent;
};

Split split(double x) {
  int exponent = 0;
  if (x < std::numeric_limits<double>::min()) {
    x *= 0x1p54;
    exponent = -54;
  }
  const auto bits = std::bit_cast<std::uint64_t>(x);
  exponent += static_cast<int>(bits >> 52) - 1023;
  auto fraction = std::bit_cast<double>((bits & kFractionBits) | kBitsOfOne);
  if (fraction > kSqrt2) {
    fraction *= 0.5;
    ++exponent;
  }
  return {fraction, static_cast<double>(exponent)};
}

// With s = f / (2 + f) and z = s * s, ln(1 + f) = 2 atanh(s) = s * (2 + z * 2/3 + z^2 * 2/5 + ...).
// This is that sum from z^2 * 2/5 on. z is at most 0.0295, so what is left out is below 2^-70.
double atanh_tail(double z) {
  const double z2 = z * z;
  const double even =
      2.0 / 5 +
      z2 * (2.0 / 9 + z2 * (2.0 / 13 + z2 * (2.0 / 17 + z2 * (2.0 / 21 + z2 * (2.0 / 25)))));
  const double odd =
      2.0 / 7 + z2 * (2.0 / 11 + z2 * (2.0 / 15 + z2 * (2.0 / 19 + z2 * (2.0 / 23))));
  return z2 * (even + z * odd);
}

// ln x to about 2^-65 of its size, for pow; x is positive and finite.
Pair log_pair(double x) {
  const Split part = split(x);
  const double f = part.fraction - 1.0;
  // s = f / (2 + f) as a pair: the quotient, and what its product with the divisor leaves over.
  const Pair divisor = sum_ordered(2.0, f);
  const double quotient = f / divisor.high;
  const Pair back = product(quotient, divisor.high);
  const double rest = ((f - back.high) - back.low) - quotient * divisor.low;
  const Pair s = sum_ordered(quotient, rest / divisor.high);

  constexpr Pair kTwoThirds{0x1.5555555555555p-1, 0x1.5555555555555p-55};
  const Pair z = product(s, s);
  const Pair cubic = product(product(z, kTwoThirds), s);
  const double tail = s.high * atanh_tail(z.high);

  const Pair low = sum(cubic.high, tail);
  const Pair main = sum_ordered(2.0 * s.high, low.high);

  // The first product is exact, the second a pair: about 85 bits of ln 2 are used.
  const Pair of_power = product(part.exponent, kLn2Low);
  const Pair rest_of_all = sum(of_power.high, main.high);
  const Pair top = sum(part.exponent * kLn2High, rest_of_all.high);
  const double small = of_power.low + (main.low + (2.0 * s.low + low.low + cubic.low));
  return sum_ordered(top.high, top.low + (rest_of_all.low + small));
}

// fraction * 2^exponent for a fraction near 1, rounded once more where the result is subnormal.
double scale(double fraction, int exponent) {
  const auto power_of_two = [](int e) {
    return std::bit_cast<double>(static_cast<std::uint64_t>(e + 1023) << 52);
  };
  if (exponent > 1023) return fraction * 2.0 * power_of_two(exponent - 1);
  if (exponent < -1021) return fraction * power_of_two(exponent + 1000) * power_of_two(-1000);
  return fraction * power_of_two(exponent);
}

// exp(x.high + x.low) for a sum between -746 and 710.
double exp_pair(Pair x) {
  const double turns = x.high * 0x1.71547652b82fep+0;
  const int k = static_cast<int>(turns < 0 ? turns - 0.5 : turns + 0.5);
  const double high = x.high - k * kLn2High;
  const double low = x.low - k * kLn2Low;
  const double r = high + low;
  const double lost = (high - r) + low;
  // r * coth(r / 2) = 2 + r^2/6 - r^4/360 + ...; with c = r - (that - 2), e^r = 1 + r + rc/(2 - c).
  const double t = r * r;
  const double c =
      r - t * (1.0 / 6 -
               t * (1.0 / 360 -
                    t * (1.0 / 15120 - t * (1.0 / 604800 -
                                            t * (1.0 / 23950080 - t * (691.0 / 653837184000.0))))));
  const double curve = r * c / (2.0 - c);
  // What r lost counts with the slope of the curve, which is e^r.
  const Pair line = sum_ordered(1.0, r);
  return scale(line.high + (line.low + (curve + lost * (1.0 + r))), k);
}

bool is_integer(double y) {
  if (y >= 0x1p52 || y <= -0x1p52) return true;
  return static_cast<double>(static_cast<std::int64_t>(y)) == y;
}

bool is_odd(double y) {
  if (y >= 0x1p53 || y <= -0x1p53) return false;
  return is_integer(y) && (static_cast<std::int64_t>(y) & 1) != 0;
}

double magnitude(double x) {
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) & ~kSignBit);
}

// pow for a positive finite x other than 1 and a finite y other than 0.
double pow_positive(double x, double y) {
  const Pair logarithm = log_pair(x);
  const double rough = y * logarithm.high;
  if (rough > 709.8) return kInfinity;
  if (rough < -745.2) return 0.0;
  const Pair p = product(y, logarithm.high);
  return exp_pair(sum_ordered(p.high, p.low + y * logarithm.low));
}

// The coefficients of a ratio of two polynomials of degree 7, lowest first.
struct Rational {
  std::array<double, 8> over;
  std::array<double, 8> under;
};

constexpr Rational kMiddle{
    {3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3,
     1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
     3.3430575583588128105e+4, 2.5090809287301226727e+3},
    {1.0, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
     2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4,
     5.2264952788528545610e+3}};
constexpr Rational kTail{
    {1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
     3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
     2.27238449892691845833e-2, 7.74545014278341407640e-4},
    {1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
     1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
     1.05075007164441684324e-9}};
constexpr Rational kFarTail{
    {6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
     2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
     2.71155556874348757815e-5, 2.01033439929228813265e-7},
    {1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
     7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
     2.04426310338993978564e-15}};

double ratio_of_polynomials(const Rational& ratio, double x) {
  double over = 0.0;
  double under = 0.0;
  for (std::size_t i = 8; i-- > 0;) {
    over = over * x + ratio.over[i];
    under = under * x + ratio.under[i];
  }
  return over / under;
}

}  // namespace

double log(double x) {
  if (x != x) return x;
  if (x < 0) return kNaN;
  if (x == 0) return -kInfinity;
  if (x == kInfinity) return x;
  const Split part = split(x);
  const double f = part.fraction - 1.0;
  const double s = f / (2.0 + f);
  const double z = s * s;
  const double half_square = 0.5 * f * f;
  // ln(1 + f) = f - f^2/2 + s * (f^2/2 + the series without its first term): little is lost when
  // the large parts are added last.
  const double series = z * (2.0 / 3) + atanh_tail(z);
  const double small = s * (half_square + series) + part.exponent * kLn2Low;
  return part.exponent * kLn2High - ((half_square - small) - f);
}

double exp(double x) {
  if (x != x) return x;
  if (x > 709.8) return kInfinity;
  if (x < -745.2) return 0.0;
  return exp_pair({x, 0.0});
}

double pow(double x, double y) {
  if (y == 0 || x == 1.0) return 1.0;
  if (x != x || y != y) return kNaN;
  const double size = magnitude(x);
  const bool negative = std::bit_cast<std::uint64_t>(x) >> 63 != 0;
  if (magnitude(y) == kInfinity) {
    if (size == 1.0) return 1.0;
    return (size > 1.0) == (y > 0) ? kInfinity : 0.0;
  }
  if (negative && size != kInfinity && size != 0 && !is_integer(y)) return kNaN;
  double result = 0.0;
  if (size == 0 || size == kInfinity) {
    result = (size == 0) == (y < 0) ? kInfinity : 0.0;
  } else if (size == 1.0) {
    result = 1.0;
  } else {
    result = pow_positive(size, y);
  }
  return negative && is_odd(y) ? -result : result;
}

double normal_quantile(double p) {
  // Wichura's AS 241 (1988): one ratio of polynomials in the middle, two for the tails.
  if (!(p >= 0 && p <= 1)) return kNaN;
  if (p == 0 || p == 1) return p == 0 ? -kInfinity : kInfinity;
  const double centred = p - 0.5;
  if (magnitude(centred) <= 0.425) {
    return centred * ratio_of_polynomials(kMiddle, 0.180625 - centred * centred);
  }
  const double r = std::sqrt(-portable::log(centred < 0 ? p : 1.0 - p));
  const double z =
      r <= 5.0 ? ratio_of_polynomials(kTail, r - 1.6) : ratio_of_polynomials(kFarTail, r - 5.0);
  return centred < 0 ? -z : z;
}

}  // namespace mqlab::portable
