// SPDX-License-Identifier: MIT
// What a process waits for and how the answer comes.
#include "sim/world/process.hpp"

#include <algorithm>
#include <utility>

#include "sim/world/compose.hpp"

namespace mqlab::world {

using ledger::CauseScope;
using ledger::Fact;
using ledger::Reason;
using ledger::Row;

// -- life
// -------------------------------------------------------------------------------------------

void Process::schedule_start(Core& core) {
  core.set(start_, core.now() + config_.start, EventKind::process_start, index_);
}

void Process::start(Core& core) {
  core.clear(start_);
  life_ = Life::up;
  mark(core, Fact::up, Reason::started, id_);
  core.note(id_, Note::Started{});
}

void Process::restart(Core& core) {
  if (life_ != Life::down) return;
  life_ = Life::up;
  mark(core, Fact::up, Reason::restarted, id_);
  core.note(id_, Note::Started{});
}

void Process::kill(Core& core, Reason reason) {
  if (life_ == Life::down) return;
  life_ = Life::down;
  const CauseScope scope(core.ledger, mark(core, Fact::down, reason, id_));
  core.clear(start_);
  core.clear(over_);
  wait_ = {};
  for (const std::uint32_t client : clients_) {
    if (core.clients[client].state() != Client::State::closed) core.clients[client].die(core);
  }
  const auto about_me = [&](const Note& note) { return note.about == id_; };
  core.notes.erase(std::remove_if(core.notes.begin(), core.notes.end(), about_me),
                   core.notes.end());
  core.note(id_, Note::Killed{});
}

std::uint32_t Process::connect(Core& core, const AccessConfig& access) {
  const std::uint32_t made = Client::make(core, id_, access);
  clients_.push_back(made);
  core.clients[made].connect(core);
  return made;
}

// -- waiting
// ----------------------------------------------------------------------------------------

void Process::wait(Core& core, Wait wait, std::optional<Duration> timeout) {
  MQLAB_ASSERT(wait_.kind == Wait::Kind::nothing);
  wait_ = wait;
  if (timeout) core.set(over_, core.now() + *timeout, EventKind::wait_over, index_);
}

void Process::answer(Core& core, Answer answer) {
  wait_ = {};
  core.clear(over_);
  core.note(id_, std::move(answer));
}

void Process::answer_error(Core& core, const broker::AmqpError& error) {
  Answer said;
  said.kind = Answer::Kind::error;
  said.error = error;
  answer(core, std::move(said));
}

void Process::wait_over(Core& core) {
  core.clear(over_);
  Answer said;
  said.kind = wait_.kind == Wait::Kind::sleep ? Answer::Kind::slept : Answer::Kind::timed_out;
  if (wait_.kind == Wait::Kind::confirm || wait_.kind == Wait::Kind::confirms) {
    for (const Channel::Verdict& one : core.clients[wait_.client].channel(wait_.channel).verdicts) {
      if (one.kind != Channel::Verdict::Kind::open) continue;
      Row row;
      row.fact = Fact::learned;
      row.reason = Reason::timed_out;
      row.subject = id_;
      row.message = one.message;
      row.transmission = one.transmission;
      core.row(row);
      if (wait_.kind == Wait::Kind::confirm) break;
    }
  }
  answer(core, std::move(said));
}

std::optional<Answer> Process::verdict(Channel& channel, Wait::Kind kind) {
  using Verdict = Channel::Verdict::Kind;
  Answer answer;
  std::deque<Channel::Verdict>& verdicts = channel.verdicts;
  if (kind == Wait::Kind::confirm) {
    if (verdicts.empty()) return answer;
    if (verdicts.front().kind == Verdict::open) return std::nullopt;
    answer.kind =
        verdicts.front().kind == Verdict::acked ? Answer::Kind::acked : Answer::Kind::nacked;
    verdicts.pop_front();
    return answer;
  }
  const auto is = [&](Verdict wanted) {
    return [wanted](const Channel::Verdict& one) { return one.kind == wanted; };
  };
  if (std::any_of(verdicts.begin(), verdicts.end(), is(Verdict::open))) return std::nullopt;
  const bool refused = std::any_of(verdicts.begin(), verdicts.end(), is(Verdict::nacked));
  answer.kind = refused ? Answer::Kind::nacked : Answer::Kind::acked;
  verdicts.clear();
  return answer;
}

Answer Process::hand_over(Core& core, Channel& channel, Delivery delivery) {
  const CauseScope scope(core.ledger,
                         core.row(delivery_row(Fact::started, Reason::none, id_, delivery)));
  if (delivery.no_ack) {
    core.row(delivery_row(Fact::finished, Reason::handled, id_, delivery));
  } else {
    channel.in_hand.push_back(
        InHand{delivery.tag, delivery.message, delivery.copy, delivery.transmission});
  }
  Answer answer;
  answer.kind = Answer::Kind::delivery;
  answer.delivery = std::move(delivery);
  return answer;
}

Answer Process::take(Core& core, Channel& channel) {
  Delivery delivery = channel.buffer.pop_front();
  return hand_over(core, channel, std::move(delivery));
}

// -- news
// -------------------------------------------------------------------------------------------

bool Process::waits_for(const News& news) const {
  if (wait_.client != news.client) return false;
  switch (wait_.kind) {
    case Wait::Kind::nothing:
    case Wait::Kind::sleep:
    case Wait::Kind::store:
    case Wait::Kind::turn:
      return false;
    case Wait::Kind::connect:
    case Wait::Kind::close_connection:
      return news.kind == News::Kind::opened || news.kind == News::Kind::closed ||
             news.kind == News::Kind::lost;
    case Wait::Kind::open_channel:
    case Wait::Kind::close_channel:
    case Wait::Kind::reply:
    case Wait::Kind::get:
    case Wait::Kind::next:
    case Wait::Kind::confirm:
    case Wait::Kind::confirms:
      return news.kind == News::Kind::lost || news.channel == wait_.channel;
  }
  MQLAB_ASSERT(false && "every kind of wait is for something");
}

void Process::hear_store(Core& core, std::uint64_t ticket, StoreReply reply) {
  if (wait_.kind != Wait::Kind::store || wait_.ticket != ticket) return;
  Answer said;
  said.kind = Answer::Kind::stored;
  said.store = std::move(reply);
  answer(core, std::move(said));
}

void Process::written(Core& core) {
  if (wait_.kind == Wait::Kind::turn) answer(core, Answer{});
}

void Process::judge(Core& core, const News& news) {
  Channel& channel = core.clients[news.client].channel(news.channel);
  const auto found = std::lower_bound(
      channel.verdicts.begin(), channel.verdicts.end(), news.publish->number,
      [](const Channel::Verdict& one, std::uint64_t number) { return one.number < number; });
  if (found != channel.verdicts.end() && found->number == news.publish->number) {
    found->kind = news.ack ? Channel::Verdict::Kind::acked : Channel::Verdict::Kind::nacked;
  }
  if (!waits_for(news)) return;
  if (wait_.kind != Wait::Kind::confirm && wait_.kind != Wait::Kind::confirms) return;
  if (std::optional<Answer> said = verdict(channel, wait_.kind)) {
    answer(core, std::move(*said));
  }
}

void Process::hear(Core& core, const News& news) {
  Answer said;
  switch (news.kind) {
    case News::Kind::opened:
      if (waits_for(news)) {
        said.kind = Answer::Kind::reply;
        said.reply.kind = broker::ReplyKind::connection_open_ok;
        answer(core, std::move(said));
      }
      return;
    case News::Kind::closed:
      if (waits_for(news)) {
        said.kind = Answer::Kind::reply;
        answer(core, std::move(said));
      }
      return;
    case News::Kind::lost:
    case News::Kind::channel_closed:
      if (waits_for(news)) answer_error(core, *news.error);
      return;
    case News::Kind::replied:
      if (!waits_for(news)) return;
      said.kind = news.reply->kind == broker::ReplyKind::basic_get_empty ? Answer::Kind::nothing
                                                                         : Answer::Kind::reply;
      said.reply = *news.reply;
      answer(core, std::move(said));
      return;
    case News::Kind::delivered:
      if (waits_for(news) && wait_.kind == Wait::Kind::next) {
        answer(core, take(core, core.clients[news.client].channel(news.channel)));
      }
      return;
    case News::Kind::got: {
      Channel& channel = core.clients[news.client].channel(news.channel);
      answer(core, hand_over(core, channel, std::move(*news.delivery)));
      return;
    }
    case News::Kind::returned: {
      Row row;
      row.fact = Fact::learned;
      row.reason = Reason::returned;
      row.subject = id_;
      row.message = news.returned->message;
      Channel& channel = core.clients[news.client].channel(news.channel);
      for (const Unconfirmed& publish : channel.unconfirmed) {
        if (publish.message == row.message) row.transmission = publish.transmission;
      }
      core.row(row);
      channel.returned.push_back(*news.returned);
      return;
    }
    case News::Kind::confirmed:
      judge(core, news);
      return;
    case News::Kind::blocked:
    case News::Kind::unblocked:
      return;
    case News::Kind::cancelled:
      if (waits_for(news) && wait_.kind == Wait::Kind::next) {
        said.kind = Answer::Kind::cancelled;
        said.reply = *news.reply;
        answer(core, std::move(said));
      }
      return;
  }
}

}  // namespace mqlab::world
