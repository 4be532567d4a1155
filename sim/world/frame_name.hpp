// SPDX-License-Identifier: MIT
// What rows call the frames on a wire.
#pragma once

#include <string_view>

#include "sim/world/connection.hpp"

namespace mqlab::world {

// "queue.declare", "tcp.syn"; empty for the end of a stream.
std::string_view frame_name(const Request& request);
std::string_view frame_name(const Response& response);

// The same in the ledger's table of names.
NameId interned_name(Core& core, const Request& request);
NameId interned_name(Core& core, const Response& response);

}  // namespace mqlab::world
