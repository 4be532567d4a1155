// SPDX-License-Identifier: MIT
// The one way in for chance: whatever could have gone otherwise in a run is one choice, asked here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/base/names.hpp"
#include "sim/base/random.hpp"
#include "sim/base/result.hpp"

namespace mqlab {

// A named stream of choices. Asking one stream never moves the answers of another.
using StreamId = Id<struct StreamTag>;

// What was asked, and in which range the answer lies.
enum class ChoiceKind : std::uint8_t {
  kBits,    // 64 raw bits
  kBelow,   // one of 0..n-1
  kChance,  // 0 (it does not happen) or 1 (it happens)
};

// One choice as it was made. `n` counts the possible answers; 0 stands for 2^64.
struct Choice {
  StreamId stream;
  ChoiceKind kind = ChoiceKind::kBits;
  std::uint64_t nth = 0;  // within its stream, from 0
  std::uint64_t n = 0;
  std::uint64_t value = 0;

  bool operator==(const Choice&) const = default;
};

// The choices of a run in the order they were made. StreamId{i + 1} is called streams[i].
struct ChoiceLog {
  std::vector<std::string> streams;
  std::vector<Choice> choices;

  bool operator==(const ChoiceLog&) const = default;
};

// An answer laid down in advance: the nth choice of a stream is `value`, whoever drives.
struct ChoiceOverride {
  std::string stream;
  std::uint64_t nth = 0;
  std::uint64_t value = 0;

  bool operator==(const ChoiceOverride&) const = default;
};

// The first choice whose prepared answer did not fit the question.
struct Divergence {
  enum class Kind : std::uint8_t {
    kNotRecorded,   // the recording ends before this choice
    kOtherRange,    // the recording answers a question with another number of answers
    kOverrideRange  // an override is not among the possible answers
  };
  Kind kind = Kind::kNotRecorded;
  std::string stream;
  std::uint64_t nth = 0;
  std::uint64_t asked = 0;     // possible answers now; 0 stands for 2^64
  std::uint64_t prepared = 0;  // kOtherRange: possible answers then; kOverrideRange: the value

  // One line: which choice of which stream, what was asked and what was found.
  std::string text() const;

  bool operator==(const Divergence&) const = default;
};

// A choice put to a driver. `stream` counts the streams in the order they were opened.
struct Question {
  std::size_t stream = 0;
  ChoiceKind kind = ChoiceKind::kBits;
  std::uint64_t nth = 0;
  std::uint64_t n = 0;  // possible answers; 0 stands for 2^64
  Ratio probability;    // kChance only
};

// What a driver answers: the value, and among how many it thinks it chose.
struct Answer {
  std::uint64_t value = 0;
  std::uint64_t n = 0;
};

// Drivers are alternatives of Choices::Driver. Each offers `open(name)`, called once per stream in
// order of first use; `answer(question)`, or nothing if it has none; and `unused(asked)`, how many
// prepared answers lie beyond the given number of choices asked of each stream.

// Draws every answer from a stream of random bits of its own.
class SeededDriver {
 public:
  explicit SeededDriver(std::uint64_t seed) : seed_(seed) {}

  void open(std::string_view name) { streams_.push_back(Stream{RandomStream(seed_, name)}); }
  // The bits to draw from, for a choice that is not answered by answer(): it is counted here.
  RandomStream& plain(std::size_t stream) {
    Stream& drawn = streams_[stream];
    ++drawn.plain;
    return drawn.random;
  }
  std::uint64_t plain_count(std::size_t stream) const { return streams_[stream].plain; }
  std::optional<Answer> answer(const Question& question);
  std::uint64_t unused(const std::vector<std::uint64_t>& /*asked*/) const { return 0; }

 private:
  // A line of the cache holds all that a draw needs.
  struct alignas(64) Stream {
    RandomStream random;
    std::uint64_t plain = 0;  // choices that were not answered by answer()
  };

  std::uint64_t seed_;
  std::vector<Stream> streams_;
};

// Answers what was recorded, stream by stream; streams may be opened in another order than then.
class ReplayDriver {
 public:
  // `log` is well formed, as Choices::replay checks.
  explicit ReplayDriver(ChoiceLog log);

  void open(std::string_view name);
  std::optional<Answer> answer(const Question& question) const;
  std::uint64_t unused(const std::vector<std::uint64_t>& asked) const;

 private:
  std::vector<std::string> names_;            // by recorded stream
  std::vector<std::vector<Answer>> answers_;  // by recorded stream, then nth
  std::vector<std::size_t> recorded_;         // opened stream -> recorded stream, or their number
};

// Asks a driver on behalf of a run, counts, applies overrides and keeps the log if wanted.
// Move-only: a run has one.
class Choices {
 public:
  // Every choice from a seed.
  static Choices seeded(std::uint64_t seed);

