// SPDX-License-Identifier: MIT
// Bookkeeping of a client, and the shape of observations.
#include "cli/conform/client.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace mqlab::conform {

namespace {

std::string place_name(const std::string& connection, int channel) {
  return channel == 0 ? connection : fmt::format("{}/{}", connection, channel);
}

int channel_of(const Step& step) {
  return static_cast<int>(step.number("ch"));
}

}  // namespace

bool is_answered(const Step& step) {
  if (*scope_of(step.op) != Scope::channel || step.flag("nowait")) return false;
  for (const char* silent :
       {"basic.publish", "basic.ack", "basic.nack", "basic.reject", "basic.recover-async"}) {
    if (step.op == silent) return false;
  }
  return true;
}

bool Client::is_open(const std::string& connection) const {
  const auto found = connections_.find(connection);
  return found != connections_.end() && found->second.open;
}

std::optional<std::string> Client::why_not(const Step& step) const {
  const Scope scope = *scope_of(step.op);
  const std::string name = step.text("conn");
  if (step.op == "burst") {
    for (const Step& method : step.steps) {
      if (auto why = why_not(method)) return why;
    }
    return std::nullopt;
  }
  if (step.op == "connection.open") {
    if (is_open(name)) return fmt::format("connection {} is open already", name);
    return std::nullopt;
  }
  if (scope == Scope::broker && step.op != "broker.close_connection") return std::nullopt;
  if (!is_open(name)) return fmt::format("connection {} is not open", name);
  if (scope != Scope::channel || step.op == "channel.open" || step.flag("force")) {
    return std::nullopt;
  }
  const auto& channels = connections_.at(name).channels;
  const auto found = channels.find(channel_of(step));
  if (found == channels.end() || !found->second.open) {
    return fmt::format("channel {}/{} is not open", name, channel_of(step));
  }
  return std::nullopt;
}

void Client::begin() {
  observed_.clear();
  sent_.clear();
}

void Client::settle(Channel& channel, const Step& step) {
  const std::uint64_t tag = step.number("delivery_tag");
  const bool multiple = step.flag("multiple");
  auto& held = channel.held;
  held.erase(std::remove_if(held.begin(), held.end(),
                            [&](std::uint64_t each) {
                              return each == tag || (multiple && (tag == 0 || each < tag));
                            }),
             held.end());
}

void Client::sending(const Step& step) {
  const std::string name = step.text("conn");
  if (step.op == "connection.open") connections_[name] = Connection{true, {}};
  if (step.op == "connection.close" || step.op == "connection.drop") {
    connections_[name] = Connection{};
  }
  if (*scope_of(step.op) != Scope::channel) return;
  Channel& channel = connections_[name].channels[channel_of(step)];
  if (step.op == "channel.open") {
    channel = Channel{};
    channel.open = true;
  }
  if (is_answered(step)) ++channel.awaited;
  if (step.op == "confirm.select") channel.confirms = true;
  if (step.op == "tx.select") channel.transactional = true;
  if (step.op == "basic.publish" && channel.confirms) {
    channel.unconfirmed.insert(++channel.published);
    if (step.flag("mandatory")) {
      sent_.push_back({place_name(name, channel_of(step)), channel.published, step.text("exchange"),
                       step.text("routing_key"), false});
    }
  }
  if (step.op == "basic.get") channel.gets.push_back(step.flag("no_ack"));
  if (step.op == "basic.consume") {
    const std::string tag = step.text("consumer_tag");
    if (tag.empty()) {
      channel.unnamed.push_back(step.flag("no_ack"));
    } else {
      channel.automatic[tag] = step.flag("no_ack");
    }
  }
  if (step.op == "basic.ack" || step.op == "basic.nack" || step.op == "basic.reject") {
    settle(channel, step);
  }
  if (step.op == "basic.recover" || step.op == "basic.recover-async") channel.held.clear();
}

Json& Client::place(const std::string& connection, int channel) {
  Json& found = observed_[place_name(connection, channel)];
  if (found.is_null()) found = Json::object();
  return found;
}

void Client::opened(const std::string& connection) {
  connections_[connection].open = true;
  reply(connection, 0, Json{{"m", "connection.open-ok"}});
}

void Client::reply(const std::string& connection, int channel, Json reply) {
  const std::string method = reply["m"].get<std::string>();
  if (channel != 0) {
    Channel& state = connections_[connection].channels[channel];
    if (state.awaited > 0) --state.awaited;
    if (method == "channel.close-ok") state = Channel{};
    if (method == "basic.consume-ok" && !state.unnamed.empty()) {
      const std::string tag = reply["consumer_tag"].get<std::string>();
      if (state.automatic.emplace(tag, state.unnamed.front()).second) state.unnamed.pop_front();
    }
    if ((method == "basic.get-ok" || method == "basic.get-empty") && !state.gets.empty()) {
      const bool automatic = state.gets.front();
      state.gets.pop_front();
      if (!automatic && method == "basic.get-ok") {
        state.held.push_back(reply["tag"].get<std::uint64_t>());
      }
    }
  }
  if (reply.contains("props")) Normal::hide_times(reply["props"]);
  place(connection, channel)["replies"].push_back(std::move(reply));
}

