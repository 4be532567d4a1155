// SPDX-License-Identifier: MIT
// Cases leave choices open that depend on what happened before; here they are settled.
#pragma once

#include <optional>

#include "cli/conform/client.hpp"

namespace mqlab::conform {

// A step of a case with its choices settled: which channel, which delivery tag, whether at all. The
// step of a transcript stays as it is. Nothing if the step does not apply.
std::optional<Step> settled(const Step& step, const Client& client);

}  // namespace mqlab::conform
