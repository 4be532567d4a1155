// SPDX-License-Identifier: MIT
// The steps of a consumer's coroutine.
#include "sim/world/work_port.hpp"

#include "sim/world/consumer.hpp"
#include "sim/world/store.hpp"

namespace mqlab::world {

Consumer& WorkPort::consumer() const {
  return core_->consumers[consumer_];
}

bool WorkPort::is_at_work() const {
  return consumer().is_running(thread_);
}

std::optional<Answer> WorkPort::sleep(Duration span) {
  consumer().sleep(*core_, thread_, span);
  return std::nullopt;
}

std::optional<Answer> WorkPort::ask(EntityId store, StoreRequest request) {
  const Caller me{consumer().id(), thread_, ++core_->last_ticket};
  std::optional<StoreReply> refused =
      core_->stores[core_->thing(store).index].ask(*core_, me, std::move(request));
  if (!refused) {
    consumer().wait_for(thread_, me.ticket);
    return std::nullopt;
  }
  Answer said;
  said.kind = Answer::Kind::stored;
  said.store = std::move(*refused);
  return said;
}

Publishing WorkPort::publish(const Content& content) {
  return consumer().publish(*core_, thread_, content);
}

void WorkPort::finish(Decision decision, const std::string& why) {
  consumer().conclude(*core_, thread_, decision, why);
}

}  // namespace mqlab::world
