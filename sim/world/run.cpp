// SPDX-License-Identifier: MIT
// The loop: one event, what follows from it, what the host says to it.
#include <utility>

#include "sim/world/consumer.hpp"
#include "sim/world/fault_point.hpp"
#include "sim/world/node.hpp"
#include "sim/world/process.hpp"
#include "sim/world/publisher.hpp"
#include "sim/world/script.hpp"
#include "sim/world/store.hpp"
#include "sim/world/world.hpp"

namespace mqlab::world {

namespace {

void fire_timer(Core& core, std::uint32_t index) {
  HostTimer& timer = core.timers[index];
  core.clear(timer.alarm);
  if (timer.period > Duration{}) {
    core.set(timer.alarm, core.now() + timer.period, EventKind::timer, index);
  }
  if (core.hooks.on_timer) core.hooks.on_timer(timer.token);
}

void dispatch(Core& core, const engine::Event& event) {
  const std::uint32_t index = event.target;
  switch (static_cast<EventKind>(event.op & 0xff)) {
    case EventKind::frame_at_node:
      core.connections[index].arrive_at_node(core);
      return;
    case EventKind::frame_at_client:
      core.connections[index].arrive_at_client(core);
      return;
    case EventKind::node_deadline:
      core.nodes[index].deadline(core);
      return;
    case EventKind::disk_synced:
      core.nodes[index].disk_synced(core);
      return;
    case EventKind::node_booted:
      core.nodes[index].booted(core);
      return;
    case EventKind::publisher_start:
      core.publishers[index].start(core);
      return;
    case EventKind::consumer_start:
      core.consumers[index].start(core);
      return;
    case EventKind::process_start:
      core.processes[index].start(core);
      return;
    case EventKind::publish_tick:
      core.publishers[index].tick(core);
      return;
    case EventKind::confirm_deadline:
      core.publishers[index].confirm_deadline(core);
      return;
    case EventKind::publisher_reconnect:
      core.publishers[index].reconnect(core);
      return;
    case EventKind::consumer_reconnect:
      core.consumers[index].reconnect(core);
      return;
    case EventKind::work_done:
      core.consumers[index].work_done(core, event.op >> 8);
      return;
    case EventKind::wait_over:
      core.processes[index].wait_over(core);
      return;
    case EventKind::client_beat:
      core.connections[index].client_beats(core);
      return;
    case EventKind::node_beat:
      core.connections[index].node_beats(core);
      return;
    case EventKind::client_check:
      core.connections[index].client_listens(core);
      return;
    case EventKind::connect_over:
      core.connections[index].connect_over(core);
      return;
    case EventKind::outbox_scan:
      core.publishers[index].scan(core);
      return;
    case EventKind::timer:
      fire_timer(core, index);
      return;
    case EventKind::store_done:
      core.stores[index].carry_out(core, event.op >> 8);
      return;
    case EventKind::store_expiry:
      core.stores[index].expire(core);
      return;
    case EventKind::comeback:
      restart_actor(core, EntityId{index});
      return;
    case EventKind::pause:
      return;
  }
}

// One note to the host, each kind to its hook.
struct Teller {
  Core& core;
  EntityId about;

