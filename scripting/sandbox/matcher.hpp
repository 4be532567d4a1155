// SPDX-License-Identifier: MIT
// Lua's patterns, matched on a budget.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace mqlab::scripting {

// Matches a pattern as Lua 5.4 does, with the character classes of ASCII. Neither allocates nor
// calls Lua, so that the caller can raise the problem that stopped it. Both texts must be followed
// by a zero, as Lua's strings are.
class Matcher {
 public:
  static constexpr int kMaxCaptures = 32;
  static constexpr std::ptrdiff_t kOpen = -1;      // a capture that is not closed yet
  static constexpr std::ptrdiff_t kPosition = -2;  // the capture ()

  struct Capture {
    const char* start = nullptr;
    std::ptrdiff_t length = 0;  // or kOpen or kPosition
  };

  // Every character looked at takes one of `steps`.
  Matcher(const char* text, std::size_t size, const char* pattern_end, std::int64_t* steps)
      : text_(text), text_end_(text + size), pattern_end_(pattern_end), steps_(steps) {}

  // The end of the match of `pattern` (up to pattern_end) that begins at `text`, or null if there
  // is none or a problem stopped the search.
  const char* match(const char* text, const char* pattern);

  const char* text() const { return text_; }
  int captures() const { return level_; }
  const Capture& capture(int index) const { return captures_[static_cast<std::size_t>(index)]; }

  bool stopped() const { return out_of_steps_ || problem_ != nullptr; }
  bool out_of_steps() const { return out_of_steps_; }
  // What is wrong with the pattern; a format for one int, problem_number().
  const char* problem() const { return problem_; }
  int problem_number() const { return problem_number_; }

 private:
  const char* from(const char* s, const char* p);
  const char* step(const char* s, const char* p, const char** next_p);
  const char* item(const char* s, const char* p, const char** next_p);
  const char* open_capture(const char* s, const char* p, std::ptrdiff_t length);
  const char* close_capture(const char* s, const char* p);
  const char* balanced(const char* s, const char* p);
  const char* frontier(const char* s, const char* p, const char** next_p);
  const char* same_as_capture(const char* s, int digit);
  const char* longest(const char* s, const char* p, const char* p_end);
  const char* shortest(const char* s, const char* p, const char* p_end);
  const char* item_end(const char* p);
  bool one(const char* s, const char* p, const char* p_end);
  bool in_set(unsigned char c, const char* p, const char* last);
  bool spend(std::ptrdiff_t steps);
  const char* fail(const char* problem, int number = 0);

  const char* text_;
  const char* text_end_;
  const char* pattern_end_;
  std::int64_t* steps_;
  const char* problem_ = nullptr;
  int problem_number_ = 0;
  bool out_of_steps_ = false;
  int depth_ = 0;
  int level_ = 0;
  std::array<Capture, kMaxCaptures> captures_{};
};

// Is the ASCII character in the class that the letter names, as in %a? A letter that names no class
// stands for itself.
bool in_class(unsigned char c, unsigned char letter);

}  // namespace mqlab::scripting
