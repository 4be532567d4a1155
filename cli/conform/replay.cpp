// SPDX-License-Identifier: MIT
// Transcripts against the core, step by step.
#include "cli/conform/replay.hpp"

#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "cli/conform/core_side.hpp"

namespace mqlab::conform {

namespace {

Error at_step(std::size_t number, const Step& step, const Error& error) {
  return Error{{}, fmt::format("step {}, {}: {}", number, step.op, error.what), error.hint};
}

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

Result<std::optional<Difference>> replay(const Transcript& transcript) {
  const auto version = core_version(transcript.version);
  if (!version) return version.error();
  CoreSide core(version.value());
  for (std::size_t i = 0; i < transcript.steps.size(); ++i) {
    const Step& step = transcript.steps[i];
    if (step.observed.contains("skipped")) continue;
    const auto got = core.perform(step);
    if (!got) return at_step(i + 1, step, got.error());
    if (auto mismatch = first_mismatch(step.observed, *got)) {
      return std::optional<Difference>(
          Difference{i + 1, step.op, step.line, std::move(*mismatch), step.observed, *got});
    }
  }
  return std::optional<Difference>();
}

Result<Transcript> record_on_core(const Transcript& from, const std::string& version) {
  const auto known = core_version(version);
  if (!known) return known.error();
  CoreSide core(known.value());
  Transcript transcript = from;
  transcript.form = Form::transcript;
  transcript.version = version;
  transcript.steps.clear();
  for (std::size_t i = 0; i < from.steps.size(); ++i) {
    auto step = settled(from.steps[i], core.client());
    if (!step) {
      if (from.drop_skipped) continue;
      step = from.steps[i];
      step->observed = Json{{"skipped", "does not apply"}};
    } else {
      auto got = core.perform(*step);
      if (!got) return at_step(i + 1, *step, got.error());
      step->observed = std::move(*got);
      if (from.drop_skipped && step->observed.contains("skipped")) continue;
    }
    transcript.steps.push_back(std::move(*step));
  }
  return transcript;
}

}  // namespace mqlab::conform
