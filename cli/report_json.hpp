// SPDX-License-Identifier: MIT
// A run as machines read it.
#pragma once

#include <nlohmann/json.hpp>

#include "cli/report_text.hpp"

namespace mqlab::cli {

// One variant: everything that the text says, with stable keys. Documented in docs/cli.md.
nlohmann::ordered_json report_json(const Finished& run);

// As text that every reader of JSON takes: bytes that are no UTF-8 become U+FFFD.
std::string json_text(const nlohmann::ordered_json& json);

}  // namespace mqlab::cli
