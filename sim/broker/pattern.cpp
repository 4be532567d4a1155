// SPDX-License-Identifier: MIT
// Compiling a regular expression to a small automaton, and walking it.
#include "sim/broker/pattern.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace mqlab::broker {

namespace {

constexpr std::uint32_t kLoose = 0xffff'ffff;  // an end that leads nowhere yet
constexpr std::size_t kLongest = 4096;         // of a pattern, in states

using Set = std::array<std::uint64_t, 4>;

void include(Set& set, unsigned char from, unsigned char to) {
  for (unsigned c = from; c <= to; ++c) set[c / 64] |= std::uint64_t{1} << (c % 64);
}

bool has(const Set& set, unsigned char c) {
  return (set[c / 64] >> (c % 64) & 1) != 0;
}

Set inverted(Set set) {
  for (std::uint64_t& part : set) part = ~part;
  return set;
}

Set digits() {
  Set set{};
  include(set, '0', '9');
  return set;
}

Set word_characters() {
  Set set = digits();
  include(set, 'a', 'z');
  include(set, 'A', 'Z');
  include(set, '_', '_');
  return set;
}

Set spaces() {
  Set set{};
  include(set, '\t', '\r');
  include(set, ' ', ' ');
  return set;
}

Set one(char c) {
  Set set{};
  include(set, static_cast<unsigned char>(c), static_cast<unsigned char>(c));
  return set;
}

// The set that \d, \W and the like stand for; nullopt for other letters.
std::optional<Set> class_of(char letter) {
  if (letter == 'd') return digits();
  if (letter == 'D') return inverted(digits());
  if (letter == 'w') return word_characters();
  if (letter == 'W') return inverted(word_characters());
  if (letter == 's') return spaces();
  if (letter == 'S') return inverted(spaces());
  return std::nullopt;
}

// The character that \n, \. and the like stand for; nullopt for letters with a meaning that is not
// known here.
std::optional<char> escaped(char c) {
  if (c == 'n') return '\n';
  if (c == 'r') return '\r';
  if (c == 't') return '\t';
  if (c == 'f') return '\f';
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  if (letter) return std::nullopt;
  return c;
}

}  // namespace

// Recursive descent over the text; a fragment is a start state and the ends that are still loose.
class PatternParser {
 public:
  explicit PatternParser(std::string_view text) : text_(text) {}

  Result<Pattern> run() {
    Fragment all = alternatives();
    if (error_.empty() && at_ < text_.size()) error_ = "an unmatched )";
    if (!error_.empty()) {
      return Error{{},
                   fmt::format("'{}' is not a pattern: {}", text_, error_),
                   "patterns are regular expressions, like ^orders\\. or .*"};
    }
    const std::uint32_t match = state(Pattern::State::Kind::match);
    attach(all, match);
    pattern_.start_ = all.start;
    return std::move(pattern_);
  }

 private:
  using Kind = Pattern::State::Kind;
  struct End {
    std::uint32_t state = 0;
    bool other = false;
  };
  struct Fragment {
    std::uint32_t start = kLoose;  // kLoose: matches the empty text
    std::vector<End> ends;
  };

  std::uint32_t state(Kind kind) {
    if (pattern_.states_.size() >= kLongest && error_.empty()) error_ = "it is too long";
    Pattern::State made;
    made.kind = kind;
    made.next = kLoose;
    made.other = kLoose;
    pattern_.states_.push_back(made);
    return static_cast<std::uint32_t>(pattern_.states_.size() - 1);
  }

  void attach(Fragment& fragment, std::uint32_t target) {
    if (fragment.start == kLoose) fragment.start = target;
    for (const End& end : fragment.ends) {
      Pattern::State& from = pattern_.states_[end.state];
      (end.other ? from.other : from.next) = target;
    }
    fragment.ends.clear();
  }

  Fragment joined(Fragment first, Fragment second) {
    if (second.start == kLoose) return first;
    if (first.start == kLoose) return second;
    attach(first, second.start);
    first.ends = std::move(second.ends);
    return first;
  }

  bool more() const { return error_.empty() && at_ < text_.size(); }
  char peek() const { return text_[at_]; }
  bool take(std::string_view expected) {
    if (!text_.substr(at_).starts_with(expected)) return false;
    at_ += expected.size();
    return true;
  }
  Fragment fail(std::string what) {
    if (error_.empty()) error_ = std::move(what);
    return {};
  }

