// SPDX-License-Identifier: MIT
// Random sequences on the core and a live broker, and what is said about them.
#include "cli/conform/live.hpp"

#include <chrono>
#include <filesystem>
#include <ostream>
#include <utility>

#include <fmt/format.h>

#include "cli/conform/core_side.hpp"
#include "cli/conform/live/recorder.hpp"
#include "cli/conform/random_case.hpp"

namespace mqlab::conform {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kAgreed = 0;
constexpr int kDiffer = 1;
constexpr int kNoVerdict = 2;
constexpr int kUsage = 64;
constexpr int kBroken = 65;
constexpr int kInterrupted = 130;
constexpr auto kShortenFor = std::chrono::seconds(45);

std::string told(const Difference& at) {
  return fmt::format("step {}, {}, {}: the broker's answer {}, the core's {}", at.step, at.op,
                     at.first.path, to_line(at.first.expected), to_line(at.first.got));
}

void tell(std::ostream& err, const Error& error) {
  err << "mqlab: " << error.text() << '\n';
}

bool is_interrupted(const LiveOptions& options) {
  return options.interrupt != nullptr && options.interrupt->load();
}

std::string path_of(const LiveOptions& options, const std::string& name) {
  return (std::filesystem::path(options.save_to) / (name + ".json")).string();
}

bool save(const Transcript& transcript, const LiveOptions& options, std::ostream& out,
          std::ostream& err) {
  const std::string path = path_of(options, transcript.name);
  if (const Result<void> saved = options.save(path, write_transcript(transcript)); !saved.ok()) {
    tell(err, saved.error());
    return false;
  }
  out << "  written to " << path << '\n';
  return true;
}

bool same_observations(const Transcript& a, const Transcript& b) {
  if (a.steps.size() != b.steps.size()) return false;
  for (std::size_t i = 0; i < a.steps.size(); ++i) {
    if (a.steps[i].op != b.steps[i].op) return false;
    if (first_mismatch(a.steps[i].observed, b.steps[i].observed)) return false;
  }
  return true;
}

enum class Verdict { agreed, differs, not_repeatable, unsaved, none };

// Records one random sequence and plays it on the core.
Verdict judge(Recorder& recorder, const LiveOptions& options, std::uint64_t seed, std::ostream& out,
              std::ostream& err) {
  RandomCaseOptions made{seed, "", recorder.has_console()};
  if (!recorder.has_console()) made.prefix = fmt::format("mqlab-conform-{}-", seed);
  const Transcript from = random_case(made);
  const auto record = [&]() {
    auto recorded = recorder.record(from);
    if (recorded && !recorder.has_console()) recorder.clean_up(*recorded);
    return recorded;
  };
  auto recorded = record();
  if (!recorded) {
    tell(err, recorded.error());
    return Verdict::none;
  }
  auto difference = replay(*recorded);
  if (!difference) {
    tell(err, difference.error());
    return Verdict::none;
  }
  if (!difference.value()) {
    out << fmt::format("agreed {} ({} steps)\n", recorded->name, recorded->steps.size());
    return Verdict::agreed;
  }
  const auto again = record();
  if (!again || !same_observations(*again, *recorded)) {
    out << fmt::format("not repeatable {}: the broker itself did two things\n", recorded->name);
    return Verdict::not_repeatable;
  }
  out << fmt::format("differs {}: {}\n", recorded->name, told(*difference.value()));
  Transcript shortest = shorten(recorder, from, std::move(*recorded), Clock::now() + kShortenFor);
  const auto left = replay(shortest);
  if (left.ok() && left.value()) {
    out << fmt::format("  in {} steps: {}\n", shortest.steps.size(), told(*left.value()));
  }
  if (options.save_to.empty() || save(shortest, options, out, err)) return Verdict::differs;
  return Verdict::unsaved;
}

Result<Recorder> recorder_for(const LiveOptions& options) {
  auto address = parse_address(options.url);
  if (!address) return address.error();
  return Recorder(std::move(*address), Console(options.node, options.cookie), options.quiet_ms);
}

}  // namespace

int conform_live(const LiveOptions& options, std::ostream& out, std::ostream& err) {
  auto recorder = recorder_for(options);
  if (!recorder) {
    tell(err, recorder.error());
    return kUsage;
  }
  for (int run = 0; run < options.runs && !options.save_to.empty(); ++run) {
    const std::string name = random_name(options.seed + static_cast<std::uint64_t>(run));
    if (const Result<void> may = options.may_save(path_of(options, name)); !may.ok()) {
      tell(err, may.error());
      return kBroken;
    }
  }
  const auto start = Clock::now();
  int played = 0;
  int agreed = 0;
  int differed = 0;
  for (int run = 0; run < options.runs; ++run) {
    if (is_interrupted(options)) return kInterrupted;
    if (options.at_most_s > 0 && Clock::now() - start > std::chrono::seconds(options.at_most_s)) {
      out << fmt::format("time is over after {} of {} runs\n", run, options.runs);
      break;
    }
    const Verdict verdict =
        judge(*recorder, options, options.seed + static_cast<std::uint64_t>(run), out, err);
    if (is_interrupted(options)) return kInterrupted;
    if (verdict == Verdict::none) return kNoVerdict;
    if (verdict == Verdict::unsaved) return kBroken;
    if (verdict != Verdict::not_repeatable) ++played;
    if (verdict == Verdict::agreed) ++agreed;
    if (verdict == Verdict::differs) ++differed;
    out.flush();
  }
  out << fmt::format("agreed {} of {}\n", agreed, played);
  if (differed > 0) return kDiffer;
  return played > 0 ? kAgreed : kNoVerdict;
}

int record_live(const std::vector<std::string>& files, const LiveOptions& options,
                std::ostream& out, std::ostream& err) {
  auto recorder = recorder_for(options);
  if (!recorder || options.save_to.empty() || files.empty()) {
    tell(err, recorder ? Error{{}, "name the files to record and a folder for the transcripts", {}}
                       : recorder.error());
    return kUsage;
  }
  int result = kAgreed;
  std::vector<Transcript> cases;
  for (const std::string& file : files) {
    auto from = load_transcript(file);
    if (!from) {
      tell(err, from.error());
      result = kBroken;
      continue;
    }
    if (const Result<void> may = options.may_save(path_of(options, from->name)); !may.ok()) {
      tell(err, may.error());
      return kBroken;
    }
    cases.push_back(std::move(*from));
  }
  for (const Transcript& from : cases) {
    if (is_interrupted(options)) return kInterrupted;
    const auto recorded = recorder->record(from);
    if (!recorded) {
      tell(err, Error{{from.name, 0}, recorded.error().text(), {}});
      return kNoVerdict;
    }
    out << fmt::format("recorded {} ({} steps)\n", recorded->name, recorded->steps.size());
    if (!save(*recorded, options, out, err)) return kBroken;
  }
  return result;
}

}  // namespace mqlab::conform
