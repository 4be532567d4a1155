// SPDX-License-Identifier: MIT
// The keys of a row.
#include "cli/formats/ledger_lines.hpp"

#include <fmt/format.h>

#include "cli/formats/text_forms.hpp"
#include "cli/version.hpp"
#include "sim/observe/row_text.hpp"

namespace mqlab::cli {
namespace {

void add_text(std::string& line, std::string_view key, std::string_view value) {
  if (!value.empty()) line += fmt::format(",\"{}\":{}", key, json_string(value));
}

}  // namespace

void ledger_lines(const Finished& run, const Put& put) {
  const ledger::LedgerView view(*run.report.ledger);
  const observe::NameIndex names(view);
  put(fmt::format(
      "{{\"schema\":\"mqlab-ledger\",\"schema_version\":1,\"mqlab\":{},\"scenario\":{},"
      "\"variant\":{},\"seed\":{},\"rows\":{},\"fingerprint\":{}}}\n",
      json_string(version()), json_string(run.path), json_string(run.report.variant),
      run.report.seed, view.row_count(), json_string(run.report.ledger->digest().fingerprint())));
  for (ledger::RowNo number = 1; number <= view.row_count(); ++number) {
    const ledger::Row& row = view.row(number);
    const observe::RowText text = observe::row_text(names, number);
    std::string line = fmt::format("{{\"row\":{},\"time_ns\":{},\"fact\":{}", number, row.at.ns,
                                   json_string(word(row.fact)));
    if (row.reason != ledger::Reason::none) add_text(line, "reason", word(row.reason));
    add_text(line, "actor", text.actor);
    add_text(line, "message", text.message);
    add_text(line, "where", text.where);
    add_text(line, "why", text.why);
    if (row.value != 0) line += fmt::format(",\"value\":{}", row.value);
    if (row.cause != 0) line += fmt::format(",\"cause\":{}", row.cause);
    put(line + "}\n");
  }
}

}  // namespace mqlab::cli
