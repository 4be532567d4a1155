// SPDX-License-Identifier: MIT
// Points in an actor's work at which it may crash: each passing is a choice, by default "no".
#pragma once

#include <string_view>

#include "sim/world/core.hpp"

namespace mqlab::world {

// The points that publishers and consumers pass by themselves. Scripts may name others.
namespace point {
inline constexpr std::string_view kBeforeWork = "before_work";    // a thread took a delivery
inline constexpr std::string_view kAfterEffect = "after_effect";  // an effect took place
inline constexpr std::string_view kBeforeAck = "before_ack";      // nothing left but the answer
inline constexpr std::string_view kAfterAck = "after_ack";        // the answer is written
inline constexpr std::string_view kBeforeRow = "before_row";      // outbox: nothing is stored yet
inline constexpr std::string_view kAfterRow = "after_row";        // outbox: the rows are committed
inline constexpr std::string_view kBeforePublish = "before_publish";
inline constexpr std::string_view kAfterPublish = "after_publish";  // written, not confirmed
inline constexpr std::string_view kAfterConfirm = "after_confirm";  // acked by the broker
inline constexpr std::string_view kAfterMark = "after_mark";        // outbox: the row says so
}  // namespace point

// The actor passes the point. True: it crashed there, and its caller must not go on. The choice is
// asked of the stream "<actor>.fault.<point>". A crash that no plan ordered is followed by a
// restart after one second.
bool crashes_at_watched(Core& core, EntityId actor, std::string_view point);
inline bool crashes_at(Core& core, EntityId actor, std::string_view point) {
  // Nobody planned a crash, and nobody listens to the choices.
  if (core.crash_plans.empty() && !core.choices.is_attended()) return false;
  return crashes_at_watched(core, actor, point);
}

// An actor with its stores.
void kill_actor(Core& core, EntityId actor);
void restart_actor(Core& core, EntityId actor);

}  // namespace mqlab::world
