// SPDX-License-Identifier: MIT
// How a publisher's messages come, go out, are confirmed, and go out again.
#include "sim/world/publisher.hpp"

#include <algorithm>
#include <utility>

#include "sim/world/compose.hpp"
#include "sim/world/fault_point.hpp"

namespace mqlab::world {

using ledger::CauseScope;
using ledger::Fact;
using ledger::Reason;
using ledger::Row;

Publisher::Publisher(Core& core, std::uint32_t index, EntityId id, PublisherConfig config)
    : id_(id),
      index_(index),
      asks_host_(config.asks_host),
      has_outbox_(config.outbox.has_value()),
      by_list_(!config.at.empty()),
      mandatory_(config.mandatory),
      confirm_(config.confirm),
      retry_(config.retry),
      count_(config.count),
      session_(core, id, index, config.access, EventKind::publisher_reconnect),
      config_(std::move(config)) {
  every_ = {config_.every, core.choices.stream(config_.name + ".arrivals")};
}

PublisherCounts Publisher::counts(const Core& core) const {
  PublisherCounts counts = counts_;
  for (const std::uint32_t client : session_.clients()) {
    for (const Channel& channel : core.clients[client].channels()) {
      counts.unconfirmed += channel.unconfirmed.size();
    }
  }
  return counts;
}

// -- life
// -------------------------------------------------------------------------------------------

void Publisher::schedule_start(Core& core) {
  core.set(start_, core.now() + config_.start, EventKind::publisher_start, index_);
}

void Publisher::start(Core& core) {
  core.clear(start_);
  life_ = Life::up;
  mark(core, Fact::up, Reason::started, id_);
  way_ = Way::coming;
  schedule_tick(core, core.now());
  session_.connect_at_once(core);
  watch_outbox(core);
}

void Publisher::restart(Core& core) {
  if (life_ != Life::down) return;
  life_ = Life::up;
  mark(core, Fact::up, Reason::restarted, id_);
  way_ = Way::coming;
  while (arrived_ < config_.at.size() && config_.at[arrived_] < core.now()) ++arrived_;
  schedule_tick(core, core.now());
  session_.connect(core);
  watch_outbox(core);
}

void Publisher::kill(Core& core) {
  if (life_ == Life::down) return;
  go_down(core, Reason::killed);
}

void Publisher::stop(Core& core) {
  if (life_ == Life::not_started) go_down(core, Reason::stopped);
  if (life_ != Life::up) return;
  life_ = Life::stopping;
  core.clear(tick_);
  finish_stop(core);
}

void Publisher::finish_stop(Core& core) {
  if (life_ != Life::stopping) return;
  if (way_ != Way::ready) {
    go_down(core, Reason::stopped);
  } else if (backlog_.empty() && outstanding_.empty() &&
             session_.client().state() == Client::State::open) {
    session_.client().close(core);
  }
}

void Publisher::go_down(Core& core, Reason reason) {
  const CauseScope scope(core.ledger, mark(core, Fact::down, reason, id_));
  life_ = Life::down;
  way_ = Way::none;
  ++lives_;
  core.clear(start_);
  core.clear(tick_);
  core.clear(deadline_);
  core.clear(scan_);
  for (auto& [key, promise] : promises_) promise.busy = false;
  backlog_.clear();
  outstanding_.clear();
  in_window_ = batch_ = 0;
  waits_ = false;
  session_.die(core);
}

// -- messages come
// ----------------------------------------------------------------------------------

void Publisher::schedule_tick(Core& core, Time at) {
  if (by_list_) {
    if (arrived_ >= config_.at.size()) return;
    at = std::max(core.now(), config_.at[arrived_]);
  } else if (arrived_ >= count_) {
    return;
  }
  const CauseScope scope(core.ledger, 0);
  core.set(tick_, at, EventKind::publish_tick, index_);
}

void Publisher::tick(Core& core) {
  Core::rang(tick_);
  ++arrived_;
  const bool asks = asks_host_ && core.hooks.make_message;
  if (asks || has_outbox_) {
    Content content{config_.exchange, config_.routing_key, config_.body, config_.properties, {},
                    mandatory_};
    if (asks) core.hooks.make_message(id_, arrived_, content);
    if (life_ != Life::up) return;
    schedule_tick(core, core.now() + core.sample(every_));
    if (has_outbox_) return take_down(core, content);
    compose(core, compose_message(core, id_, content), content.mandatory);
  } else {
    schedule_tick(core, core.now() + core.sample(every_));
    compose(core, compose_the_usual(core), mandatory_);
  }
}

void Publisher::compose(Core& core, Composed&& composed, bool mandatory) {
  ++counts_.composed;
  Letter letter{std::move(composed.message), composed.row, retry_, mandatory, {}};
  if (!backlog_.empty() || !may_send(core)) {
    backlog_.push_back(std::move(letter));
  } else if (!send(core, std::move(letter))) {
    return;
  }
  flush(core);
}

Composed Publisher::compose_the_usual(Core& core) {
  if (!usual_) {
    Names& names = core.ledger.names();
    usual_.emplace();
    usual_->exchange = names.intern(config_.exchange);
    usual_->routing_key = names.intern(config_.routing_key);
    usual_->body = config_.body;
    usual_->properties = config_.properties;
  }
  return compose_message(core, id_, broker::Message(*usual_));
}

Publisher::Letter Publisher::copy_of(Core& core, const Letter& letter) {
  Composed composed = compose_again(core, id_, *letter.message);
  return Letter{std::move(composed.message), composed.row, letter.attempts_left - 1,
                letter.mandatory, letter.row};
}

// -- messages go
// ------------------------------------------------------------------------------------

bool Publisher::may_send(Core& core) {
  if (way_ == Way::none) return true;
  if (way_ == Way::coming) return false;
  return may_confirm_more() && has_turn(core);
}

bool Publisher::has_turn(Core& core) {
  Client& client = session_.client();
  if (client.takes_writes()) return true;
  if (!waits_) {
    waits_ = true;
    client.in_turn(core, [index = index_](Core& later) { later.publishers[index].turn(later); });
  }
  return false;
}

void Publisher::turn(Core& core) {
  waits_ = false;
  if (way_ == Way::ready) flush(core);
}

bool Publisher::may_confirm_more() {
  switch (confirm_) {
    case ConfirmMode::none:
      return true;
    case ConfirmMode::each:
      return in_window_ == 0;
    case ConfirmMode::batch:
      if (batch_ >= config_.window && in_window_ == 0) batch_ = 0;
      return batch_ < config_.window;
    case ConfirmMode::stream:
      return in_window_ < config_.window;
  }
  MQLAB_ASSERT(false && "every confirm mode has its rule");
}

void Publisher::flush(Core& core) {
  while (!backlog_.empty() && may_send(core)) {
    Letter letter = backlog_.pop_front();
    if (!send(core, std::move(letter))) return;
  }
  // Without confirms nothing is ever outstanding.
  if (confirm_ != ConfirmMode::none) watch_deadline(core);
  finish_stop(core);
}

bool Publisher::send(Core& core, Letter&& letter) {
  const CauseScope scope(core.ledger, letter.composed);
  if (crashes_at(core, id_, point::kBeforePublish)) return false;
  broker::BasicPublish publish;
  publish.message = letter.message;
  publish.mandatory = letter.mandatory;
  ++counts_.published;
  const std::uint64_t number =
      session_.has_client()
          ? session_.client().publish(core, session_.channel_index(), std::move(publish))
          : 0;
  if (number == 0 && letter.row != nullptr) let_go(core, letter);
  if (!session_.has_client()) return true;
  if (number == 0) return !crashes_at(core, id_, point::kAfterPublish);
  Outstanding sent;
  sent.letter = std::move(letter);
  sent.transmission = session_.channel().unconfirmed.back().transmission;
  sent.deadline = config_.timeout > Duration{} ? core.now() + config_.timeout : Time::never();
  outstanding_.push_back(std::move(sent));
  ++in_window_;
  ++batch_;
  return !crashes_at(core, id_, point::kAfterPublish);
}

void Publisher::put_first(std::vector<Letter>&& letters) {
  for (; !letters.empty(); letters.pop_back()) backlog_.push_front(std::move(letters.back()));
}

// -- confirms
// ---------------------------------------------------------------------------------------

void Publisher::watch_deadline(Core& core) {
  const Time next = outstanding_.empty() ? Time::never() : outstanding_.front().deadline;
  const CauseScope scope(core.ledger,
                         outstanding_.empty() ? 0 : outstanding_.front().letter.composed);
  core.set(deadline_, next, EventKind::confirm_deadline, index_);
}

void Publisher::confirm_deadline(Core& core) {
  Core::rang(deadline_);
  std::vector<Letter> again;
  while (!outstanding_.empty() && outstanding_.front().deadline <= core.now()) {
    const Outstanding late = outstanding_.pop_front();
    CauseScope scope(core.ledger, late.letter.composed);
    if (!late.nacked) {
      --in_window_;
      ++counts_.timed_out;
      Row row;
      row.fact = Fact::learned;
      row.reason = Reason::timed_out;
      row.subject = id_;
      row.message = late.letter.message->identity;
      row.transmission = late.transmission;
      core.ledger.set_cause(core.row(row));
    }
    if (late.letter.attempts_left > 0) {
      again.push_back(copy_of(core, late.letter));
    } else {
      let_go(core, late.letter);
    }
  }
  put_first(std::move(again));
  flush(core);
}

void Publisher::confirmed(Core& core, const News& news) {
  ++(news.ack ? counts_.confirmed : counts_.nacked);
  core.note(id_, Note::Confirmed{news.publish->message, news.ack});
  if (news.ack && crashes_at(core, id_, point::kAfterConfirm)) return;
  const MessageId message = news.publish->message;
  // Confirms come mostly in the order of sending, so it stands near the front.
  const auto found = std::find_if(
      outstanding_.begin(), outstanding_.end(),
      [message](const Outstanding& sent) { return sent.letter.message->identity == message; });
  if (found == outstanding_.end()) return;
  --in_window_;
  if (!news.ack && found->letter.attempts_left > 0 && found->deadline != Time::never()) {
    found->nacked = true;
  } else {
    const Letter letter = std::move(found->letter);
    for (auto at = found; at != outstanding_.begin(); --at) *at = std::move(*std::prev(at));
    outstanding_.drop_front();
    if (news.ack && letter.row != nullptr) {
      say_sent(core, *letter.row);
    } else {
      let_go(core, letter);
    }
  }
  flush(core);
}

void Publisher::returned(Core& core, const News& news) {
  ++counts_.returned;
  Row row;
  row.fact = Fact::learned;
  row.reason = Reason::returned;
  row.subject = id_;
  row.message = news.returned->message;
  for (const Outstanding& sent : outstanding_) {
    if (sent.letter.message->identity == row.message) row.transmission = sent.transmission;
  }
  core.row(row);
  core.note(id_, *news.returned);
}

// -- news
// -------------------------------------------------------------------------------------------

void Publisher::ready(Core& core) {
  way_ = Way::ready;
  session_.succeeded();
  in_window_ = batch_ = 0;
  std::vector<Letter> again;
  for (const Outstanding& sent : outstanding_) {
    const CauseScope scope(core.ledger, sent.letter.composed);
    if (sent.letter.attempts_left > 0) {
      again.push_back(copy_of(core, sent.letter));
    } else {
      let_go(core, sent.letter);
    }
  }
  outstanding_.clear();
  put_first(std::move(again));
  flush(core);
}

void Publisher::gone(Core& core) {
  if (life_ == Life::stopping) {
    go_down(core, Reason::stopped);
    return;
  }
  if (life_ != Life::up) return;
  if (session_.will_resume(core)) {
    way_ = Way::coming;
    return;
  }
  way_ = Way::none;
  for (const Outstanding& sent : outstanding_) let_go(core, sent.letter);
  outstanding_.clear();
  in_window_ = 0;
  flush(core);
}

void Publisher::hear(Core& core, const News& news) {
  if (life_ == Life::down) return;
  if (!session_.concerns(news)) {
    if (news.kind == News::Kind::confirmed) ++(news.ack ? counts_.confirmed : counts_.nacked);
    return;
  }
  switch (news.kind) {
    case News::Kind::opened:
      session_.open_channel(core);
      return;
    case News::Kind::replied:
      if (news.reply->kind == broker::ReplyKind::confirm_select_ok ||
          confirm_ == ConfirmMode::none) {
        ready(core);
      } else {
        session_.client().write(core, news.channel, broker::ConfirmSelect{});
      }
      return;
    case News::Kind::returned:
      returned(core, news);
      return;
    case News::Kind::confirmed:
      confirmed(core, news);
      return;
    case News::Kind::closed:
      go_down(core, Reason::stopped);
      return;
    case News::Kind::blocked:
      ++counts_.blocked;
      core.note(id_, Note::Blocked{true, news.error->text});
      return;
    case News::Kind::unblocked:
      core.note(id_, Note::Blocked{});
      return;
    case News::Kind::lost:
    case News::Kind::channel_closed:
      gone(core);
      return;
    case News::Kind::delivered:
    case News::Kind::got:
    case News::Kind::cancelled:
      return;
  }
}

}  // namespace mqlab::world
