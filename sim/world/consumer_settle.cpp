// SPDX-License-Identifier: MIT
// What a consumer makes of a handled message: effect and answer; retries, and what follows them.
#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/world/compose.hpp"
#include "sim/world/consumer.hpp"
#include "sim/world/fault_point.hpp"

namespace mqlab::world {

using ledger::CauseScope;
using ledger::Fact;
using ledger::Reason;

namespace {

// How long to rest after this many attempts.
Duration rest(const RetryRule& rule, std::uint32_t attempts) {
  Duration span = std::min(rule.first, rule.most);
  for (std::uint32_t i = 1; i < attempts && span < rule.most; ++i) {
    const double longer = static_cast<double>(span.ns) * rule.factor;
    span = longer < static_cast<double>(rule.most.ns) ? Duration{static_cast<std::int64_t>(longer)}
                                                      : rule.most;
  }
  return span;
}

ledger::RowNo note_attempt(Core& core, EntityId actor, const Delivery& delivery,
                           std::string_view text) {
  ledger::Row row = delivery_row(Fact::noted, Reason::none, actor, delivery);
  row.text = core.ledger.names().intern(text);
  return core.row(row);
}

}  // namespace

bool Consumer::will_retry(Core& core, std::uint32_t index, std::string_view why) {
  Thread& thread = threads_[index];
  if (thread.attempt >= config_.retry.attempts) return false;
  const Duration pause = rest(config_.retry, thread.attempt);
  const CauseScope scope(
      core.ledger, note_attempt(core, id_, thread.job.delivery,
                                fmt::format("attempt {} of {} failed{}{}, again in {}",
                                            thread.attempt, config_.retry.attempts,
                                            why.empty() ? "" : ": ", why, format_short(pause))));
  ++counts_.retried;
  ++thread.attempt;
  thread.stage = Stage::resting;
  core.set(thread.done, core.now() + pause, EventKind::work_done, index_, index);
  return true;
}

Decision Consumer::recover(Core& core, const Job& work) {
  const Recoverer recoverer = config_.retry.recoverer;
  if (recoverer == Recoverer::on_failure) {
    switch (config_.on_failure) {
      case OnFailure::requeue:
        return Decision::requeue;
      case OnFailure::reject:
        return Decision::reject;
      case OnFailure::nothing:
        return Decision::leave;
    }
  }
  if (recoverer == Recoverer::reject) return Decision::reject;
  if (recoverer == Recoverer::requeue) return Decision::requeue;
  republish(core, work);
  return Decision::ack;
}

void Consumer::republish(Core& core, const Job& work) {
  const Delivery& delivery = work.delivery;
  const std::string_view key = core.ledger.text(delivery.routing_key);
  broker::Properties properties = delivery.props();
  broker::FieldTable headers = properties.headers ? *properties.headers : broker::FieldTable{};
  const auto header = [&](std::string_view name, std::string_view text) {
    broker::set_field(headers, name, broker::FieldValue::of(text));
  };
  header("x-exception-message", work.why);
  header("x-original-exchange", core.ledger.text(delivery.content->exchange));
  header("x-original-routingKey", key);
  properties.headers = std::move(headers);
  Content content;
  content.exchange = config_.retry.exchange;
  content.routing_key = config_.retry.key.value_or("error." + std::string(key));
  content.body = delivery.content->body.text();
  content.properties = broker::PropertiesPtr(std::move(properties));
  content.business = core.ledger.text(core.business(delivery.message));
  Composed composed = compose_message(core, id_, content);
  const CauseScope scope(core.ledger, composed.row);
  broker::BasicPublish publish;
  publish.message = std::move(composed.message);
  core.clients[work.client].in_turn(
      core, [client = work.client, channel = work.channel, publish](Core& later) {
        later.clients[client].publish(later, channel, broker::BasicPublish(publish));
      });
}

bool Consumer::settle(Core& core, const Done& work) {
  const auto finish = [&](Reason reason) {
    core.ledger.set_cause(
        core.tell([&] { return delivery_row(Fact::finished, reason, id_, work.delivery); }));
  };
  if (work.no_ack) {
    finish(work.decision == Decision::ack ? Reason::handled : Reason::failed);
    return true;
  }
  if (work.decision == Decision::failure) {  // its channel ended before it was clear what follows
    finish(Reason::connection_ended);
    return true;
  }
  if (crashes_at(core, id_, point::kBeforeAck)) {
    // It was in nobody's hands any more.
    finish(Reason::died_with_client);
    return false;
  }
  answer(core, work);
  return !crashes_at(core, id_, point::kAfterAck);
}

void Consumer::answer(Core& core, const Done& work) {
  const InHand& delivery = work.delivery;
  const auto finish = [&](Reason reason) {
    core.ledger.set_cause(
        core.tell([&] { return delivery_row(Fact::finished, reason, id_, delivery); }));
  };
  Client& client = core.clients[work.client];
  if (!client.is_open(work.channel)) {
    finish(Reason::connection_ended);
    return;
  }
  switch (work.decision) {
    case Decision::ack:
      finish(Reason::settled_ack);
      client.write(core, work.channel, broker::BasicAck{delivery.tag, false});
      return;
    case Decision::nack:
    case Decision::requeue:
      finish(Reason::settled_nack);
      client.write(core, work.channel,
                   broker::BasicNack{delivery.tag, false, work.decision == Decision::requeue});
      return;
    case Decision::reject:
      finish(Reason::settled_reject);
      client.write(core, work.channel, broker::BasicReject{delivery.tag, false});
      return;
    case Decision::failure:
    case Decision::leave:
      finish(Reason::failed);
      return;
  }
}

}  // namespace mqlab::world
