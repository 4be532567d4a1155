// SPDX-License-Identifier: MIT
// A run as machines read it.
#pragma once

#include <nlohmann/json.hpp>

#include "cli/report_text.hpp"

namespace mqlab::cli {

// One variant: everything that the text says, with stable keys. Documented in docs/cli.md.
nlohmann::ordered_json report_json(const Finished& run);

}  // namespace mqlab::cli
