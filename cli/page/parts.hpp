// SPDX-License-Identifier: MIT
// The parts of the page; only the files of this folder include this.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "cli/page/page.hpp"
#include "sim/observe/names.hpp"

namespace mqlab::cli {

// What all parts need.
struct PageContext {
  const Finished& run;
  const PageOptions& options;
  const observe::NameIndex& names;

  std::string words(observe::Key key) const {
    return std::string(observe::text(options.language, key));
  }
  std::string words(observe::Key key, std::initializer_list<std::string_view> values) const {
    return observe::fill(options.language, key, values);
  }
  const ledger::LedgerView& view() const { return names.view(); }
};

// Text between tags or in an attribute.
std::string html(std::string_view text);
// <tag>text</tag>; `attributes` are written as they are.
std::string element(std::string_view tag, std::string_view text, std::string_view attributes = {});
// <section id="…"><h2>…</h2>content</section>
std::string section(std::string_view id, std::string_view heading, std::string_view content);
// Data for the page's script, which no text in it can end.
std::string data_script(const nlohmann::ordered_json& json, std::string_view attributes);

std::string books_part(const PageContext& page);
std::string pictures_part(const PageContext& page);  // plots, sequence diagram, topology
std::string ledger_part(const PageContext& page);

// Colours of the page and, for dark paper, of its pictures.
std::string style_sheet();
std::string_view script();

}  // namespace mqlab::cli
