// SPDX-License-Identifier: MIT
// Transcripts against the core, step by step.
#include "cli/conform/replay.hpp"

#include <utility>

#include <fmt/format.h>

#include "cli/conform/core_side.hpp"
#include "cli/conform/settled.hpp"

namespace mqlab::conform {

namespace {

Error at_step(std::size_t number, const Step& step, const Error& error) {
  return Error{{}, fmt::format("step {}, {}: {}", number, step.op, error.what), error.hint};
}

}  // namespace

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
    if (!step) continue;  // does not apply
    auto got = core.perform(*step);
    if (!got) return at_step(i + 1, *step, got.error());
    step->observed = std::move(*got);
    if (from.drop_skipped && step->observed.contains("skipped")) continue;
    transcript.steps.push_back(std::move(*step));
  }
  return transcript;
}

}  // namespace mqlab::conform
