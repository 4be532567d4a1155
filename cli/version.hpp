// SPDX-License-Identifier: MIT
// Which mqlab this is.
#pragma once

#include <string>
#include <string_view>

namespace mqlab::cli {

// "0.1.0"
std::string_view version();

// One line: version, compiler, libraries.
std::string version_text();

}  // namespace mqlab::cli
