// SPDX-License-Identifier: MIT
// Drawing patterns and keys.
#include "cli/bench/keys.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include <fmt/format.h>

#include "sim/base/random.hpp"

namespace mqlab::bench {
namespace {

using Words = std::vector<std::string>;

class Maker {
 public:
  Maker(Shape shape, std::uint64_t patterns)
      : shape_(shape),
        random_(patterns * 2 + static_cast<std::uint64_t>(shape), "keys"),
        vocabulary_(std::max<std::uint64_t>(
            10,
            static_cast<std::uint64_t>(std::ceil(2 * std::sqrt(static_cast<double>(patterns)))))) {
    if (shape == Shape::fan) {
      make_groups(patterns);
    } else {
      while (patterns_.size() < patterns) add_if_new(pattern());
    }
  }

  KeySet take(std::uint64_t keys) {
    KeySet set;
    const std::vector<Words>& from = shape_ == Shape::fan ? groups_ : patterns_;
    for (std::uint64_t i = 0; i < keys; ++i) {
      const bool made = shape_ == Shape::fan || random_.below(10) < 9;
      set.keys.push_back(joined(made ? key_for(from[random_.below(from.size())]) : key()));
    }
    for (std::size_t i = patterns_.size(); i > 1; --i) {
      std::swap(patterns_[i - 1], patterns_[random_.below(i)]);
    }
    for (const Words& words : patterns_) set.patterns.push_back(joined(words));
    return set;
  }

 private:
  static std::string joined(const Words& words) { return fmt::format("{}", fmt::join(words, ".")); }

  std::string word(std::size_t level) {
    return fmt::format("w{}x{:x}", level, random_.below(vocabulary_));
  }

  Words key() {
    Words words(3 + random_.below(4));
    for (std::size_t i = 0; i < words.size(); ++i) words[i] = word(i);
    return words;
  }

  Words pattern() {
    Words words = key();
    if (shape_ == Shape::exact) return words;
    const std::uint64_t kind = random_.below(100);
    if (kind < 20) {
      const std::size_t first = random_.below(words.size());
      const bool two = words.size() > 3 && random_.below(2) == 1;
      words[first] = "*";
      if (two) words[(first + 1 + random_.below(words.size() - 1)) % words.size()] = "*";
    } else if (kind < 25) {
      words.resize(2 + random_.below(words.size() - 2));
      words.emplace_back("#");
    }
    return words;
  }

  bool add_if_new(Words words) {
    if (!known_.insert(joined(words)).second) return false;
    patterns_.push_back(std::move(words));
    return true;
  }

  void make_groups(std::uint64_t patterns) {
    while (groups_.size() < std::max<std::uint64_t>(1, patterns / 100)) {
      Words words = key();
      if (known_.insert(joined(words)).second) groups_.push_back(std::move(words));
    }
    for (const Words& group : groups_) {
      for (std::size_t i = 0; i < 100 && patterns_.size() < patterns; ++i) {
        Words words = group;
        if (i >= 90) {
          words.resize(
              std::min(words.size() - 1, 2 + (words.size() > 3 ? i % (words.size() - 1) : 0)));
          words.emplace_back("#");
        } else if (i >= 60) {
          words[i % words.size()] = "*";
        }
        patterns_.push_back(std::move(words));
      }
    }
  }

  Words key_for(const Words& pattern) {
    Words words;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      if (pattern[i] == "#") {
        for (std::uint64_t more = 1 + random_.below(2), j = 0; j < more; ++j) {
          words.push_back(word(i + j));
        }
      } else {
        words.push_back(pattern[i] == "*" ? word(i) : pattern[i]);
      }
    }
    return words;
  }

  Shape shape_;
  RandomStream random_;
  std::uint64_t vocabulary_;
  std::vector<Words> patterns_;
  std::vector<Words> groups_;  // of a fan: the keys
  std::unordered_set<std::string> known_;
};

}  // namespace

KeySet make_keys(Shape shape, std::uint64_t patterns, std::uint64_t keys) {
  return Maker(shape, patterns).take(keys);
}

}  // namespace mqlab::bench