  void operator()(const Answer& answer) const {
    if (core.hooks.resume) core.hooks.resume(about, answer);
  }
  void operator()(const Returned& returned) const {
    if (core.hooks.on_return) core.hooks.on_return(about, returned);
  }
  void operator()(const Note::Confirmed& confirmed) const {
    if (core.hooks.on_confirm) core.hooks.on_confirm(about, confirmed.message, confirmed.ack);
  }
  void operator()(const Note::Blocked& blocked) const {
    if (core.hooks.on_blocked) core.hooks.on_blocked(about, blocked.on, blocked.why);
  }
  void operator()(Note::Started) const {
    if (core.hooks.start) core.hooks.start(about);
  }
  void operator()(Note::Killed) const {
    if (core.hooks.killed) core.hooks.killed(about);
  }
  void operator()(Note::Work work) const {
    const Delivery delivery = core.consumers[core.thing(about).index].delivery(work.thread);
    if (core.hooks.begin_work) core.hooks.begin_work(about, work.thread, delivery);
  }
  void operator()(const Note::Told& told) const {
    if (core.hooks.resume_work) core.hooks.resume_work(about, told.thread, told.answer);
  }
};

void tell_notes(Core& core) {
  while (!core.notes.empty()) {
    const Note note = std::move(core.notes.front());
    core.notes.pop_front();
    core.ledger.set_cause(note.cause);
    std::visit(Teller{core, note.about}, note.what);
  }
}

inline void tell_host(Core& core) {
  if (!core.notes.empty()) [[unlikely]]
    tell_notes(core);
  core.ledger.set_cause(0);
}

// Who is declared before the first run() starts in this order at one instant.
void begin(Core& core) {
  if (core.begun) return;
  core.begun = true;
  for (Consumer& one : core.consumers) one.schedule_start(core);
  for (Publisher& one : core.publishers) one.schedule_start(core);
  for (Process& one : core.processes) one.schedule_start(core);
}

Outcome outcome_of(engine::Stop stop) {
  switch (stop) {
    case engine::Stop::kDrained:
      return Outcome::drained;
    case engine::Stop::kTimeLimit:
      return Outcome::until;
    case engine::Stop::kEventLimit:
      return Outcome::event_limit;
    case engine::Stop::kAnchor:
    case engine::Stop::kNone:
      break;
  }
  MQLAB_ASSERT(false && "the engine stopped for a reason of ours");
}

}  // namespace

Outcome World::run(const Limits& limits) {
  Core& core = *core_;
  MQLAB_ASSERT(!core.running);
  core.running = true;
  begin(core);
  core.engine.set_limits(engine::Limits{limits.until, limits.max_events});
  if (limits.pause != Time::never() && limits.pause > core.engine.now()) {
    core.engine.schedule_at(limits.pause, 0, static_cast<std::uint32_t>(EventKind::pause));
  }
  tell_host(core);
  std::uint64_t unasked = limits.ask_every - 1;  // the first question follows the first event
  const auto asks_to_come_back = [&] {
    if (core.comes_back || core.ledger.row_count() >= limits.max_rows) return true;
    if (++unasked < limits.ask_every) return false;
    unasked = 0;
    return limits.interrupt && limits.interrupt();
  };
  const auto settle = [&] {
    tell_host(core);
    if (core.hooks.after_event) {
      core.hooks.after_event();
      tell_host(core);
    }
    return asks_to_come_back();
  };
  Outcome outcome = Outcome::interrupted;
  for (bool interrupted = false; !interrupted;) {
    engine::Event event;
    if (core.hearts > 0 && core.engine.anchors() == 0 && core.only_hearts_beat()) {
      outcome = Outcome::drained;
      break;
    }
    if (core.engine.next(event)) {
      core.ledger.set_now(event.at);
      core.ledger.set_cause(event.arg);
      dispatch(core, event);
      interrupted = settle();
    } else if (core.engine.stopped() == engine::Stop::kAnchor) {
      const Intervention todo = script_->interventions[core.engine.take_anchor()];
      const Result<void> applied = apply(todo);
      if (!applied) script_->failed.push_back(applied.error());
      interrupted = settle();
    } else {
      outcome = outcome_of(core.engine.stopped());
      break;
    }
  }
  core.running = core.comes_back = false;
  const bool full = core.ledger.row_count() >= limits.max_rows;
  if (outcome == Outcome::interrupted && full) return Outcome::row_limit;
  return outcome;
}

void World::come_back() {
  core_->comes_back = true;
}

// -- time
// -------------------------------------------------------------------------------------------

Time World::now() const {
  return core_->engine.now();
}

std::uint64_t World::event_count() const {
  return core_->engine.events();
}

TimerId World::at(Time when, std::uint64_t token) {
  const auto index = static_cast<std::uint32_t>(core_->timers.size());
  HostTimer& timer = core_->timers.emplace_back();
  timer.token = token;
  core_->set(timer.alarm, std::max(when, core_->now()), EventKind::timer, index);
  return index;
}

TimerId World::every(Duration period, std::uint64_t token) {
  MQLAB_ASSERT(period > Duration{});
  const TimerId timer = at(core_->now() + period, token);
  core_->timers[timer].period = period;
  return timer;
}

void World::cancel(TimerId timer) {
  core_->timers[timer].period = {};
  core_->clear(core_->timers[timer].alarm);
}

std::string_view word(Outcome outcome) {
  switch (outcome) {
    case Outcome::drained:
      return "drained";
    case Outcome::until:
      return "until";
    case Outcome::event_limit:
    case Outcome::row_limit:
      return "limit";
    case Outcome::interrupted:
      return "interrupted";
  }
  MQLAB_ASSERT(false && "every outcome has a word");
}

std::string_view word(Intervention::Kind kind) {
  switch (kind) {
    case Intervention::Kind::kill:
      return "kill";
    case Intervention::Kind::stop:
      return "stop";
    case Intervention::Kind::power_off:
      return "power-off";
    case Intervention::Kind::restart:
      return "restart";
    case Intervention::Kind::drop_connection:
      return "drop-connection";
    case Intervention::Kind::delay:
      return "delay";
    case Intervention::Kind::hold:
      return "hold";
    case Intervention::Kind::release:
      return "release";
    case Intervention::Kind::partition:
      return "partition";
    case Intervention::Kind::partition_to_broker:
      return "partition-to-broker";
    case Intervention::Kind::partition_to_client:
      return "partition-to-client";
    case Intervention::Kind::heal:
      return "heal";
    case Intervention::Kind::clog:
      return "clog";
    case Intervention::Kind::slow_disk:
      return "slow-disk";
  }
  MQLAB_ASSERT(false && "every kind of intervention has a word");
}

}  // namespace mqlab::world
