// SPDX-License-Identifier: MIT
// A recursive reader of XML without DTDs, comments or namespaces.
#include "tests/cli/xml.hpp"

#include <cstdlib>
#include <stdexcept>

namespace mqlab::cli::test {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Element document() {
    expect("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    skip_blanks();
    Element root = element();
    skip_blanks();
    if (at_ != text_.size()) fail("something behind the root");
    return root;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw std::runtime_error(what + " at byte " + std::to_string(at_));
  }
  bool next_is(std::string_view part) const { return text_.substr(at_).starts_with(part); }
  void expect(std::string_view part) {
    if (!next_is(part)) fail("no " + std::string(part));
    at_ += part.size();
  }
  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
  }
  std::string name() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && ((text_[at_] >= 'a' && text_[at_] <= 'z') || text_[at_] == '-')) {
      ++at_;
    }
    if (at_ == begin) fail("a name is missing");
    return std::string(text_.substr(begin, at_ - begin));
  }
  // Up to the next `end`, which stays, with entities resolved.
  std::string content(char end) {
    std::string out;
    while (at_ < text_.size() && text_[at_] != end) {
      const char letter = text_[at_];
      const auto code = static_cast<unsigned char>(letter);
      if (letter == '<' || (code < 0x20 && letter != '\n')) fail("a letter that must be escaped");
      if (letter == '&') {
        out += entity();
      } else {
        out += letter;
        ++at_;
      }
    }
    return out;
  }
  std::string entity() {
    const std::size_t end = text_.find(';', at_);
    if (end == std::string_view::npos) fail("an entity without an end");
    const std::string_view body = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    if (body == "amp") return "&";
    if (body == "lt") return "<";
    if (body == "gt") return ">";
    if (body == "quot") return "\"";
    if (body == "#10") return "\n";
    if (body == "#9") return "\t";
    if (body == "#13") return "\r";
    fail("an unknown entity");
  }
  Element element() {
    Element out;
    expect("<");
    out.name = name();
    for (skip_blanks(); !next_is(">") && !next_is("/>"); skip_blanks()) {
      const std::string key = name();
      expect("=\"");
      if (!out.attributes.emplace(key, content('"')).second) fail("an attribute twice");
      expect("\"");
    }
    if (next_is("/>")) {
      at_ += 2;
      return out;
    }
    expect(">");
    for (;;) {
      out.text += content('<');
      if (next_is("</")) break;
      out.children.push_back(element());
    }
    expect("</" + out.name + ">");
    return out;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<const Element*> Element::all(std::string_view child) const {
  std::vector<const Element*> found;
  for (const Element& one : children) {
    if (one.name == child) found.push_back(&one);
  }
  return found;
}

Element parse_xml(std::string_view document) {
  return Reader(document).document();
}

}  // namespace mqlab::cli::test
