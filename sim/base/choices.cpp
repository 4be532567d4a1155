// SPDX-License-Identifier: MIT
// Choices: the drivers, and what is done around them when a run is watched, steered or repeated.
#include "sim/base/choices.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace mqlab {
namespace {

std::string range_text(std::uint64_t n) {
  return n == 0 ? "64 bits" : fmt::format("one of {}", n);
}

Error bad_log(const std::string& what) {
  return make_error("the recorded choices are damaged: " + what);
}

// What is wrong with one recorded choice by itself, if anything.
const char* flaw_of(const Choice& choice) {
  switch (choice.kind) {
    case ChoiceKind::kBits:
      if (choice.n != 0) return "it counts possible answers";
      break;
    case ChoiceKind::kBelow:
      if (choice.n < 2) return "it has no possible answers to choose from";
      break;
    case ChoiceKind::kChance:
      if (choice.n != 2) return "it has not two possible answers";
      break;
  }
  if (choice.n != 0 && choice.value >= choice.n) return "its value is out of range";
  return nullptr;
}

Result<void> check(const ChoiceLog& log) {
  for (auto name = log.streams.begin(); name != log.streams.end(); ++name) {
    if (name->empty()) return bad_log("a stream has no name");
    if (std::find(log.streams.begin(), name, *name) != name) {
      return bad_log(fmt::format("stream \"{}\" is there twice", *name));
    }
  }
  std::vector<std::uint64_t> next(log.streams.size(), 0);
  for (const Choice& choice : log.choices) {
    if (choice.stream.value == 0 || choice.stream.value > log.streams.size()) {
      return bad_log(fmt::format("there is no stream number {}", choice.stream.value));
    }
    const std::size_t stream = choice.stream.value - 1;
    if (choice.nth != next[stream]++) {
      return bad_log(fmt::format("choice {} of stream \"{}\" is out of place", choice.nth,
                                 log.streams[stream]));
    }
    if (const char* const flaw = flaw_of(choice)) {
      return bad_log(
          fmt::format("choice {} of stream \"{}\": {}", choice.nth, log.streams[stream], flaw));
    }
  }
  return {};
}

bool fits(std::uint64_t value, const Question& question) {
  return question.n == 0 || value < question.n;
}

}  // namespace

std::string Divergence::text() const {
  const std::string place = fmt::format("choice {} of stream \"{}\"", nth, stream);
  switch (kind) {
    case Kind::kNotRecorded:
      return fmt::format("{} asks for {}, but the recording ends before it", place,
                         range_text(asked));
    case Kind::kOtherRange:
      return fmt::format("{} asks for {}, but the recording has {}", place, range_text(asked),
                         range_text(prepared));
    case Kind::kOverrideRange:
      return fmt::format("{} asks for {}, but is overridden with {}", place, range_text(asked),
                         prepared);
  }
  return place;
}

std::optional<Answer> SeededDriver::answer(const Question& question) {
  RandomStream& random = streams_[question.stream].random;
  switch (question.kind) {
    case ChoiceKind::kBits:
      return Answer{random.next(), question.n};
    case ChoiceKind::kBelow:
      return Answer{random.below(question.n), question.n};
    case ChoiceKind::kChance:
      return Answer{random.chance(question.probability) ? 1U : 0U, question.n};
  }
  return std::nullopt;
}

ReplayDriver::ReplayDriver(ChoiceLog log) : names_(std::move(log.streams)) {
  answers_.resize(names_.size());
  for (const Choice& choice : log.choices) {
    answers_[choice.stream.value - 1].push_back({choice.value, choice.n});
  }
}

void ReplayDriver::open(std::string_view name) {
  const auto found = std::find(names_.begin(), names_.end(), name);
  recorded_.push_back(static_cast<std::size_t>(found - names_.begin()));
}

std::optional<Answer> ReplayDriver::answer(const Question& question) const {
  const std::size_t recorded = recorded_[question.stream];
  if (recorded == names_.size() || question.nth >= answers_[recorded].size()) return std::nullopt;
  return answers_[recorded][question.nth];
}

std::uint64_t ReplayDriver::unused(const std::vector<std::uint64_t>& asked) const {
  std::uint64_t total = 0;
  for (const std::vector<Answer>& answers : answers_) total += answers.size();
  for (std::size_t stream = 0; stream < asked.size(); ++stream) {
    if (recorded_[stream] == names_.size()) continue;
    const std::uint64_t recorded = answers_[recorded_[stream]].size();
    total -= std::min(asked[stream], recorded);
  }
  return total;
}

Choices Choices::seeded(std::uint64_t seed) {
  return Choices(SeededDriver(seed));
}