void Client::deliver(const std::string& connection, int channel, const std::string& consumer_tag,
                     Json delivery) {
  Channel& state = connections_[connection].channels[channel];
  const auto automatic = state.automatic.find(consumer_tag);
  if (automatic == state.automatic.end() || !automatic->second) {
    state.held.push_back(delivery["tag"].get<std::uint64_t>());
  }
  Normal::hide_times(delivery["props"]);
  place(connection, channel)["deliver"][consumer_tag].push_back(std::move(delivery));
}

// A return belongs to the first mandatory publish of this step that fits and was not confirmed yet.
// If all that fit were confirmed, a confirm came too early. Confirms of other publishes may come
// first (PUB-2): 3.10.8 sends them in a burst, and recordings do not mark them.
bool Client::confirmed_before_return(const std::string& connection, int channel,
                                     const Json& message) {
  const std::string place = place_name(connection, channel);
  const auto& open = connections_[connection].channels[channel].unconfirmed;
  const auto& exchange = message["exchange"].get_ref<const std::string&>();
  const auto& routing_key = message["routing_key"].get_ref<const std::string&>();
  bool any_fits = false;
  for (Sent& sent : sent_) {
    if (sent.returned || sent.place != place || sent.exchange != exchange ||
        sent.routing_key != routing_key) {
      continue;
    }
    any_fits = true;
    if (open.count(sent.number) == 0) continue;
    sent.returned = true;
    return false;
  }
  return any_fits;
}

void Client::returned(const std::string& connection, int channel, Json message) {
  Normal::hide_times(message["props"]);
  if (confirmed_before_return(connection, channel, message)) message["after_confirm"] = true;
  place(connection, channel)["returns"].push_back(std::move(message));
}

void Client::confirmed(const std::string& connection, int channel, std::uint64_t number,
                       bool multiple, bool nack) {
  Json& list = place(connection, channel)[nack ? "nacks" : "acks"];
  auto& open = connections_[connection].channels[channel].unconfirmed;
  if (multiple) {
    while (!open.empty() && *open.begin() < number) {
      list.push_back(*open.begin());
      open.erase(open.begin());
    }
  }
  list.push_back(number);
  open.erase(number);
}

void Client::cancelled(const std::string& connection, int channel,
                       const std::string& consumer_tag) {
  place(connection, channel)["cancels"].push_back(consumer_tag);
}

void Client::closed(const std::string& connection, int channel, int code, const std::string& text,
                    const std::string& method) {
  Json close{{"code", code}, {"text", text}};
  if (!method.empty()) close["method"] = method;
  place(connection, channel)["close"] = std::move(close);
  if (channel == 0) {
    connections_[connection] = Connection{};
  } else {
    connections_[connection].channels[channel] = Channel{};
  }
}

void Client::socket_end(const std::string& connection) {
  place(connection, 0)["eof"] = true;
  connections_[connection] = Connection{};
}

void Client::blocked(const std::string& connection, const std::string& reason) {
  place(connection, 0)["blocked"] = reason;
}

void Client::unblocked(const std::string& connection) {
  place(connection, 0)["unblocked"] = true;
}

void Client::inspected(Json answer) {
  observed_["inspect"] = std::move(answer);
}

bool Client::awaits_confirms() const {
  for (const auto& [name, connection] : connections_) {
    for (const auto& [number, channel] : connection.channels) {
      if (!channel.unconfirmed.empty()) return true;
    }
  }
  return false;
}

bool Client::awaits_replies() const {
  for (const auto& [name, connection] : connections_) {
    for (const auto& [number, channel] : connection.channels) {
      if (channel.awaited > 0) return true;
    }
  }
  return false;
}

void Client::note_missing_reply(const Step& method) {
  if (!is_answered(method)) return;
  const auto connection = connections_.find(method.text("conn"));
  if (connection == connections_.end() || !connection->second.open) return;
  const auto channel = connection->second.channels.find(channel_of(method));
  if (channel == connection->second.channels.end() || channel->second.awaited == 0) return;
  place(connection->first, channel->first)["no_reply"] = true;
}

Json Client::observation(const Step& step) {
  note_missing_reply(step);
  for (const Step& method : step.steps) note_missing_reply(method);
  Json whole = Json::object();
  for (auto& [name, seen] : observed_) {
    for (const char* list : {"acks", "nacks", "cancels"}) {
      if (seen.contains(list)) std::sort(seen[list].begin(), seen[list].end());
    }
    // Members in one order, whatever came first.
    Json& ordered = whole[name] = Json::object();
    for (const char* member :
         {"replies", "deliver", "acks", "nacks", "returns", "cancels", "close", "eof", "blocked",
          "unblocked", "no_reply", "queues", "exchanges", "bindings"}) {
      if (seen.contains(member)) ordered[member] = std::move(seen[member]);
    }
  }
  normal_.normalise(whole);
  if (whole.contains("inspect")) {
    Json& inspected = whole["inspect"];
    for (const char* list : {"exchanges", "bindings"}) {
      std::sort(inspected[list].begin(), inspected[list].end());
    }
  }
  return whole;
}

}  // namespace mqlab::conform
