// SPDX-License-Identifier: MIT
// What happens by itself.
#pragma once

#include "sim/broker/node.hpp"

namespace mqlab::broker {

// Lets everything happen that is due by `now`, in order of time.
void advance(Node& node, Time now);

// When something happens by itself next. Deadlines that came to nothing are forgotten, so that a
// world in which nothing can happen any more is seen to be at its end.
Time next_deadline(Node& node);

}  // namespace mqlab::broker