Result<Choices> Choices::replay(ChoiceLog log) {
  if (auto fine = check(log); !fine) return fine.error();
  return Choices(ReplayDriver(std::move(log)));
}

StreamId Choices::stream(std::string_view name) {
  MQLAB_ASSERT(!name.empty());
  const StreamId stream{names_.intern(name).value};
  if (stream.value > asked_.size()) {
    constexpr std::size_t kUsual = 16;  // streams of a small world
    if (asked_.empty()) {
      asked_.reserve(kUsual);
      overrides_at_.reserve(kUsual);
      log_.streams.reserve(kUsual);
    }
    asked_.push_back(0);
    overrides_at_.push_back(place_of_overrides(name));
    log_.streams.emplace_back(name);
    std::visit([name](auto& driver) { driver.open(name); }, driver_);
  }
  return stream;
}

void Choices::set_override(const ChoiceOverride& override_with) {
  is_watched_ = true;
  std::size_t at = place_of_overrides(override_with.stream);
  if (at == kNone) {
    at = overrides_.size();
    overrides_.push_back({override_with.stream, {}});
    const std::optional<NameId> opened = names_.find(override_with.stream);
    if (opened && opened->value != 0) overrides_at_[opened->value - 1] = at;
  }
  std::vector<ChoiceOverride>& answers = overrides_[at].answers;
  const auto place = std::lower_bound(
      answers.begin(), answers.end(), override_with.nth,
      [](const ChoiceOverride& known, std::uint64_t nth) { return known.nth < nth; });
  if (place != answers.end() && place->nth == override_with.nth) {
    *place = override_with;
  } else {
    answers.insert(place, override_with);
  }
}

void Choices::keep_log() {
  is_watched_ = true;
  is_logging_ = true;
}

std::uint64_t Choices::unused() const {
  std::uint64_t total =
      std::visit([this](const auto& driver) { return driver.unused(asked_); }, driver_);
  for (const Overrides& overrides : overrides_) {
    const std::optional<NameId> opened = names_.find(overrides.stream);
    const std::uint64_t asked =
        opened && opened->value != 0 ? this->asked(StreamId{opened->value}) : 0;
    total += static_cast<std::uint64_t>(
        std::count_if(overrides.answers.begin(), overrides.answers.end(),
                      [asked](const ChoiceOverride& answer) { return answer.nth >= asked; }));
  }
  return total;
}

std::uint64_t Choices::choose(StreamId stream, ChoiceKind kind, std::uint64_t n,
                              Ratio probability) {
  const std::size_t at = index(stream);
  const Question question{at, kind, asked(stream), n, probability};
  ++asked_[at];
  const std::optional<Answer> answer =
      std::visit([&question](auto& driver) { return driver.answer(question); }, driver_);

  std::uint64_t value = 0;
  const ChoiceOverride* const override_with = find_override(at, question.nth);
  if (override_with != nullptr && fits(override_with->value, question)) {
    value = override_with->value;
  } else {
    if (override_with != nullptr) {
      note(Divergence::Kind::kOverrideRange, question, override_with->value);
    }
    value = fitting(question, answer);
  }
  if (is_logging_) log_.choices.push_back({stream, kind, question.nth, n, value});
  return value;
}

std::uint64_t Choices::fitting(const Question& question, const std::optional<Answer>& answer) {
  if (!answer) {
    note(Divergence::Kind::kNotRecorded, question, 0);
    return 0;
  }
  if (answer->n != question.n) {
    note(Divergence::Kind::kOtherRange, question, answer->n);
    return 0;
  }
  return answer->value;
}

std::size_t Choices::place_of_overrides(std::string_view stream) const {
  for (std::size_t at = 0; at < overrides_.size(); ++at) {
    if (overrides_[at].stream == stream) return at;
  }
  return kNone;
}

const ChoiceOverride* Choices::find_override(std::size_t stream, std::uint64_t nth) const {
  if (overrides_at_[stream] == kNone) return nullptr;
  const std::vector<ChoiceOverride>& answers = overrides_[overrides_at_[stream]].answers;
  const auto place = std::lower_bound(
      answers.begin(), answers.end(), nth,
      [](const ChoiceOverride& known, std::uint64_t wanted) { return known.nth < wanted; });
  return place != answers.end() && place->nth == nth ? &*place : nullptr;
}

void Choices::note(Divergence::Kind kind, const Question& question, std::uint64_t prepared) {
  if (divergence_) return;
  divergence_ = Divergence{kind, log_.streams[question.stream], question.nth, question.n, prepared};
}

}  // namespace mqlab