  Fragment alternatives() {
    if (++depth_ > 200) return fail("it is nested too deeply");
    Fragment all = sequence();
    while (more() && take("|")) {
      Fragment next = sequence();
      const std::uint32_t split = state(Kind::split);
      Fragment both;
      both.start = split;
      branch(both, split, false, all);
      branch(both, split, true, next);
      all = std::move(both);
    }
    --depth_;
    return all;
  }

  // Lets one side of a split go into a fragment, whose loose ends become those of `whole`.
  void branch(Fragment& whole, std::uint32_t split, bool other, const Fragment& part) {
    if (part.start == kLoose) {
      whole.ends.push_back({split, other});
      return;
    }
    Pattern::State& from = pattern_.states_[split];
    (other ? from.other : from.next) = part.start;
    whole.ends.insert(whole.ends.end(), part.ends.begin(), part.ends.end());
  }

  Fragment sequence() {
    Fragment all;
    while (more() && peek() != '|' && peek() != ')') all = joined(std::move(all), repeated());
    return all;
  }

  // One atom with what may follow it: * + ? {m,n}, each also lazy.
  Fragment repeated() {
    const std::size_t begin = at_;
    Fragment part = atom();
    if (!more()) return part;
    int least = 0;
    int most = -1;
    if (take("*")) {
      part = any_number(std::move(part));
    } else if (take("+")) {
      part = at_least_one(std::move(part));
    } else if (take("?")) {
      part = optional(std::move(part));
    } else if (bounds(least, most)) {
      part = copies(begin, least, most);
    } else {
      return part;
    }
    take("?");
    return part;
  }

  Fragment any_number(Fragment part) {
    if (part.start == kLoose) return part;
    const std::uint32_t split = state(Kind::split);
    pattern_.states_[split].next = part.start;
    attach(part, split);
    return {split, {{split, true}}};
  }

  Fragment at_least_one(Fragment part) {
    if (part.start == kLoose) return part;
    const std::uint32_t split = state(Kind::split);
    pattern_.states_[split].next = part.start;
    attach(part, split);
    return {part.start, {{split, true}}};
  }

  Fragment optional(Fragment part) {
    if (part.start == kLoose) return part;
    const std::uint32_t split = state(Kind::split);
    pattern_.states_[split].next = part.start;
    part.start = split;
    part.ends.push_back({split, true});
    return part;
  }

