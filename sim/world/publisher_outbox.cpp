// SPDX-License-Identifier: MIT
// A publisher's outbox: rows that promise messages, and the scan that keeps what was forgotten.
#include <string>
#include <utility>

#include <fmt/format.h>

#include "sim/world/compose.hpp"
#include "sim/world/fault_point.hpp"
#include "sim/world/publisher.hpp"
#include "sim/world/store.hpp"

namespace mqlab::world {

using ledger::CauseScope;

namespace {

constexpr std::string_view kNew = "new";
constexpr std::string_view kSent = "sent";

StoreOp row_op(StoreOp::Kind kind, const OutboxRule& rule, std::string key, std::string_view says) {
  StoreOp op;
  op.kind = kind;
  op.table = rule.table;
  op.key = std::move(key);
  op.value = broker::FieldValue::of(says);
  return op;
}

StoreRequest request_of(StoreOp op, bool promises) {
  StoreRequest request;
  request.steps.push_back(std::move(op));
  request.promises = promises;
  return request;
}

// What a row of another author promises.
Content content_of(const PublisherConfig& config, const StoreRow& row) {
  Content content{config.exchange, config.routing_key, config.body, config.properties,
                  row.key,         config.mandatory};
  if (const auto* text = std::get_if<std::string>(&row.value.content)) content.body = *text;
  const auto* table = std::get_if<broker::FieldTable>(&row.value.content);
  if (table == nullptr) return content;
  const auto read = [&](std::string_view name, std::string& to) {
    const broker::FieldValue* field = broker::find_field(*table, name);
    const auto* text = field == nullptr ? nullptr : std::get_if<std::string>(&field->content);
    if (text != nullptr) to = *text;
  };
  read("key", content.routing_key);
  read("body", content.body);
  read("business", content.business);
  return content;
}

}  // namespace

// A message that was asked for: first its row.
void Publisher::take_down(Core& core, const Content& content) {
  if (crashes_at(core, id_, point::kBeforeRow)) return;
  Question question;
  question.kind = Question::Kind::insert;
  question.key = content.business.empty() ? std::to_string(arrived_) : content.business;
  question.content = content;
  StoreOp row = row_op(StoreOp::Kind::insert, *config_.outbox, question.key, kNew);
  ask(core, std::move(question), request_of(std::move(row), true));
}

void Publisher::ask(Core& core, Question question, StoreRequest request) {
  question.life = lives_;
  const std::uint64_t ticket = ++core.last_ticket;
  questions_.emplace(ticket, std::move(question));
  Store& store = core.stores[core.thing(config_.outbox->store).index];
  std::optional<StoreReply> refused = store.ask(core, Caller{id_, 0, ticket}, std::move(request));
  if (refused) hear_store(core, ticket, *refused);
}

MessageId Publisher::promised(Core& core, std::uint64_t ticket) {
  const Question& question = questions_.at(ticket);
  ++counts_.composed;
  Composed composed = compose_message(core, id_, question.content);
  const MessageId message = composed.message->identity;
  Promise promise;
  promise.letter =
      Letter{std::move(composed.message), composed.row, config_.retry, question.content.mandatory,
             std::make_shared<const std::string>(question.key)};
  promises_[question.key] = std::move(promise);
  return message;
}

void Publisher::hear_store(Core& core, std::uint64_t ticket, const StoreReply& reply) {
  const auto node = questions_.extract(ticket);
  const Question& question = node.mapped();
  const bool done = reply.status == StoreReply::Status::done;
  if (question.kind == Question::Kind::mark) {
    const bool is_down = reply.status == StoreReply::Status::down;
    if (!is_down) promises_.erase(question.key);
    if (const auto found = promises_.find(question.key); found != promises_.end()) {
      found->second.busy = false;
    }
  }
  if (question.life != lives_) return;
  switch (question.kind) {
    case Question::Kind::insert:
      if (done) {
        if (crashes_at(core, id_, point::kAfterRow)) return;
        keep_promise(core, question.key);
        flush(core);
      } else {
        ledger::Row row;
        row.fact = ledger::Fact::noted;
        row.subject = id_;
        row.text = core.ledger.names().intern(
            fmt::format("row {} is refused: {}", question.key, word(reply.status)));
        core.row(row);
      }
      break;
    case Question::Kind::mark:
      if (done && crashes_at(core, id_, point::kAfterMark)) return;
      break;
    case Question::Kind::scan:
      read_outbox(core, reply);
      flush(core);
      break;
  }
  watch_outbox(core);
}

void Publisher::keep_promise(Core& core, const std::string& key) {
  Promise& promise = promises_.at(key);
  promise.busy = true;
  if (promise.sent) {
    const CauseScope scope(core.ledger, promise.letter.composed);
    promise.letter = copy_of(core, promise.letter);
    promise.letter.attempts_left = config_.retry;
  }
  promise.sent = true;
  backlog_.push_back(promise.letter);
}

void Publisher::say_sent(Core& core, const std::string& key) {
  Question question;
  question.kind = Question::Kind::mark;
  question.key = key;
  ask(core, std::move(question),
      request_of(row_op(StoreOp::Kind::update, *config_.outbox, key, kSent), false));
}

void Publisher::scan(Core& core) {
  core.clear(scan_);
  foreign_rows_ = false;
  ask(core, Question{}, request_of(row_op(StoreOp::Kind::scan, *config_.outbox, {}, kNew), false));
}

void Publisher::read_outbox(Core& core, const StoreReply& reply) {
  store_down_ = reply.status == StoreReply::Status::down;
  if (store_down_) return;
  std::map<std::string, Promise> gone;
  std::swap(gone, promises_);
  for (const StoreRow& row : reply.rows) {
    const std::string* says = std::get_if<std::string>(&row.value.content);
    if (says != nullptr && *says == kSent) continue;
    if (auto known = gone.extract(row.key)) {
      promises_.insert(std::move(known));
    } else {
      const Content content = content_of(config_, row);
      ++counts_.composed;
      Composed composed = compose_message(core, id_, content);
      Promise promise;
      promise.letter = Letter{std::move(composed.message), composed.row, config_.retry,
                              content.mandatory, std::make_shared<const std::string>(row.key)};
      promises_.emplace(row.key, std::move(promise));
    }
    if (!promises_.at(row.key).busy) keep_promise(core, row.key);
  }
  // A row that is not there (any more) promises nothing, but for one that is being written.
  for (auto& [key, promise] : gone) {
    if (promise.busy) promises_.emplace(key, std::move(promise));
  }
}

void Publisher::let_go(Core& core, const Letter& letter) {
  if (letter.row == nullptr) return;
  const auto found = promises_.find(*letter.row);
  if (found != promises_.end()) found->second.busy = false;
  watch_outbox(core);
}

void Publisher::store_is_back(Core& core, EntityId store) {
  if (!config_.outbox || config_.outbox->store != store) return;
  store_down_ = false;
  watch_outbox(core);
}

void Publisher::row_written(Core& core, EntityId store, const std::string& table) {
  if (!config_.outbox || config_.outbox->store != store || config_.outbox->table != table) return;
  foreign_rows_ = true;
  watch_outbox(core);
}

void Publisher::watch_outbox(Core& core) {
  if (!config_.outbox) return;
  const bool has_reason = !promises_.empty() || foreign_rows_;
  if (life_ != Life::up || way_ == Way::none || store_down_ || !has_reason) {
    return core.clear(scan_);
  }
  const std::int64_t every = config_.outbox->scan.ns;
  const Time next{core.now().ns - core.now().ns % every + every};
  const CauseScope scope(core.ledger, 0);
  core.set(scan_, next, EventKind::outbox_scan, index_);
}

}  // namespace mqlab::world
