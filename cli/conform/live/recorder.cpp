// SPDX-License-Identifier: MIT
// Case in, transcript out.
#include "cli/conform/live/recorder.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "cli/conform/live/live_side.hpp"
#include "cli/conform/settled.hpp"

namespace mqlab::conform {

Result<Transcript> Recorder::record(const Transcript& from) {
  LiveSide live(address_, console_, fmt::format("conform-{}-{}", getpid(), ++recordings_),
                quiet_ms_);
  const auto begun = live.begin();
  if (!begun) return begun.error();
  Transcript transcript = from;
  transcript.form = Form::transcript;
  transcript.settle_ms = quiet_ms_;
  transcript.steps.clear();
  for (std::size_t i = 0; i < from.steps.size(); ++i) {
    auto step = settled(from.steps[i], live.client());
    if (!step) continue;  // does not apply
    auto got = live.perform(*step);
    if (!got) {
      Error error = got.error();
      error.what = fmt::format("step {}, {}: {}", i + 1, step->op, error.what);
      return error;
    }
    step->observed = std::move(*got);
    if (from.drop_skipped && step->observed.contains("skipped")) continue;
    transcript.steps.push_back(std::move(*step));
  }
  transcript.version = live.broker_version();
  if (transcript.version.empty()) {
    return Error{{}, "the broker let no connection in", "are user, password and vhost right?"};
  }
  return transcript;
}

void Recorder::clean_up(const Transcript& recorded) {
  LiveSide live(address_, console_, "", quiet_ms_);
  const auto command = [&live](const std::string& op, Json members) {
    Json all{{"op", op}, {"conn", "cleaner"}, {"ch", 1}};
    for (auto& item : members.items()) all[item.key()] = item.value();
    Step step;
    step.op = op;
    step.members = std::move(all);
    static_cast<void>(live.perform(step).ok());
  };
  command("connection.open", Json::object());
  command("channel.open", Json::object());
  for (const Step& step : recorded.steps) {
    if (step.op == "queue.declare") command("queue.delete", {{"queue", step.text("queue")}});
    if (step.op == "exchange.declare") {
      command("exchange.delete", {{"exchange", step.text("exchange")}});
    }
  }
  command("connection.close", Json::object());
}

namespace {

// The recording of these steps, if the core plays it otherwise.
std::optional<Transcript> differing(Recorder& recorder, const Transcript& from) {
  auto recorded = recorder.record(from);
  if (!recorded) return std::nullopt;
  if (!recorder.has_console()) recorder.clean_up(*recorded);
  const auto difference = replay(*recorded);
  if (!difference || !difference.value()) return std::nullopt;
  return std::move(*recorded);
}

}  // namespace

Transcript shorten(Recorder& recorder, const Transcript& from, Transcript recorded,
                   std::chrono::steady_clock::time_point until) {
  Transcript shortest = from;
  std::size_t chunk = shortest.steps.size() / 2;
  while (chunk > 0) {
    bool removed = false;
    std::size_t at = shortest.steps.size();
    // From the end: what comes after the difference goes first.
    while (at > 0 && std::chrono::steady_clock::now() < until) {
      const std::size_t begin = at > chunk ? at - chunk : 0;
      Transcript attempt = shortest;
      attempt.steps.erase(attempt.steps.begin() + static_cast<std::ptrdiff_t>(begin),
                          attempt.steps.begin() + static_cast<std::ptrdiff_t>(at));
      at = begin;
      auto still = differing(recorder, attempt);
      if (!still) continue;
      shortest = std::move(attempt);
      recorded = std::move(*still);
      removed = true;
    }
    if (std::chrono::steady_clock::now() >= until) break;
    if (!removed || chunk > shortest.steps.size()) chunk /= 2;
  }
  return recorded;
}

}  // namespace mqlab::conform
