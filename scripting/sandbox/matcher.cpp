// SPDX-License-Identifier: MIT
// Lua's patterns by backtracking.
#include "scripting/sandbox/matcher.hpp"

#include <cstring>

namespace mqlab::scripting {
namespace {

// How deep matches nest: one level for each try of what follows a capture or a repeated item.
constexpr int kMaxDepth = 200;

constexpr unsigned char byte(char c) {
  return static_cast<unsigned char>(c);
}

constexpr bool between(unsigned char c, char low, char high) {
  return byte(low) <= c && c <= byte(high);
}
constexpr bool is_lower(unsigned char c) {
  return between(c, 'a', 'z');
}
constexpr bool is_upper(unsigned char c) {
  return between(c, 'A', 'Z');
}
constexpr bool is_digit(unsigned char c) {
  return between(c, '0', '9');
}
constexpr bool is_alnum(unsigned char c) {
  return is_lower(c) || is_upper(c) || is_digit(c);
}
constexpr bool is_graphic(unsigned char c) {
  return between(c, '!', '~');
}

}  // namespace

bool in_class(unsigned char c, unsigned char letter) {
  bool is = false;
  switch (is_upper(letter) ? letter + ('a' - 'A') : letter) {
    case 'a':
      is = is_lower(c) || is_upper(c);
      break;
    case 'c':
      is = c < 32 || c == 127;
      break;
    case 'd':
      is = is_digit(c);
      break;
    case 'g':
      is = is_graphic(c);
      break;
    case 'l':
      is = is_lower(c);
      break;
    case 'p':
      is = is_graphic(c) && !is_alnum(c);
      break;
    case 's':
      is = c == ' ' || between(c, '\t', '\r');
      break;
    case 'u':
      is = is_upper(c);
      break;
    case 'w':
      is = is_alnum(c);
      break;
    case 'x':
      is = is_digit(c) || between(c, 'a', 'f') || between(c, 'A', 'F');
      break;
    case 'z':
      is = c == 0;
      break;
    default:  // not an enum
      return c == letter;
  }
  return is != is_upper(letter);
}

const char* Matcher::match(const char* text, const char* pattern) {
  level_ = 0;
  depth_ = 0;
  return from(text, pattern);
}

bool Matcher::spend(std::ptrdiff_t steps) {
  *steps_ -= steps;
  if (*steps_ < 0) out_of_steps_ = true;
  return !stopped();
}

const char* Matcher::fail(const char* problem, int number) {
  if (!stopped()) {
    problem_ = problem;
    problem_number_ = number;
  }
  return nullptr;
}

// Matches all of the pattern from p on. Items that can match in one way only are taken in a loop;
// the others try the rest of the pattern by recursion.
const char* Matcher::from(const char* s, const char* p) {
  if (depth_ == kMaxDepth) return fail("pattern too complex");
  ++depth_;
  while (s != nullptr && p != nullptr && p != pattern_end_) {
    if (!spend(1)) {
      s = nullptr;
      break;
    }
    const char* next = nullptr;
    s = step(s, p, &next);
    p = next;
  }
  --depth_;
  return stopped() ? nullptr : s;
}

// Takes the item at p. Leaves in *next_p where to go on, or null if the result is that of the whole
// rest of the pattern.
const char* Matcher::step(const char* s, const char* p, const char** next_p) {
  switch (*p) {
    case '(':
      return p[1] == ')' ? open_capture(s, p + 2, kPosition) : open_capture(s, p + 1, kOpen);
    case ')':
      return close_capture(s, p + 1);
    case '$':
      if (p + 1 == pattern_end_) return s == text_end_ ? s : nullptr;
      break;
    case '%':
      if (p[1] == 'b') {
        *next_p = p + 4;
        return balanced(s, p + 2);
      }
      if (p[1] == 'f') return frontier(s, p + 2, next_p);
      if (is_digit(byte(p[1]))) {
        *next_p = p + 2;
        return same_as_capture(s, p[1] - '1');
      }
      break;
    default:  // not an enum
      break;
  }
  return item(s, p, next_p);
}

// A single character, perhaps repeated.
const char* Matcher::item(const char* s, const char* p, const char** next_p) {
  const char* end = item_end(p);
  if (end == nullptr) return nullptr;
  const char repeat = end == pattern_end_ ? '\0' : *end;
  switch (repeat) {
    case '?':
      if (one(s, p, end)) {
        const char* result = from(s + 1, end + 1);
        if (result != nullptr || stopped()) return result;
      }
      *next_p = end + 1;
      return s;
    case '+':
      return one(s, p, end) ? longest(s + 1, p, end) : nullptr;
    case '*':
      return longest(s, p, end);
    case '-':
      return shortest(s, p, end);
    default:  // not an enum
      if (!one(s, p, end)) return nullptr;
      *next_p = end;
      return s + 1;
  }
}

const char* Matcher::open_capture(const char* s, const char* p, std::ptrdiff_t length) {
  if (level_ >= kMaxCaptures) return fail("too many captures");
  captures_[static_cast<std::size_t>(level_)] = {s, length};
  ++level_;
  const char* result = from(s, p);
  if (result == nullptr) --level_;
  return result;
}

const char* Matcher::close_capture(const char* s, const char* p) {
  int open = level_ - 1;
  while (open >= 0 && capture(open).length != kOpen) --open;
  if (open < 0) return fail("invalid pattern capture");
  Capture& closed = captures_[static_cast<std::size_t>(open)];
  closed.length = s - closed.start;
  const char* result = from(s, p);
  if (result == nullptr) closed.length = kOpen;
  return result;
}

// %bxy, p at x.
const char* Matcher::balanced(const char* s, const char* p) {
  if (p >= pattern_end_ - 1) return fail("malformed pattern (missing arguments to '%%b')");
  if (s == text_end_ || *s != p[0]) return nullptr;
  int open = 1;
  while (++s < text_end_) {
    if (!spend(1)) return nullptr;
    if (*s == p[1]) {
      if (--open == 0) return s + 1;
    } else if (*s == p[0]) {
      ++open;
    }
  }
  return nullptr;
}

// %f[set], p at the bracket.
const char* Matcher::frontier(const char* s, const char* p, const char** next_p) {
  if (p >= pattern_end_ || *p != '[') return fail("missing '[' after '%%f' in pattern");
  const char* end = item_end(p);
  if (end == nullptr) return nullptr;
  const unsigned char before = s == text_ ? 0 : byte(s[-1]);
  const unsigned char here = s == text_end_ ? 0 : byte(*s);
  *next_p = end;
  return !in_set(before, p, end - 1) && in_set(here, p, end - 1) ? s : nullptr;
}

const char* Matcher::same_as_capture(const char* s, int digit) {
  if (digit < 0 || digit >= level_ || capture(digit).length == kOpen) {
    return fail("invalid capture index %%%d", digit + 1);
  }
  const Capture& earlier = capture(digit);
  if (earlier.length == kPosition || text_end_ - s < earlier.length) return nullptr;
  if (!spend(earlier.length)) return nullptr;
  const auto size = static_cast<std::size_t>(earlier.length);
  return std::memcmp(earlier.start, s, size) == 0 ? s + earlier.length : nullptr;
}

const char* Matcher::longest(const char* s, const char* p, const char* p_end) {
  std::ptrdiff_t count = 0;
  while (one(s + count, p, p_end)) ++count;
  for (; count >= 0 && !stopped(); --count) {
    if (const char* result = from(s + count, p_end + 1)) return result;
  }
  return nullptr;
}

const char* Matcher::shortest(const char* s, const char* p, const char* p_end) {
  while (!stopped()) {
    if (const char* result = from(s, p_end + 1)) return result;
    if (!one(s, p, p_end)) return nullptr;
    ++s;
  }
  return nullptr;
}

// Behind the single character, class or set at p.
const char* Matcher::item_end(const char* p) {
  if (*p == '%') {
    if (p + 1 == pattern_end_) return fail("malformed pattern (ends with '%%')");
    return p + 2;
  }
  if (*p != '[') return p + 1;
  ++p;
  if (*p == '^') ++p;
  do {  // a bracket that comes first is an element of the set
    if (p == pattern_end_) return fail("malformed pattern (missing ']')");
    if (*p++ == '%' && p < pattern_end_) ++p;
  } while (p == pattern_end_ || *p != ']');
  return p + 1;
}

bool Matcher::one(const char* s, const char* p, const char* p_end) {
  if (s >= text_end_ || !spend(1)) return false;
  switch (*p) {
    case '.':
      return true;
    case '%':
      return in_class(byte(*s), byte(p[1]));
    case '[':
      return in_set(byte(*s), p, p_end - 1);
    default:  // not an enum
      return *s == *p;
  }
}

// A set from its bracket at p to the closing one at `last`.
bool Matcher::in_set(unsigned char c, const char* p, const char* last) {
  spend(last - p);
  bool found = true;
  if (p[1] == '^') {
    found = false;
    ++p;
  }
  while (++p < last) {
    if (*p == '%') {
      ++p;
      if (in_class(c, byte(*p))) return found;
    } else if (p[1] == '-' && p + 2 < last) {
      p += 2;
      if (byte(p[-2]) <= c && c <= byte(*p)) return found;
    } else if (byte(*p) == c) {
      return found;
    }
  }
  return !found;
}

}  // namespace mqlab::scripting