  // Every choice as in `log`. What the log cannot answer is 0 (the shortest duration, the first of
  // several, the accident that does not happen) and noted as a divergence. An error if the log is
  // not well formed: an unknown or repeated stream, a gap, a value outside of its range.
  static Result<Choices> replay(ChoiceLog log);

  // The stream of this name; the same one each time. The name is not empty.
  StreamId stream(std::string_view name);
  std::string_view name(StreamId stream) const { return names_.text(NameId{stream.value}); }
  // How many choices the stream was asked for.
  std::uint64_t asked(StreamId stream) const {
    const SeededDriver* const seeded = std::get_if<SeededDriver>(&driver_);
    return asked_[index(stream)] + (seeded != nullptr ? seeded->plain_count(index(stream)) : 0);
  }

  // 64 random bits.
  std::uint64_t bits(StreamId stream) {
    if (RandomStream* const random = plain_stream(stream)) [[likely]]
      return random->next();
    return choose(stream, ChoiceKind::kBits, 0);
  }

  // One of 0..n-1; n >= 1. A choice among one is no choice: it is not counted or recorded.
  std::uint64_t below(StreamId stream, std::uint64_t n) {
    MQLAB_ASSERT(n > 0);
    if (n == 1) return 0;
    if (RandomStream* const random = plain_stream(stream)) [[likely]]
      return random->below(n);
    return choose(stream, ChoiceKind::kBelow, n);
  }

  // Whether something of this probability happens: a choice among two, whatever the ratio. What is
  // certain either way is no choice: it is not counted or recorded.
  bool chance(StreamId stream, Ratio probability) {
    MQLAB_ASSERT(probability.is_valid());
    if (probability.num == 0) return false;
    if (probability.num == probability.den) return true;
    if (RandomStream* const random = plain_stream(stream)) [[likely]] {
      return random->chance(probability);
    }
    return choose(stream, ChoiceKind::kChance, 2, probability) != 0;
  }

  // Whether an accident happens here, which only a plan brings about: `planned` is the answer
  // unless an override or a recording has another. A choice among two, which draws no chance.
  bool foreseen(StreamId stream, bool planned) {
    return choose(stream, ChoiceKind::kChance, 2, Ratio{planned ? 1U : 0U, 1}) != 0;
  }
  // Somebody listens to the choices or answers them; if nobody does, what is foreseen to be false
  // need not be asked.
  bool is_attended() const { return is_watched_ || !std::holds_alternative<SeededDriver>(driver_); }

  // Lays down one answer in advance; a second one for the same choice replaces the first. The
  // driver's own answer is drawn and dropped, so that no other choice moves.
  void set_override(const ChoiceOverride& override_with);

  // Starts keeping the log. Choices made before are not in it, so ask for it first.
  void keep_log();
  const ChoiceLog& log() const { return log_; }

  // The first answer in advance that did not fit. A run with a divergence is not the run it was
  // meant to repeat, and whoever drives it must say so.
  const std::optional<Divergence>& divergence() const { return divergence_; }

  // How many recorded answers and overrides were not asked for (yet). Not zero at the end of a
  // replay means that the run ended earlier than the recorded one.
  std::uint64_t unused() const;

 private:
  using Driver = std::variant<SeededDriver, ReplayDriver>;

  // The overrides of one stream, rising nth.
  struct Overrides {
    std::string stream;
    std::vector<ChoiceOverride> answers;
  };

  explicit Choices(Driver driver) : driver_(std::move(driver)) {}

  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  static std::size_t index(StreamId stream) { return stream.value - 1; }

  // The random bits to draw from, if the driver is seeded and nobody interferes or listens.
  RandomStream* plain_stream(StreamId stream) {
    if (is_watched_) return nullptr;
    SeededDriver* const seeded = std::get_if<SeededDriver>(&driver_);
    if (seeded == nullptr) return nullptr;
    return &seeded->plain(index(stream));
  }

  std::uint64_t choose(StreamId stream, ChoiceKind kind, std::uint64_t n, Ratio probability = {});
  std::uint64_t fitting(const Question& question, const std::optional<Answer>& answer);
  std::size_t place_of_overrides(std::string_view stream) const;
  const ChoiceOverride* find_override(std::size_t stream, std::uint64_t nth) const;
  void note(Divergence::Kind kind, const Question& question, std::uint64_t prepared);

  Driver driver_;
  Names names_;
  std::vector<std::uint64_t> asked_;  // by stream; without plain ones
  std::vector<Overrides> overrides_;
  std::vector<std::size_t> overrides_at_;  // stream -> its place in overrides_, or kNone
  ChoiceLog log_;
  std::optional<Divergence> divergence_;
  bool is_watched_ = false;  // there is a log to keep or an override to look for
  bool is_logging_ = false;
};

}  // namespace mqlab
