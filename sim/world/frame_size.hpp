// SPDX-License-Identifier: MIT
// How many bytes AMQP 0-9-1 writes for what clients and nodes say to each other.
#pragma once

#include <cstdint>

#include "sim/ledger/ledger.hpp"
#include "sim/world/connection.hpp"

namespace mqlab::world {

// The largest frame that both sides agree on (CONN-1).
inline constexpr std::uint64_t kFrameMax = 131'072;
// What every frame has around its payload: type, channel and length, and the end mark.
inline constexpr std::uint64_t kFrameAround = 8;

// All frames of one method: a content also has its header frame and its body frames. The headers of
// TCP and IP are not counted, and neither is what has no bytes (SYN, RST, FIN). What servers and
// clients tell of themselves in the handshake is counted with a usual size.
std::uint64_t frame_bytes(const ledger::Ledger& ledger, const Request& request);
std::uint64_t frame_bytes(const ledger::Ledger& ledger, const Response& response);

// The header frame and the body frames of a content; nullptr: no property is set.
std::uint64_t content_bytes(const broker::PropertiesPtr& properties, std::uint64_t body);

}  // namespace mqlab::world
