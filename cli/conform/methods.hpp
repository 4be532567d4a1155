// SPDX-License-Identifier: MIT
// Steps as the broker's methods, and the broker's frames as what a client observes.
#pragma once

#include "cli/conform/client.hpp"
#include "sim/base/names.hpp"
#include "sim/broker/broker.hpp"

namespace mqlab::conform {

// The method of a step on a channel. Not for basic.publish: its message belongs to the ledger.
broker::Method method_of(const Step& step);

// The body of a basic.publish.
std::string body_of(const Step& step);

// Tells `client` of one frame that was written to its connection of that name.
void observe(Client& client, const std::string& connection, const broker::Outgoing& frame,
             const Names& names);

// The answer to an inspect step.
Json inspect(const broker::View& view, std::string_view vhost);

}  // namespace mqlab::conform
