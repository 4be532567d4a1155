// SPDX-License-Identifier: MIT
// What a clerk does, step by step.
#include "tests/worlds/clerk.hpp"

#include <utility>

#include <fmt/format.h>

#include "sim/ledger/view.hpp"
#include "sim/world/fault_point.hpp"

namespace mqlab::world {

StoreRequest record_and_do(const std::string& business) {
  StoreOp record;
  record.kind = StoreOp::Kind::insert;
  record.table = "done";
  record.key = business;
  StoreOp effect = record;
  effect.kind = StoreOp::Kind::effect;
  effect.table = "handled";
  StoreRequest request;
  request.steps = {record, effect};
  return request;
}

Clerk::Clerk(Story& story, std::string_view name, Task task)
    : story_(story), task_(std::move(task)), id_(story.process(name)) {}

void Clerk::start() {
  step_ = Step::resting;
  resume({});
}

void Clerk::resume(const Answer& answer) {
  std::optional<Answer> said = answer;
  while (said) said = go_on(*said);
}

std::optional<Answer> Clerk::go_on(const Answer& answer) {
  const bool failed = answer.kind == Answer::Kind::error;
  switch (step_) {
    case Step::resting:
      return connect();
    case Step::connecting:
      return failed ? rest() : open();
    case Step::opening:
      return failed ? rest() : prepare();
    case Step::preparing:
      if (failed) return rest();
      return publishes() ? next_order() : receive();
    case Step::pausing:
      return publish();
    case Step::publishing:
      return published();
    case Step::confirming:
      return judge(answer);
    case Step::receiving:
      return answer.kind == Answer::Kind::delivery ? work(answer) : rest();
    case Step::recording: {
      const StoreReply::Status status = answer.store.status;
      return settle(status == StoreReply::Status::done || status == StoreReply::Status::exists);
    }
    case Step::settling:
      return receive();
    case Step::done:
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<Answer> Clerk::rest() {
  step_ = Step::resting;
  return port().sleep(milliseconds(50));
}

std::optional<Answer> Clerk::connect() {
  step_ = Step::connecting;
  ProcessPort::Opening opening = port().connect(task_.access);
  connection_ = opening.ref;
  return std::move(opening.answer);
}

std::optional<Answer> Clerk::open() {
  step_ = Step::opening;
  ProcessPort::ChannelOpening opening = port().open_channel(connection_);
  channel_ = opening.ref;
  return std::move(opening.answer);
}

std::optional<Answer> Clerk::prepare() {
  step_ = Step::preparing;
  if (!publishes()) {
    broker::BasicConsume consume;
    consume.queue = "work";
    consume.no_ack = task_.automatic;
    return port().call(channel_, std::move(consume));
  }
  if (task_.confirms) return port().call(channel_, broker::ConfirmSelect{});
  return Answer{};
}

// -- publishing -----------------------------------------------------------------------------------

std::optional<Answer> Clerk::next_order() {
  if (published_ == task_.orders) {
    step_ = Step::done;
    return std::nullopt;
  }
  step_ = Step::pausing;
  return port().sleep(task_.pause);
}

std::optional<Answer> Clerk::publish() {
  if (!port().is_open(channel_)) return rest();
  step_ = Step::publishing;
  Content content;
  content.exchange = task_.exchange;
  content.routing_key = task_.key;
  content.business = fmt::format("order {} of the clerk", published_);
  if (task_.confirms) content.properties = persistent();
  return port().publish(channel_, content).answer;
}

std::optional<Answer> Clerk::published() {
  if (!task_.confirms) {
    ++published_;
    return next_order();
  }
  step_ = Step::confirming;
  return port().wait_confirm(channel_, milliseconds(500));
}

std::optional<Answer> Clerk::judge(const Answer& answer) {
  if (answer.kind == Answer::Kind::acked) {
    ++published_;
    return next_order();
  }
  if (task_.gives_up) ++published_;
  if (port().is_open(connection_)) port().drop_connection(connection_);
  return rest();
}

// -- working --------------------------------------------------------------------------------------

std::optional<Answer> Clerk::receive() {
  step_ = Step::receiving;
  return port().next(channel_, std::nullopt);
}

std::optional<Answer> Clerk::work(const Answer& answer) {
  delivery_ = answer.delivery;
  const ledger::LedgerView view(story_.world.ledger());
  const std::string business(view.text(view.message(delivery_.message).business));
  if (!task_.records) {
    story_.world.effect(id_, "handled", business, delivery_.message);
    if (story_.world.pass(id_, point::kAfterEffect)) return std::nullopt;
    return settle(true);
  }
  step_ = Step::recording;
  return port().ask(task_.db, record_and_do(business));
}

std::optional<Answer> Clerk::settle(bool is_done) {
  step_ = Step::settling;
  if (task_.automatic) return Answer{};
  const Settlement how = is_done ? Settlement::ack : Settlement::nack;
  return port().settle(channel_, delivery_.tag, how, false, !is_done);
}

}  // namespace mqlab::world
