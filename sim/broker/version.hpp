// SPDX-License-Identifier: MIT
// The server versions whose behaviour is shown.
#pragma once

#include <cstdint>

namespace mqlab::broker {

// The two servers that were recorded. They differ in about a tenth of the recorded cases; a rule
// that differs names both in its comment.
enum class Version : std::uint8_t { v3_10, v4_0 };

}  // namespace mqlab::broker
