// SPDX-License-Identifier: MIT
// Looking into a node, and checking that what it holds is consistent.
#pragma once

#include <optional>
#include <string>

#include "sim/broker/node.hpp"

namespace mqlab::broker {

View view_of(const Node& node);

// nullopt, or what is broken.
std::optional<std::string> validate(const Node& node);

}  // namespace mqlab::broker
