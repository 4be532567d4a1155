// SPDX-License-Identifier: MIT
// Logarithm, exponential and power with the same bits on every compiler, library and processor.
#pragma once

namespace mqlab::portable {

// These use only + - * / on doubles and moves of bits (built with -ffp-contract=off), because the C
// library's own functions differ between machines. Special values follow C's log, exp and pow; no
// floating point exception flag or errno is part of the promise.

// The natural logarithm, within 1 ulp. log(0) is -inf, log of a negative number is NaN.
double log(double x);

// e to the power x, within 1 ulp (2 ulp where the result is subnormal).
double exp(double x);

// x to the power y, within 1 ulp (2 ulp where the result is subnormal). Exact wherever the true
// result is a double: pow(10, 3) is 1000.
double pow(double x, double y);

// The z below which a standard normal variable lies with probability p; 0 < p < 1, else NaN (0 and
// 1 give -inf and +inf). Relative error below 1e-15; exactly odd around p = 1/2 for p that are
// multiples of 2^-53.
double normal_quantile(double p);

}  // namespace mqlab::portable
