// SPDX-License-Identifier: MIT
// Where an observation differs from the recorded one.
#pragma once

#include <optional>
#include <string>

#include "cli/conform/json.hpp"

namespace mqlab::conform {

struct Mismatch {
  std::string path;  // "B/1.deliver.c[0].redelivered"
  Json expected;     // null: there is nothing there
  Json got;
};

// The first difference between two observations: objects as sets of members, lists in order. The
// type of a queue is compared only where it was recorded.
std::optional<Mismatch> first_mismatch(const Json& expected, const Json& got);

}  // namespace mqlab::conform
