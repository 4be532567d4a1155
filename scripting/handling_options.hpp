// SPDX-License-Identifier: MIT
// Options that say how a consumer handles messages: container modes, retries.
#pragma once

#include "scripting/host.hpp"
#include "scripting/options.hpp"

namespace mqlab::scripting {

// container, default_requeue, ack, prefetch, retry, on_failure, handler, process, fail, effect.
void read_handling(const Call& call, Options& options, world::ConsumerConfig& config,
                   ActorObject& object);

}  // namespace mqlab::scripting
