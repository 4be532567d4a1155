// SPDX-License-Identifier: MIT
// How an error reads.
#include "sim/base/result.hpp"

#include <fmt/format.h>

namespace mqlab {

std::string Error::text() const {
  std::string out;
  if (!place.file.empty()) {
    out = place.line > 0 ? fmt::format("{}:{}: ", place.file, place.line) : place.file + ": ";
  }
  out += what;
  if (!hint.empty()) out += fmt::format(" ({})", hint);
  return out;
}

Error make_error(std::string what, std::string hint) {
  return Error{{}, std::move(what), std::move(hint)};
}

}  // namespace mqlab