  // {m}, {m,} or {m,n}; anything else in braces is text, as in Perl.
  bool bounds(int& least, int& most) {
    const std::size_t close = text_.find('}', at_);
    if (peek() != '{' || close == std::string_view::npos) return false;
    const std::string_view inside = text_.substr(at_ + 1, close - at_ - 1);
    const std::size_t comma = inside.find(',');
    const auto number = [](std::string_view digits) {
      int value = digits.empty() ? -1 : 0;
      for (const char c : digits) {
        if (c < '0' || c > '9') return -1;
        value = std::min(value * 10 + (c - '0'), 100'000);
      }
      return value;
    };
    const int first = number(inside.substr(0, comma));
    if (first < 0) return false;
    int second = first;
    if (comma != std::string_view::npos) {
      const std::string_view rest = inside.substr(comma + 1);
      second = number(rest);
      if (second < 0 && !rest.empty()) return false;
    }
    least = first;
    most = second;
    at_ = close + 1;
    if (most >= 0 && most < least) error_ = "the numbers in {} are the wrong way round";
    return true;
  }

  // The atom that begins at `begin`, so many times: it is read again for every copy.
  Fragment copies(std::size_t begin, int least, int most) {
    const std::size_t after = at_;
    Fragment all;
    const bool empty = again(begin).start == kLoose;
    for (int i = 0; i < least && !empty && error_.empty(); ++i) {
      all = joined(std::move(all), again(begin));
    }
    if (most < 0) all = joined(std::move(all), any_number(again(begin)));
    for (int i = least; i < most && !empty && error_.empty(); ++i) {
      all = joined(std::move(all), optional(again(begin)));
    }
    at_ = after;
    return all;
  }

  Fragment again(std::size_t begin) {
    at_ = begin;
    return atom();
  }

  Fragment single(const Set& set) {
    const std::uint32_t made = state(Kind::bytes);
    pattern_.states_[made].set = static_cast<std::uint32_t>(pattern_.sets_.size());
    pattern_.sets_.push_back(set);
    return {made, {{made, false}}};
  }

  Fragment anchor(Kind kind) {
    const std::uint32_t made = state(kind);
    return {made, {{made, false}}};
  }

  Fragment atom() {
    const char c = peek();
    ++at_;
    if (c == '(') return group();
    if (c == '[') return bracket();
    if (c == '.') return single(inverted(one('\n')));
    if (c == '^') return anchor(Kind::begin);
    if (c == '$') return anchor(Kind::end);
    if (c == '\\') return escape();
    if (c == '*' || c == '+' || c == '?') return fail(fmt::format("nothing stands before {}", c));
    return single(one(c));
  }

  Fragment group() {
    if (take("?") && !take(":")) return fail("(? is only known as (?:");
    Fragment inside = alternatives();
    if (!take(")")) return fail("a ( is not closed");
    return inside;
  }

  Fragment escape() {
    if (at_ == text_.size()) return fail("it ends with \\");
    const char c = text_[at_++];
    if (c == 'A') return anchor(Kind::begin);
    if (c == 'z' || c == 'Z') return anchor(Kind::end);
    if (const auto set = class_of(c)) return single(*set);
    if (const auto plain = escaped(c)) return single(one(*plain));
    return fail(fmt::format("\\{} is not known", c));
  }

  // One member of [ ]: a character, or a class in `set`.
  std::optional<char> member(Set& set) {
    char c = text_[at_++];
    if (c != '\\') return c;
    if (at_ == text_.size()) {
      fail("a [ is not closed");
      return std::nullopt;
    }
    c = text_[at_++];
    if (const auto known = class_of(c)) {
      for (std::size_t i = 0; i < set.size(); ++i) set[i] |= (*known)[i];
      return std::nullopt;
    }
    const auto plain = escaped(c);
    if (!plain) fail(fmt::format("\\{} is not known", c));
    return plain;
  }

  Fragment bracket() {
    Set set{};
    const bool inverse = take("^");
    bool first = true;
    while (more() && (first || peek() != ']')) {
      first = false;
      const std::optional<char> low = member(set);
      if (!low) continue;
      char high = *low;
      if (at_ + 1 < text_.size() && peek() == '-' && text_[at_ + 1] != ']') {
        ++at_;
        Set ignored{};
        const std::optional<char> end = member(ignored);
        if (!end) return fail("a range in [ ] has no end");
        high = *end;
      }
      const auto from = static_cast<unsigned char>(*low);
      const auto to = static_cast<unsigned char>(high);
      if (from > to) return fail("a range in [ ] is the wrong way round");
      include(set, from, to);
    }
    if (!take("]")) return fail("a [ is not closed");
    return single(inverse ? inverted(set) : set);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::string error_;
  Pattern pattern_;
};

Result<Pattern> Pattern::parse(std::string_view text) {
  return PatternParser(text).run();
}

// Adds `first` and all states that are reached from it without reading anything.
void Pattern::follow(std::uint32_t first, bool at_begin, bool at_end,
                     std::vector<std::uint32_t>& states, std::vector<bool>& member) const {
  std::vector<std::uint32_t> open(1, first);
  while (!open.empty()) {
    const std::uint32_t index = open.back();
    open.pop_back();
    if (member[index]) continue;
    member[index] = true;
    states.push_back(index);
    const State& state = states_[index];
    switch (state.kind) {
      case State::Kind::split:
        open.push_back(state.other);
        open.push_back(state.next);
        break;
      case State::Kind::begin:
        if (at_begin) open.push_back(state.next);
        break;
      case State::Kind::end:
        if (at_end) open.push_back(state.next);
        break;
      case State::Kind::bytes:
      case State::Kind::match:
        break;
    }
  }
}

bool Pattern::search(std::string_view name) const {
  std::vector<std::uint32_t> states;
  std::vector<std::uint32_t> before;
  std::vector<bool> member(states_.size());
  for (std::size_t i = 0;; ++i) {
    const bool at_end = i == name.size() || (i + 1 == name.size() && name[i] == '\n');
    follow(start_, i == 0, at_end, states, member);
    for (const std::uint32_t state : states) {
      if (states_[state].kind == State::Kind::match) return true;
    }
    if (i == name.size()) return false;
    before.swap(states);
    states.clear();
    std::fill(member.begin(), member.end(), false);
    const bool next_at_end = i + 1 == name.size() || (i + 2 == name.size() && name[i + 1] == '\n');
    for (const std::uint32_t index : before) {
      const State& state = states_[index];
      if (state.kind != State::Kind::bytes) continue;
      if (!has(sets_[state.set], static_cast<unsigned char>(name[i]))) continue;
      follow(state.next, false, next_at_end, states, member);
    }
  }
}

}  // namespace mqlab::broker
