// SPDX-License-Identifier: MIT
// What the coroutine of a consumer's thread can do while it works on a delivery.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/world/hooks.hpp"

namespace mqlab::world {

struct Core;
class Consumer;

// The hands of one thread. Functions that return optional<Answer> wait: either the answer is there
// at once, or it comes by hooks.resume_work. When the consumer dies, hooks.killed is called and
// nothing comes any more.
class WorkPort {
 public:
  WorkPort(Core& core, std::uint32_t consumer, std::uint32_t thread)
      : core_(&core), consumer_(consumer), thread_(thread) {}

  // Whether the thread still works on the delivery that its coroutine began with.
  bool is_at_work() const;
  std::optional<Answer> sleep(Duration span);
  std::optional<Answer> ask(EntityId store, StoreRequest request);
  // On the channel that the delivery came by. The message comes into being at once, and waits, if
  // need be, until its frame is written (AccessConfig::send_buffer).
  Publishing publish(const Content& content);
  // The work is over. `why` says what failed.
  void finish(Decision decision, const std::string& why);

 private:
  Consumer& consumer() const;

  Core* core_;
  std::uint32_t consumer_;
  std::uint32_t thread_;
};

}  // namespace mqlab::world
