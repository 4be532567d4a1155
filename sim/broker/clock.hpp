// SPDX-License-Identifier: MIT
// What happens by itself.
#pragma once

#include "sim/broker/node.hpp"

namespace mqlab::broker {

// Lets everything happen that is due by `now`, in order of time.
void advance(Node& node, Time now);

}  // namespace mqlab::broker
