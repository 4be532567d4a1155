// SPDX-License-Identifier: MIT
// The ledger on the page: rows as data for its query box, the first of them as a table.
#include <algorithm>

#include <fmt/format.h>

#include "cli/formats/text_forms.hpp"
#include "cli/page/parts.hpp"
#include "sim/base/text.hpp"
#include "sim/observe/row_text.hpp"

namespace mqlab::cli {
namespace {

using observe::Key;
using Json = nlohmann::ordered_json;

constexpr ledger::RowNo kFirstRows = 15'000;
constexpr ledger::RowNo kLastRows = 5'000;
constexpr ledger::RowNo kTableRows = 100;  // without the script

std::vector<ledger::RowNo> rows_of(const PageContext& page) {
  const ledger::RowNo count = page.view().row_count();
  std::vector<ledger::RowNo> rows;
  for (ledger::RowNo row = 1; row <= count; ++row) {
    if (row <= kFirstRows || row + kLastRows > count) rows.push_back(row);
  }
  return rows;
}

Json row_json(const PageContext& page, ledger::RowNo number) {
  const observe::RowText row = observe::row_text(page.names, number, page.options.language);
  Json out = {
      row.number, format_fixed(row.at), row.actor, row.what, row.message, row.where, row.why,
      row.cause};
  // The words of the command find the row in every language.
  if (page.options.language != observe::Language::english) {
    const ledger::Row& raw = page.view().row(number);
    std::string words(ledger::word(raw.fact));
    if (raw.reason != ledger::Reason::none) words += fmt::format(" {}", ledger::word(raw.reason));
    out.push_back(std::move(words));
  }
  return out;
}

std::string table_row(const Json& row) {
  const auto text = [&](std::size_t i) { return row[i].get<std::string>(); };
  const auto cause = row[7].get<std::uint64_t>();
  return fmt::format(
      "<tr>{}{}{}{}{}{}{}{}</tr>\n", element("td", fmt::format("#{}", row[0].get<std::uint64_t>())),
      element("td", text(1), "class=\"number\""), element("td", text(2)), element("td", text(3)),
      element("td", text(4)), element("td", text(5)), element("td", text(6)),
      element("td", cause == 0 ? std::string() : fmt::format("#{}", cause)));
}

}  // namespace

std::string ledger_part(const PageContext& page) {
  const std::vector<ledger::RowNo> numbers = rows_of(page);
  Json rows = Json::array();
  std::string table;
  for (const ledger::RowNo number : numbers) {
    rows.push_back(row_json(page, number));
    if (rows.size() <= kTableRows) table += table_row(rows.back());
  }
  const std::string all = with_thousands(page.view().row_count());
  std::string out;
  if (numbers.size() < page.view().row_count()) {
    out += element(
        "p",
        page.words(Key::report_rows_clipped, {with_thousands(kFirstRows), with_thousands(kLastRows),
                                              all, page.options.all_rows}),
        "class=\"note\"");
  }
  out += fmt::format(
      "<p class=\"screen\"><label for=\"query\">{}</label><br>\n<input id=\"query\" "
      "type=\"search\" "
      "autocomplete=\"off\" spellcheck=\"false\" placeholder=\"{}\"></p>\n"
      "<p class=\"note\"><span id=\"row-count\">{}</span> <button id=\"row-more\" type=\"button\" "
      "class=\"screen\" hidden>+</button></p>\n{}",
      html(page.words(Key::report_query)), html(page.words(Key::report_query_hint)),
      html(page.words(Key::report_rows_shown,
                      {with_thousands(std::min<std::size_t>(kTableRows, numbers.size())), all})),
      "<noscript>" + element("p", page.words(Key::report_no_script)) + "</noscript>\n");
  out += "<table id=\"rows-table\">\n<thead><tr>";
  for (const Key key : {Key::column_number, Key::column_time, Key::column_actor, Key::column_what,
                        Key::column_message, Key::column_where, Key::column_why}) {
    out += element("th", page.words(key));
  }
  out += "<th>&lt;-</th></tr></thead>\n<tbody>\n" + table + "</tbody>\n</table>\n";
  const Json words = {{"shown", page.words(Key::report_rows_shown)},
                      {"limited", page.words(Key::report_rows_limited)}};
  return section("ledger", page.words(Key::report_ledger), out) +
         data_script(words, "id=\"words\"") + data_script(rows, "id=\"rows\"");
}

}  // namespace mqlab::cli
