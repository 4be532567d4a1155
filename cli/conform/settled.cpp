// SPDX-License-Identifier: MIT
// Choosing among what a client holds.
#include "cli/conform/settled.hpp"

#include <charconv>
#include <string>
#include <utility>
#include <vector>

namespace mqlab::conform {

namespace {

// The channels that hold deliveries, sorted.
std::vector<std::pair<std::string, int>> holders(const Client& client) {
  std::vector<std::pair<std::string, int>> found;
  for (const auto& [name, connection] : client.connections()) {
    for (const auto& [number, channel] : connection.channels) {
      if (!channel.held.empty()) found.emplace_back(name, number);
    }
  }
  return found;
}

const Client::Channel* find_channel(const Client& client, const Step& step) {
  const auto connection = client.connections().find(step.text("conn"));
  if (connection == client.connections().end()) return nullptr;
  const auto channel = connection->second.channels.find(static_cast<int>(step.number("ch")));
  return channel == connection->second.channels.end() ? nullptr : &channel->second;
}

bool settle_tag(Step& step, const Client& client) {
  const std::string which = step.text("delivery_tag");
  if (which.empty()) return true;
  const Client::Channel* channel = find_channel(client, step);
  if (channel == nullptr || channel->held.empty()) return false;
  std::size_t at = 0;
  if (which == "newest") at = channel->held.size() - 1;
  if (which.rfind("held:", 0) == 0) {
    std::from_chars(which.data() + 5, which.data() + which.size(), at);
    at %= channel->held.size();
  }
  step.members["delivery_tag"] = channel->held[at];
  return true;
}

}  // namespace

std::optional<Step> settled(const Step& step, const Client& client) {
  Step fixed = step;
  for (Step& method : fixed.steps) {
    auto inner = settled(method, client);
    if (!inner) return std::nullopt;
    method = std::move(*inner);
  }
  if (fixed.members.contains("pick")) {
    const auto found = holders(client);
    if (found.empty()) return std::nullopt;
    const auto& [name, number] = found[fixed.number("pick") % found.size()];
    fixed.members.erase("pick");
    fixed.members["conn"] = name;
    fixed.members["ch"] = number;
  }
  const Client::Channel* channel = find_channel(client, fixed);
  if (fixed.flag("if_closed")) {
    const bool open = fixed.op == "connection.open" ? client.is_open(fixed.text("conn"))
                                                    : channel != nullptr && channel->open;
    if (open) return std::nullopt;
  }
  if (fixed.flag("if_fresh") && channel != nullptr &&
      (channel->confirms || channel->transactional)) {
    return std::nullopt;
  }
  fixed.members.erase("if_closed");
  fixed.members.erase("if_fresh");
  if (!settle_tag(fixed, client)) return std::nullopt;
  return fixed;
}

}  // namespace mqlab::conform
