// SPDX-License-Identifier: MIT
// What a connection is like: options that publishers, consumers and processes share.
#pragma once

#include "scripting/options.hpp"
#include "sim/world/config.hpp"

namespace mqlab::scripting {

// Reads latency, heartbeat, bandwidth.
void read_link(Options& options, world::AccessConfig& access);
// Reads reconnect: a time, or { after = …, factor = …, max = …, jitter = … }.
void read_reconnect(const Call& call, Options& options, world::AccessConfig& access);

}  // namespace mqlab::scripting
