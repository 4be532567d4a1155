// SPDX-License-Identifier: MIT
// Queries: names first, then words.
#include "gui/model/query.hpp"

#include <algorithm>

#include "sim/observe/row_text.hpp"
#include "sim/observe/why.hpp"

namespace mqlab::gui {

namespace {

struct Wanted {
  std::string word;
  bool absent = false;
};

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::vector<Wanted> words_of(const std::string& query) {
  std::vector<Wanted> words;
  for (std::size_t at = 0; at < query.size();) {
    const std::size_t from = query.find_first_not_of(' ', at);
    if (from == std::string::npos) break;
    const std::size_t to = std::min(query.find(' ', from), query.size());
    Wanted wanted{lower(query.substr(from, to - from)), false};
    if (wanted.word.size() > 1 && wanted.word.front() == '-') {
      wanted = {wanted.word.substr(1), true};
    }
    words.push_back(wanted);
    at = to;
  }
  return words;
}

}  // namespace

QueryResult find_rows(const Run& run, const std::string& query,
                      const std::atomic<bool>& interrupt) {
  QueryResult result;
  const Result<observe::Named> named = run.names.find(query);
  if (named.ok()) {
    result.rows = observe::life(run.names, run.books, *named).rows;
    return result;
  }
  const std::vector<Wanted> words = words_of(query);
  for (RowNo number = 1; number <= run.view.row_count(); ++number) {
    if (interrupt.load()) {
      result.whole = false;
      return result;
    }
    const std::string line = lower(observe::row_line(run.names, number));
    const bool fits = std::all_of(words.begin(), words.end(), [&](const Wanted& wanted) {
      return (line.find(wanted.word) != std::string::npos) != wanted.absent;
    });
    if (fits) result.rows.push_back(number);
  }
  return result;
}

}  // namespace mqlab::gui
