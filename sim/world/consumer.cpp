// SPDX-License-Identifier: MIT
// How a consumer subscribes, works and settles.
#include "sim/world/consumer.hpp"

#include <algorithm>
#include <utility>

#include "sim/world/compose.hpp"
#include "sim/world/fault_point.hpp"

namespace mqlab::world {

using ledger::CauseScope;
using ledger::Fact;
using ledger::Reason;

Consumer::Consumer(Core& core, std::uint32_t index, EntityId id, ConsumerConfig config)
    : id_(id),
      index_(index),
      asks_host_(config.asks_host),
      coroutine_(config.coroutine),
      has_effect_(!config.effect.empty()),
      threads_(std::max(config.threads, 1U)),
      session_(core, id, index, config.access, EventKind::consumer_reconnect),
      config_(std::move(config)) {
  work_ = {config_.work, core.choices.stream(config_.name + ".work")};
  if (config_.tag.empty()) config_.tag = config_.name;
}

std::vector<TransmissionId> Consumer::in_hand() const {
  std::vector<TransmissionId> held;
  for (const Thread& thread : threads_) {
    if (thread.stage != Stage::idle) held.push_back(thread.job.delivery.transmission);
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
  cancelled_ = !session_.is_open();
  if (!cancelled_) {
    session_.client().write(core, session_.channel_index(),
                            broker::BasicCancel{config_.tag, false});
  }
  finish_stop(core);
}

bool Consumer::is_idle() const {
  const bool working = std::any_of(threads_.begin(), threads_.end(), [](const Thread& thread) {
    return thread.stage != Stage::idle;
  });
  return !working && (!session_.is_open() || session_.channel().buffer.empty());
}

void Consumer::finish_stop(Core& core) {
  if (life_ != Life::stopping || !cancelled_ || !is_idle()) return;
  if (session_.has_client() && session_.client().state() == Client::State::open) {
    session_.client().close(core);
  } else if (!session_.has_client() || session_.client().state() != Client::State::closing) {
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
    if (thread.stage != Stage::idle) {
      core.row(delivery_row(Fact::finished, Reason::died_with_client, id_, thread.job.delivery));
    }
    thread = Thread{};
  }
  session_.die(core);
  if (!config_.coroutine) return;
  const auto about_me = [&](const Note& note) { return note.about == id_; };
  core.notes.erase(std::remove_if(core.notes.begin(), core.notes.end(), about_me),
                   core.notes.end());
  core.note(id_, Note::Killed{});
}

// -- subscribing
// ------------------------------------------------------------------------------------

void Consumer::set_up(Core& core, broker::ReplyKind last) {
  Client& client = session_.client();
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
      } else if (news.reply->kind == broker::ReplyKind::basic_consume_ok) {
        session_.succeeded();
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
      if (session_.will_resume(core)) session_.client().close_channel(core, news.channel);
      return;
    case News::Kind::got:
    case News::Kind::returned:
    case News::Kind::confirmed:
    case News::Kind::blocked:
    case News::Kind::unblocked:
      return;
  }
}

// -- working
// ----------------------------------------------------------------------------------------

void Consumer::take_work(Core& core) {
  for (std::uint32_t i = 0; i < threads_.size(); ++i) {
    Channel* const channel = session_.open();
    if (channel == nullptr || channel->buffer.empty()) return;
    Thread& thread = threads_[i];
    if (thread.stage != Stage::idle) continue;
    thread.job.delivery = std::move(channel->buffer.front());
    channel->buffer.drop_front();
    thread.job.client = session_.client_index();
    thread.job.channel = session_.channel_index();
    thread.attempt = 1;
    const CauseScope scope(core.ledger, core.tell([&] {
      return delivery_row(Fact::started, Reason::none, id_, thread.job.delivery);
    }));
    work(core, i);
    if (crashes_at(core, id_, point::kBeforeWork)) return;
  }
}

void Consumer::work(Core& core, std::uint32_t index) {
  threads_[index].stage = Stage::working;
  core.set(threads_[index].done, core.now() + core.sample(work_), EventKind::work_done, index_,
           index);
}

void Consumer::work_done(Core& core, std::uint32_t index) {
  Thread& thread = threads_[index];
  Core::rang(thread.done);
  switch (thread.stage) {
    case Stage::idle:
    case Stage::answering:
      MQLAB_ASSERT(false && "this thread has no time to wait for");
    case Stage::resting:
      return work(core, index);
    case Stage::running: {
      Answer answer;
      answer.kind = Answer::Kind::slept;
      return core.note(id_, Note::Told{index, std::move(answer)});
    }
    case Stage::working:
      break;
  }
  if (coroutine_) {
    thread.stage = Stage::running;
    return core.note(id_, Note::Work{index});
  }
  Decision decision = Decision::ack;
  if (asks_host_ && core.hooks.handle) {
    const Delivery delivery = thread.job.delivery;
    const std::uint64_t life = lives_;
    decision = core.hooks.handle(id_, delivery);
    if (lives_ != life) return;
  }
  conclude(core, index, decision, {});
}

void Consumer::conclude(Core& core, std::uint32_t index, Decision decision, std::string_view why) {
  if (decision == Decision::failure && will_retry(core, index, why)) return;
  Thread& thread = threads_[index];
  const bool handled = decision == Decision::ack;
  ++(handled ? counts_.handled : counts_.failed);
  thread.stage = Stage::answering;
  thread.job.decision = decision;
  if (!why.empty() || !thread.job.why.empty()) thread.job.why = why;
  if (handled && has_effect_) {
    const Delivery& delivery = thread.job.delivery;
    if (core.is_watched()) {
      const NameId business = core.business(delivery.message);
      if (!effect_) effect_ = core.ledger.names().intern(config_.effect);
      write_effect(core, id_, effect_, business, delivery.message);
    }
    if (crashes_at(core, id_, point::kAfterEffect)) return;
  }
  answer_in_turn(core, index);
}

void Consumer::answer_in_turn(Core& core, std::uint32_t index) {
  Thread& thread = threads_[index];
  Client& client = core.clients[thread.job.client];
  if (thread.job.delivery.no_ack || !client.is_open(thread.job.channel))
    return answer_now(core, index);
  if (thread.job.decision == Decision::failure) thread.job.decision = recover(core, thread.job);
  if (thread.job.decision == Decision::leave) return answer_now(core, index);
  client.in_turn(
      core, [me = index_, index](Core& later) { later.consumers[me].answer_now(later, index); });
}

void Consumer::answer_now(Core& core, std::uint32_t index) {
  // The thread is free before its answer is written: should it die of that, this is in nobody's
  // hands any more.
  Thread& thread = threads_[index];
  thread.stage = Stage::idle;
  thread.writing = false;
  thread.ticket = 0;
  const Delivery& delivery = thread.job.delivery;
  const Done done{{delivery.tag, delivery.message, delivery.copy, delivery.transmission},
                  thread.job.client,
                  thread.job.channel,
                  thread.job.decision,
                  delivery.no_ack};
  thread.job.let_go();
  if (!settle(core, done)) return;
  take_work(core);
  finish_stop(core);
}

// -- coroutines
// -------------------------------------------------------------------------------------

void Consumer::sleep(Core& core, std::uint32_t thread, Duration span) {
  core.set(threads_[thread].done, core.now() + span, EventKind::work_done, index_, thread);
}

void Consumer::hear_store(Core& core, const Caller& caller, StoreReply reply) {
  Thread& thread = threads_[caller.thread];
  if (thread.stage != Stage::running || thread.ticket != caller.ticket) return;
  thread.ticket = 0;
  Answer answer;
  answer.kind = Answer::Kind::stored;
  answer.store = std::move(reply);
  core.note(id_, Note::Told{caller.thread, std::move(answer)});
}

Publishing Consumer::publish(Core& core, std::uint32_t index, const Content& content) {
  Composed composed = compose_message(core, id_, content);
  const CauseScope scope(core.ledger, composed.row);
  const MessageId message = composed.message->identity;
  broker::BasicPublish publish;
  publish.message = std::move(composed.message);
  publish.mandatory = content.mandatory;
  const bool written = core.clients[threads_[index].job.client].in_turn(
      core, [me = index_, index, publish](Core& later) {
        later.consumers[me].publish_now(later, index, broker::BasicPublish(publish));
      });
  threads_[index].writing = !written;
  return Publishing{message, written ? std::optional<Answer>(Answer{}) : std::nullopt};
}

void Consumer::publish_now(Core& core, std::uint32_t index, broker::BasicPublish&& publish) {
  Thread& thread = threads_[index];
  core.clients[thread.job.client].publish(core, thread.job.channel, std::move(publish));
  if (std::exchange(thread.writing, false)) core.note(id_, Note::Told{index, Answer{}});
}

}  // namespace mqlab::world
