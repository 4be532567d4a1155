// SPDX-License-Identifier: MIT
// How a consumer subscribes, works and settles.
#include "sim/world/consumer.hpp"

#include <algorithm>
#include <utility>

#include "sim/world/compose.hpp"

namespace mqlab::world {

using ledger::CauseScope;
using ledger::Fact;
using ledger::Reason;

Consumer::Consumer(Core& core, std::uint32_t index, EntityId id, ConsumerConfig config)
    : config_(std::move(config)),
      id_(id),
      index_(index),
      session_(id, index, config_.access, EventKind::consumer_reconnect),
      work_{config_.work, core.choices.stream(config_.name + ".work")},
      threads_(std::max(config_.threads, 1U)) {
  if (config_.tag.empty()) config_.tag = config_.name;
}

std::vector<TransmissionId> Consumer::in_hand() const {
  std::vector<TransmissionId> held;
  for (const Thread& thread : threads_) {
    if (thread.busy) held.push_back(thread.delivery.transmission);
  }
  return held;
}

ConsumerCounts Consumer::counts(const Core& core) const {
  ConsumerCounts counts = counts_;
  for (const std::uint32_t client : session_.clients()) {
    for (const Channel& channel : core.clients[client].channels()) {
      counts.buffered += static_cast<std::uint32_t>(channel.buffer.size());
    }
  }
  counts.in_hand = static_cast<std::uint32_t>(in_hand().size());
  return counts;
}

// -- life
// -------------------------------------------------------------------------------------------

void Consumer::schedule_start(Core& core) {
  core.set(start_, core.now() + config_.start, EventKind::consumer_start, index_);
}

void Consumer::start(Core& core) {
  core.clear(start_);
  life_ = Life::up;
  const CauseScope scope(core.ledger, mark(core, Fact::up, Reason::started, id_));
  session_.connect_at_once(core);
}

void Consumer::restart(Core& core) {
  if (life_ != Life::down) return;
  life_ = Life::up;
  cancelled_ = false;
  const CauseScope scope(core.ledger, mark(core, Fact::up, Reason::restarted, id_));
  session_.connect(core);
}

void Consumer::kill(Core& core) {
  if (life_ != Life::down) go_down(core, Reason::killed);
}

void Consumer::stop(Core& core) {
  if (life_ == Life::not_started) go_down(core, Reason::stopped);
  if (life_ != Life::up) return;
  life_ = Life::stopping;
  session_.forget_resume(core);
  cancelled_ = !session_.is_open(core);
  if (!cancelled_) {
    session_.client(core).write(core, session_.channel_index(),
                                broker::BasicCancel{config_.tag, false});
  }
  finish_stop(core);
}

bool Consumer::is_idle(Core& core) const {
  const bool working = std::any_of(threads_.begin(), threads_.end(),
                                   [](const Thread& thread) { return thread.busy; });
  return !working && (!session_.is_open(core) || session_.channel(core).buffer.empty());
}

void Consumer::finish_stop(Core& core) {
  if (life_ != Life::stopping || !cancelled_ || !is_idle(core)) return;
  if (session_.has_client() && session_.client(core).state() == Client::State::open) {
    session_.client(core).close(core);
  } else if (!session_.has_client() || session_.client(core).state() != Client::State::closing) {
    go_down(core, Reason::stopped);
  }
}

void Consumer::go_down(Core& core, Reason reason) {
  const CauseScope scope(core.ledger, mark(core, Fact::down, reason, id_));
  life_ = Life::down;
  ++lives_;
  core.clear(start_);
  for (Thread& thread : threads_) {
    core.clear(thread.done);
    if (thread.busy) {
      core.row(delivery_row(Fact::finished, Reason::died_with_client, id_, thread.delivery));
    }
    thread = Thread{};
  }
  session_.die(core);
}

// -- subscribing
// ------------------------------------------------------------------------------------

void Consumer::set_up(Core& core, broker::ReplyKind last) {
  Client& client = session_.client(core);
  if (last == broker::ReplyKind::channel_open_ok && config_.prefetch > 0) {
    broker::BasicQos qos;
    qos.prefetch_count = config_.prefetch;
    client.write(core, session_.channel_index(), qos);
    return;
  }
  broker::BasicConsume consume;
  consume.queue = config_.queue;
  consume.consumer_tag = config_.tag;
  consume.no_ack = config_.ack == AckMode::automatic;
  consume.exclusive = config_.exclusive;
  consume.arguments = config_.arguments;
  client.write(core, session_.channel_index(), std::move(consume));
}

void Consumer::gone(Core& core) {
  if (life_ == Life::stopping) {
    cancelled_ = true;
    finish_stop(core);
  } else if (life_ == Life::up) {
    session_.will_resume(core);
  }
}

void Consumer::hear(Core& core, const News& news) {
  if (life_ == Life::down || !session_.concerns(news)) return;
  switch (news.kind) {
    case News::Kind::opened:
      if (life_ == Life::up) session_.open_channel(core);
      return;
    case News::Kind::replied:
      if (news.reply->kind == broker::ReplyKind::basic_cancel_ok) {
        cancelled_ = true;
        finish_stop(core);
      } else if (news.reply->kind == broker::ReplyKind::channel_open_ok ||
                 news.reply->kind == broker::ReplyKind::basic_qos_ok) {
        set_up(core, news.reply->kind);
      }
      return;
    case News::Kind::delivered:
      ++counts_.received;
      take_work(core);
      return;
    case News::Kind::closed:
      go_down(core, Reason::stopped);
      return;
    case News::Kind::lost:
    case News::Kind::channel_closed:
      gone(core);
      return;
    case News::Kind::cancelled:
      if (session_.will_resume(core)) session_.client(core).close_channel(core, news.channel);
      return;
    case News::Kind::got:
    case News::Kind::returned:
    case News::Kind::confirmed:
      return;
  }
}

// -- working
// ----------------------------------------------------------------------------------------

void Consumer::take_work(Core& core) {
  if (!session_.is_open(core)) return;
  Channel& channel = session_.channel(core);
  for (std::uint32_t i = 0; i < threads_.size() && !channel.buffer.empty(); ++i) {
    Thread& thread = threads_[i];
    if (thread.busy) continue;
    thread.busy = true;
    thread.delivery = std::move(channel.buffer.front());
    thread.client = session_.client_index();
    thread.channel = session_.channel_index();
    channel.buffer.pop_front();
    const CauseScope scope(
        core.ledger, core.row(delivery_row(Fact::started, Reason::none, id_, thread.delivery)));
    core.set(thread.done, core.now() + core.sample(work_), EventKind::work_done, index_, i);
  }
}

void Consumer::work_done(Core& core, std::uint32_t index) {
  core.clear(threads_[index].done);
  Decision decision = Decision::ack;
  if (config_.asks_host && core.hooks.handle) {
    const Delivery delivery = threads_[index].delivery;
    const std::uint64_t life = lives_;
    decision = core.hooks.handle(id_, delivery);
    if (lives_ != life) return;
  }
  const Thread work = std::exchange(threads_[index], Thread{});
  settle(core, work, decision);
  take_work(core);
  finish_stop(core);
}

void Consumer::settle(Core& core, const Thread& work, Decision decision) {
  const Delivery& delivery = work.delivery;
  const bool handled = decision == Decision::ack;
  ++(handled ? counts_.handled : counts_.failed);
  if (handled && !config_.effect.empty()) {
    write_effect(core, id_, config_.effect, core.business(delivery.message), delivery.message);
  }
  const auto finish = [&](Reason reason) {
    core.ledger.set_cause(core.row(delivery_row(Fact::finished, reason, id_, delivery)));
  };
  Client& client = core.clients[work.client];
  if (delivery.no_ack) {
    finish(handled ? Reason::handled : Reason::failed);
    return;
  }
  if (decision == Decision::failure) {
    switch (config_.on_failure) {
      case OnFailure::requeue:
        decision = Decision::requeue;
        break;
      case OnFailure::reject:
        decision = Decision::reject;
        break;
      case OnFailure::nothing:
        break;
    }
  }
  if (!client.is_open(work.channel)) {
    finish(Reason::connection_ended);
    return;
  }
  switch (decision) {
    case Decision::ack:
      finish(Reason::settled_ack);
      client.write(core, work.channel, broker::BasicAck{delivery.tag, false});
      return;
    case Decision::nack:
    case Decision::requeue:
      finish(Reason::settled_nack);
      client.write(core, work.channel,
                   broker::BasicNack{delivery.tag, false, decision == Decision::requeue});
      return;
    case Decision::reject:
      finish(Reason::settled_reject);
      client.write(core, work.channel, broker::BasicReject{delivery.tag, false});
      return;
    case Decision::failure:
      finish(Reason::failed);
      return;
  }
}

}  // namespace mqlab::world
