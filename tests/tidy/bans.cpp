// SPDX-License-Identifier: MIT
// What is banned where, why, and the comment that lifts a ban.
#include <algorithm>
#include <string_view>

#include "tests/tidy/rules.hpp"
#include "tests/tidy/text.hpp"

namespace mqlab::tidy {
namespace {

using Words = std::vector<std::string_view>;

struct Ban {
  Words words;              // as they stand in the text
  Words functions;          // functions of the C and C++ libraries, called with std:: or bare
  std::string_view excuse;  // the comment that lifts the ban, or empty
  std::string_view why;
};

// In everything that runs inside virtual time: sim/ and scripting/.
const std::vector<Ban>& bans_in_runs() {
  static const std::vector<Ban> bans{
      {{"std::sort", "std::ranges::sort", "std::partial_sort", "std::nth_element"},
       {},
       "// total order:",
       "ties differ between libraries: use std::stable_sort, or say why there are none"},
      {{"std::unordered_map", "std::unordered_set", "std::unordered_multimap",
        "std::unordered_multiset"},
       {},
       "// never iterated",
       "its order differs between libraries: use it for look-ups only, and say so"},
      {{"<random>", "std::hash", "std::shuffle"},
       {"rand", "srand", "rand_r", "drand48"},
       "",
       "chance comes from choices, hashes from sim/base/hash.hpp"},
      {{"<chrono>", "<ctime>", "<time.h>", "<sys/time.h>", "std::time", "std::clock"},
       {"clock_gettime", "gettimeofday"},
       "",
       "time is virtual: see sim/base/time.hpp"},
      {{"<locale>", "<clocale>", "<locale.h>"},
       {"getenv", "secure_getenv", "setlocale"},
       "",
       "a run does not depend on its surroundings"},
      {{"std::stod", "std::stof"},
       {"strtod", "strtof", "atof"},
       "",
       "depends on the locale: use std::from_chars"},
      {{"long double"}, {}, "", "differs between processors"},
      {{},
       {"log",  "log2",  "log10", "log1p", "exp",   "exp2",   "expm1",  "pow",  "sin",  "cos",
        "tan",  "asin",  "acos",  "atan",  "atan2", "sinh",   "cosh",   "tanh", "cbrt", "erf",
        "erfc", "hypot", "asinh", "acosh", "atanh", "tgamma", "lgamma", "fma"},
       "",
       "its last bits differ between processors: use those of sim/base"},
      {{"std::cout", "std::cerr", "std::clog", "fmt::print"},
       {"printf", "puts", "putchar"},
       "",
       "only the command and the window speak to people"},
      {{"<cassert>", "<assert.h>"}, {"assert"}, "", "use MQLAB_ASSERT, which stays on in release"},
      {{"default:"},
       {},
       "// not an enum",
       "a switch over an enum names every case, so that a new one breaks the build"},
  };
  return bans;
}

// In sim/ only, except under the paths that stand at its edge.
struct EdgeBan {
  Ban ban;
  Words allowed_under;
};

const std::vector<EdgeBan>& bans_in_core() {
  static const std::vector<EdgeBan> bans{
      {{{"<thread>", "<mutex>", "<shared_mutex>", "<condition_variable>", "<future>", "<atomic>",
         "<semaphore>"},
        {},
        "",
        "a world runs in one thread; many worlds run side by side in sim/explore"},
       {"sim/explore/"}},
      {{{"<fstream>", "<filesystem>", "<iostream>", "<unistd.h>", "<fcntl.h>", "<sys/socket.h>"},
        {"fopen"},
        "",
        "the core touches no files but recordings"},
       {"sim/ledger/recording"}},
  };
  return bans;
}

bool starts_with_any(std::string_view text, const Words& starts) {
  return std::any_of(starts.begin(), starts.end(),
                     [&](std::string_view start) { return text.starts_with(start); });
}

// Is the name at `at` the library's function? One of ours has its namespace or object before it,
// and where it is declared a type stands before it.
bool is_library_function(std::string_view line, std::size_t at, std::string_view name) {
  std::string_view before = line.substr(0, at);
  if (before.ends_with("std::")) return true;
  if (!line.substr(at + name.size()).starts_with('(')) return false;
  if (before.ends_with('.') || before.ends_with("->")) return false;
  if (before.ends_with("::")) {
    before.remove_suffix(2);
    return before.empty() || !is_name_char(before.back());
  }
  while (before.ends_with(' ')) before.remove_suffix(1);
  if (before.empty() || before.ends_with("return")) return true;
  const bool declared = is_name_char(before.back()) || before.ends_with('*') ||
                        before.ends_with('&') || before.ends_with('>');
  return !declared || before.ends_with("&&");
}

// One file, its code line for line, and what was found in it so far.
class Search {
 public:
  explicit Search(const File& file)
      : path_(file.path),
        code_(code_of(file.text)),
        raw_(lines_of(file.text)),
        lines_(lines_of(code_)) {}

  void look_for(const Ban& ban) {
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (excused(i, ban.excuse)) continue;
      for (const std::string_view word : ban.words) {
        // <random> may also be a template's argument.
        if (word.starts_with('<') && !lines_[i].starts_with("#include")) continue;
        if (find_word(lines_[i], word) != std::string_view::npos) found(i, word, ban.why);
      }
      for (const std::string_view name : ban.functions) {
        if (calls(lines_[i], name)) found(i, name, ban.why);
      }
    }
  }

  Findings findings() && { return std::move(findings_); }

 private:
  static bool calls(std::string_view line, std::string_view name) {
    std::size_t at = find_word(line, name);
    while (at != std::string_view::npos && !is_library_function(line, at, name)) {
      at = find_word(line, name, at + 1);
    }
    return at != std::string_view::npos;
  }

  bool excused(std::size_t i, std::string_view excuse) const {
    if (excuse.empty()) return false;
    const auto has = [&](std::size_t line) {
      return raw_[line].find(excuse) != std::string_view::npos;
    };
    return has(i) || (i > 0 && has(i - 1));
  }

  void found(std::size_t i, std::string_view word, std::string_view why) {
    findings_.push_back({path_, static_cast<int>(i) + 1,
                         std::string(word) + " is banned here: " + std::string(why)});
  }

  std::string path_;
  std::string code_;
  std::vector<std::string_view> raw_;
  std::vector<std::string_view> lines_;  // of code_
  Findings findings_;
};

}  // namespace

Findings check_bans(const File& file) {
  const bool in_core = file.path.starts_with("sim/");
  if (!in_core && !file.path.starts_with("scripting/")) return {};
  Search search(file);
  for (const Ban& ban : bans_in_runs()) search.look_for(ban);
  for (const EdgeBan& edge : bans_in_core()) {
    if (in_core && !starts_with_any(file.path, edge.allowed_under)) search.look_for(edge.ban);
  }
  return std::move(search).findings();
}

}  // namespace mqlab::tidy
