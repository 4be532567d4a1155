// SPDX-License-Identifier: MIT
// A world as a scenario describes it, which carries messages from publishers to consumers.
#pragma once

#include <cstdint>
#include <string_view>

#include "cli/bench/meter.hpp"
#include "scripting/scenario.hpp"

namespace mqlab::bench {

// Runs that many messages through that many queues, each with a publisher and a consumer of its
// own; only run() is on the meter. `handler` is an option of the consumers in Lua, or empty.
scripting::Report carry_through_world(std::uint64_t queues, std::uint64_t messages,
                                      std::string_view handler, ledger::Sink sink, Meter& meter);

}  // namespace mqlab::bench
