// SPDX-License-Identifier: MIT
// As much of an XML reader as JUnit files need: elements, attributes, text. Strict.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mqlab::cli::test {

struct Element {
  std::string name;
  std::map<std::string, std::string> attributes;
  std::string text;  // its own, without that of its children
  std::vector<Element> children;

  std::vector<const Element*> all(std::string_view child) const;
};

// The root of a document. Throws std::runtime_error where it is not well-formed.
Element parse_xml(std::string_view document);

}  // namespace mqlab::cli::test
