// SPDX-License-Identifier: MIT
// Steps carried out on the routing core.
#include "cli/conform/core_side.hpp"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cli/conform/values.hpp"

namespace mqlab::conform {

namespace {

constexpr std::string_view kVhost = "/";

Error wrong(std::string what, std::string hint = "") {
  return Error{{}, std::move(what), std::move(hint)};
}

broker::Options options_of(broker::Version version) {
  broker::Options options;
  options.version = version;
  return options;
}

bool capability(const Step& step, const char* name) {
  return step.object("capabilities").value(name, true);
}

}  // namespace

Result<broker::Version> core_version(const std::string& version) {
  if (version.rfind("3.10.", 0) == 0) return broker::Version::v3_10;
  if (version.rfind("4.", 0) == 0) return broker::Version::v4_0;
  return wrong(fmt::format("recorded with RabbitMQ {}, which the core does not show", version),
               "it shows 3.10 and 4.0");
}

CoreSide::CoreSide(broker::Version version)
    : broker_(options_of(version), ledger_, choices_,
              ledger_.new_entity(ledger::EntityKind::node, "rabbit", ledger::EntityId{})) {}

Result<Json> CoreSide::perform(const Step& step) {
  if (auto why = client_.why_not(step)) return Json{{"skipped", *why}};
  client_.begin();
  if (step.op == "burst") {
    for (const Step& method : step.steps) {
      client_.sending(method);
      send_method(method);
    }
  } else {
    client_.sending(step);
    const auto sent = send(step);
    if (!sent) return sent.error();
  }
  settle();
  return client_.observation(step);
}

Result<void> CoreSide::send(const Step& step) {
  switch (*scope_of(step.op)) {
    case Scope::channel:
      send_method(step);
      return {};
    case Scope::broker:
      return control(step);
    case Scope::connection:
      break;
  }
  const std::string name = step.text("conn");
  if (step.op == "connection.open") {
    open(step);
    return {};
  }
  const Link link = links_[name];
  if (step.op == "connection.drop") {
    names_.erase(link.id.value);
    broker_.drop(link.id, ledger::Reason::connection_lost);
    return {};
  }
  broker_.close(link.id);
  // Nothing is observed any more but the answer, which is always the same.
  names_.erase(link.id.value);
  client_.reply(name, 0, Json{{"m", "connection.close-ok"}});
  return {};
}

void CoreSide::open(const Step& step) {
  broker::Login login;
  login.name = step.text("conn");
  if (step.members.contains("user")) login.user = step.text("user");
  if (step.members.contains("password")) login.password = step.text("password");
  if (step.members.contains("vhost")) login.vhost = step.text("vhost");
  login.heartbeat = seconds(static_cast<std::int64_t>(step.number("heartbeat")));
  login.channel_max = static_cast<std::uint16_t>(step.number("channel_max"));
  login.consumer_cancel_notify = capability(step, "consumer_cancel_notify");
  login.connection_blocked = capability(step, "connection.blocked");
  login.authentication_failure_close = capability(step, "authentication_failure_close");
  Link link;
  link.author = ledger_.new_entity(ledger::EntityKind::actor, login.name, ledger::EntityId{});
  link.id = broker_.open(login);
  if (login.heartbeat.ns > 0 && !step.flag("mute")) {
    link.beat = Duration{login.heartbeat.ns / 2};
    link.next_beat = now_ + link.beat;
  }
  links_[login.name] = link;
  names_[link.id.value] = login.name;
}

void CoreSide::send_method(const Step& step) {
  if (*scope_of(step.op) == Scope::channel && step.op != "basic.publish") {
    Step actual = step;
    client_.normal().denormalise(actual.members);
    broker_.handle(links_[step.text("conn")].id, static_cast<std::uint16_t>(step.number("ch")),
                   method_of(actual));
    return;
  }
  auto properties = read_properties(step.object("props"), Notation::pairs);
  MQLAB_ASSERT(properties.ok());
  if (properties->reply_to) {
    properties->reply_to = client_.normal().actual(*properties->reply_to);
  }
  const Link& link = links_[step.text("conn")];
  broker::Message message;
  message.identity = ledger_.new_message(link.author, NameId{});
  message.exchange = ledger_.names().intern(step.text("exchange"));
  message.routing_key = ledger_.names().intern(client_.normal().actual(step.text("routing_key")));
  message.body = body_of(step);
  if (!(*properties == broker::Properties{})) {
    message.properties = broker::PropertiesPtr(std::move(*properties));
  }
  broker::BasicPublish publish;
  publish.message = broker_.messages().make(std::move(message));
  publish.mandatory = step.flag("mandatory");
  publish.immediate = step.flag("immediate");
  broker_.handle(link.id, static_cast<std::uint16_t>(step.number("ch")), std::move(publish));
}

Result<void> CoreSide::control(const Step& step) {
  using Broker = broker::Broker;
  if (step.op == "wait") wait(milliseconds(static_cast<std::int64_t>(step.number("ms"))));
  if (step.op == "inspect") client_.inspected(inspect(broker_.view(), kVhost));
  if (step.op == "broker.restart") restart(broker::Down::stop);
  if (step.op == "broker.crash") restart(broker::Down::kill);
  if (step.op == "broker.alarm") {
    const bool memory = step.text("resource") == "memory";
    broker_.alarm(memory ? Broker::Resource::memory : Broker::Resource::disk, step.flag("on"));
  }
  if (step.op == "broker.policy_clear") broker_.clear_policy(kVhost, step.text("name"));
  if (step.op == "broker.close_connection") {
    broker_.close_connection(links_[step.text("conn")].id, step.text("reason"));
  }
  if (step.op == "broker.set_env") return set_env(step);
  if (step.op == "broker.user") {
    broker_.add_user(step.text("user"), step.text("password"));
    for (const char* right : {"configure", "write", "read"}) {
      if (!step.members.contains(right)) continue;
      return broker_.permit(kVhost, step.text("user"), step.text("configure"), step.text("write"),
                            step.text("read"));
    }
  }
  if (step.op == "broker.policy") {
    auto definition = read_plain_table(step.object("definition"));
    if (!definition) return definition.error();
    const std::string target = step.text("apply_to");
    const auto priority = step.members.find("priority");
    return broker_.set_policy(kVhost, step.text("name"), step.text("pattern"), *definition,
                              target == "exchanges" ? Broker::PolicyTarget::exchanges
                              : target == "all"     ? Broker::PolicyTarget::all
                                                    : Broker::PolicyTarget::queues,
                              priority == step.members.end() ? 0 : priority->get<int>());
  }
  return {};
}

Result<void> CoreSide::set_env(const Step& step) {
  const std::string key = step.text("key");
  const std::string value = step.text("value");
  std::int64_t number = 0;
  const auto read = std::from_chars(value.data(), value.data() + value.size(), number);
  if (read.ec != std::errc() || read.ptr != value.data() + value.size() || number < 0) {
    return wrong(fmt::format("the setting {} cannot be \"{}\"", key, value));
  }
  if (key == "consumer_timeout") {
    ack_timeout_ = milliseconds(number);
  } else if (key == "channel_tick_interval") {
    ack_tick_ = milliseconds(number);
  } else {
    return wrong(fmt::format("the core has no setting {}", key),
                 "it has consumer_timeout and channel_tick_interval");
  }
  broker_.set_consumer_timeout(ack_timeout_, ack_tick_);
  return {};
}

void CoreSide::restart(broker::Down how) {
  broker::ImagePtr image = broker_.go_down(how);
  read_frames();
  names_.clear();
  broker_.recover(std::move(image));
}

void CoreSide::wait(Duration span) {
  const Time end = now_ + span;
  while (now_ < end) {
    Time next = std::min(end, std::max(now_, broker_.next_deadline()));
    for (const auto& [name, link] : links_) next = std::min(next, std::max(now_, link.next_beat));
    now_ = next;
    settle();
    for (auto& [name, link] : links_) {
      if (link.next_beat > now_) continue;
      link.next_beat = client_.is_open(name) ? now_ + link.beat : Time::never();
      if (client_.is_open(name)) broker_.traffic(link.id);
    }
  }
}

void CoreSide::settle() {
  bool busy = true;
  while (busy) {
    ledger_.set_now(now_);
    broker_.advance(now_);
    busy = read_frames();
    if (!broker_.store_requests().empty()) {
      const std::uint64_t token = broker_.store_requests().back().token;
      broker_.store_requests().clear();
      broker_.stored(token);
      busy = true;
    }
    busy |= broker_.next_deadline() <= now_;
  }
}

bool CoreSide::read_frames() {
  const std::vector<broker::Outgoing> frames = std::exchange(broker_.out(), {});
  for (const broker::Outgoing& frame : frames) {
    const auto found = names_.find(frame.connection.value);
    if (found == names_.end()) continue;
    observe(client_, found->second, frame, ledger_.names());
    if (frame.kind == broker::Outgoing::Kind::channel_close) {
      broker_.handle(frame.connection, frame.channel, broker::ChannelCloseOk{});
    }
  }
  return !frames.empty();
}

}  // namespace mqlab::conform
