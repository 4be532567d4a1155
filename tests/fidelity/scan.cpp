// SPDX-License-Identifier: MIT
// A C++ text as a row of pieces: code, comments, literals.
#include "tests/fidelity/scan.hpp"

#include <algorithm>
#include <cctype>

namespace mqlab::fidelity {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_capital(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

struct Piece {
  enum class Kind { code, comment, literal, character };
  Kind kind = Kind::code;
  std::string text;  // of a literal: what stands between the quotes
  int line = 0;
};

class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {}

  std::vector<Piece> split() {
    while (at_ < text_.size()) step();
    return std::move(pieces_);
  }

 private:
  bool sees(std::string_view what) const { return text_.substr(at_).starts_with(what); }

  // The piece begins at `from`, after `skip` characters, and ends before `end`; reading goes on
  // `skip_end` behind that.
  void take(Piece::Kind kind, std::size_t skip, std::size_t end, std::size_t skip_end) {
    end = std::min(end, text_.size());
    const std::size_t begin = std::min(at_ + skip, end);
    pieces_.push_back({kind, std::string(text_.substr(begin, end - begin)), line_});
    const std::size_t next = std::min(end + skip_end, text_.size());
    line_ += static_cast<int>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(at_),
                                         text_.begin() + static_cast<std::ptrdiff_t>(next), '\n'));
    at_ = next;
  }

  std::size_t end_of_quoted(char quote) const {
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != quote) end += text_[end] == '\\' ? 2 : 1;
    return end;
  }

  void step() {
    if (sees("//")) return take(Piece::Kind::comment, 2, text_.find('\n', at_), 0);
    if (sees("/*")) return take(Piece::Kind::comment, 2, text_.find("*/", at_ + 2), 2);
    if (sees("R\"") && (at_ == 0 || !is_word(text_[at_ - 1]))) {
      const std::size_t open = text_.find('(', at_);
      const std::string close = ")" + std::string(text_.substr(at_ + 2, open - at_ - 2)) + "\"";
      return take(Piece::Kind::literal, open + 1 - at_, text_.find(close, open), close.size());
    }
    if (text_[at_] == '"') return take(Piece::Kind::literal, 1, end_of_quoted('"'), 1);
    // Between digits it is a separator.
    if (text_[at_] == '\'' && (at_ == 0 || !is_word(text_[at_ - 1]))) {
      return take(Piece::Kind::character, 1, end_of_quoted('\''), 1);
    }
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != '"' && text_[end] != '\'' && text_[end] != '/' &&
           text_[end] != 'R') {
      ++end;
    }
    take(Piece::Kind::code, 0, end, 0);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
  std::vector<Piece> pieces_;
};

// Follows the pieces of a test file: which case are we in?
class CaseReader {
 public:
  void read(const Piece& piece) {
    switch (piece.kind) {
      case Piece::Kind::code:
        line_ = piece.line;
        for (const char c : piece.text) read_code(c);
        return;
      case Piece::Kind::comment:
        read_comment(piece);
        return;
      case Piece::Kind::literal:
        if (part_ == Part::name) name_ += piece.text;
        if (part_ == Part::tags) tags_ += piece.text;
        if (part_ == Part::none) leave_above();
        return;
      case Piece::Kind::character:
        return;
    }
  }

  TestFile finish() {
    leave_above();
    return std::move(file_);
  }

 private:
  enum class Part { none, name, tags };

  void read_comment(const Piece& piece) {
    for (const Mention& mention : ids_in(piece.text)) {
      const int line = piece.line + mention.line - 1;
      if (inside_) {
        file_.cases.back().ids.push_back(mention.id);
      } else {
        above_.push_back({mention.id, line});
      }
    }
    line_feeds_ = 0;
  }

  void read_code(char c) {
    if (c == '\n') ++line_;
    if (part_ != Part::none) return read_head(c);
    if (c == '(' && word_.ends_with("TEST_CASE")) {
      part_ = Part::name;
      line_of_case_ = line_;
      name_.clear();
      tags_.clear();
      word_.clear();
      return;
    }
    if (c == '\n' && ++line_feeds_ > 1) leave_above();  // an empty line parts them
    if (c == ';' || c == '}') leave_above();
    if (is_word(c)) {
      word_ += c;
    } else if (c != ' ') {
      word_.clear();
    }
    if (c == '{') ++depth_;
    if (c == '}' && --depth_ == depth_of_case_) inside_ = false;
  }

  void read_head(char c) {
    if (c == ',') part_ = Part::tags;
    if (c != ')') return;
    part_ = Part::none;
    TestCase found{name_, {}, line_of_case_};
    for (const Mention& mention : ids_in(tags_)) found.ids.push_back(mention.id);
    for (const Mention& mention : above_) found.ids.push_back(mention.id);
    above_.clear();
    file_.cases.push_back(std::move(found));
    inside_ = true;
    depth_of_case_ = depth_;
  }

  // These stand above something else than a test case.
  void leave_above() {
    file_.others.insert(file_.others.end(), above_.begin(), above_.end());
    above_.clear();
  }

  TestFile file_;
  std::vector<Mention> above_;
  Part part_ = Part::none;
  std::string name_;
  std::string tags_;
  std::string word_;
  int line_ = 0;  // of the piece of code that is being read
  int line_of_case_ = 0;
  int line_feeds_ = 0;
  int depth_ = 0;
  int depth_of_case_ = 0;
  bool inside_ = false;
};

}  // namespace

std::string_view family_of(std::string_view id) {
  const std::size_t hyphen = id.find('-');
  if (hyphen == std::string_view::npos || hyphen < 2 || hyphen + 1 == id.size()) return {};
  const std::string_view number = id.substr(hyphen + 1);
  if (!std::all_of(id.begin(), id.begin() + static_cast<std::ptrdiff_t>(hyphen), is_capital) ||
      !std::all_of(number.begin(), number.end(), is_digit)) {
    return {};
  }
  return id.substr(0, hyphen);
}

std::vector<Mention> ids_in(std::string_view text) {
  std::vector<Mention> found;
  int line = 1;
  std::size_t at = 0;
  while (at < text.size()) {
    if (!is_word(text[at]) && text[at] != '-') {
      if (text[at] == '\n') ++line;
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && (is_word(text[end]) || text[end] == '-')) ++end;
    const std::string_view word = text.substr(at, end - at);
    if (!family_of(word).empty()) found.push_back({std::string(word), line});
    at = end;
  }
  return found;
}

std::vector<Mention> ids_in_comments(std::string_view cpp) {
  std::vector<Mention> found;
  for (const Piece& piece : Splitter(cpp).split()) {
    if (piece.kind != Piece::Kind::comment) continue;
    for (Mention& mention : ids_in(piece.text)) {
      mention.line += piece.line - 1;
      found.push_back(std::move(mention));
    }
  }
  return found;
}

TestFile test_cases_in(std::string_view cpp) {
  CaseReader reader;
  for (const Piece& piece : Splitter(cpp).split()) reader.read(piece);
  return reader.finish();
}

std::vector<std::string> literals_in(std::string_view cpp) {
  std::vector<std::string> all;
  for (Piece& piece : Splitter(cpp).split()) {
    if (piece.kind == Piece::Kind::literal) all.push_back(std::move(piece.text));
  }
  return all;
}

}  // namespace mqlab::fidelity
