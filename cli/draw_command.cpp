// SPDX-License-Identifier: MIT
// mqlab draw: the topology at an instant, as a picture or in words.
#include <algorithm>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/files.hpp"
#include "cli/request.hpp"
#include "cli/terminal.hpp"
#include "sim/observe/topology.hpp"

namespace mqlab::cli {
namespace {

// What --at means: the rows that count, and how late it is.
struct Instant {
  ledger::RowNo row = 0;
  Time now;
};

Result<Instant> instant_of(const ledger::LedgerView& view, const std::string& text) {
  const Result<Until> at = parse_until(text, "--at");
  if (!at.ok()) return at.error();
  Instant instant;
  instant.row = view.row_count();
  if (at->number) {
    if (*at->number > view.row_count()) {
      return make_error(fmt::format("--at {}: the run has {} rows", text, view.row_count()),
                        "#0 to #" + std::to_string(view.row_count()));
    }
    instant.row = *at->number;
  } else if (at->time) {
    instant.row = view.row_at(*at->time);
    instant.now = *at->time;
  }
  if (instant.row > 0) instant.now = std::max(instant.now, view.row(instant.row).at);
  return instant;
}

}  // namespace

ExitCode draw_command(const DrawOptions& options) {
  const Result<Loaded> loaded = load_run(options.run, options.variant);
  if (!loaded.ok()) return complain(loaded.error().text(), ExitCode::bad_data);
  const ledger::LedgerView view = loaded->view();
  const Result<Instant> instant = instant_of(view, options.at);
  if (!instant.ok()) return complain(instant.error().text(), ExitCode::usage);

  const observe::NameIndex names(view);
  const observe::Topology topology(names);
  const observe::State state = observe::state_after(view, instant->row);
  const std::string fingerprint = loaded->ledger().digest().fingerprint();
  const std::string content =
      options.text ? topology.text(state, instant->now, fingerprint)
                   : observe::to_svg(topology.draw(state, instant->now, fingerprint));
  if (options.out.empty()) {
    print_result(content);
    return ExitCode::pass;
  }
  const Result<void> written = write_file(options.out, content);
  if (!written.ok()) return complain(written.error().text(), ExitCode::bad_data);
  print_message(fmt::format("mqlab: wrote {}\n", options.out));
  return ExitCode::pass;
}

}  // namespace mqlab::cli
