// SPDX-License-Identifier: MIT
// Connecting, losing the connection, connecting again.
#include "sim/world/session.hpp"

namespace mqlab::world {

void Session::connect_at_once(Core& core) {
  const std::uint32_t made = Client::make(core, owner_, access_);
  clients_.push_back(made);
  core.connections[made].set_direct(true);
  core.clients[made].connect_at_once(core);
  core.connections[made].set_direct(false);
}

void Session::connect(Core& core) {
  const std::uint32_t made = Client::make(core, owner_, access_);
  clients_.push_back(made);
  core.clients[made].connect(core);
}

void Session::die(Core& core) {
  core.clear(alarm_);
  if (has_client()) client(core).die(core);
}

bool Session::will_resume(Core& core) {
  const Reconnect& rule = access_.reconnect;
  if (rule.after <= Duration{}) return false;
  const Duration longest = rule.wait(failures_++);
  const auto play = static_cast<std::uint64_t>(static_cast<double>(longest.ns) * rule.jitter);
  const auto less = static_cast<std::int64_t>(core.choices.below(jitter_, play + 1));
  core.set(alarm_, core.now() + (longest - nanoseconds(less)), again_, index_);
  return true;
}

void Session::resume(Core& core) {
  core.clear(alarm_);
  if (has_client() && client(core).state() == Client::State::open) {
    open_channel(core);
  } else {
    connect(core);
  }
}

bool Session::concerns(const News& news) const {
  if (!has_client() || news.client != clients_.back()) return false;
  switch (news.kind) {
    case News::Kind::opened:
    case News::Kind::closed:
    case News::Kind::lost:
    case News::Kind::blocked:
    case News::Kind::unblocked:
      return true;
    case News::Kind::replied:
    case News::Kind::delivered:
    case News::Kind::got:
    case News::Kind::returned:
    case News::Kind::confirmed:
    case News::Kind::channel_closed:
    case News::Kind::cancelled:
      return news.channel == channel_;
  }
  MQLAB_ASSERT(false && "every kind of news concerns somebody");
}

}  // namespace mqlab::world
