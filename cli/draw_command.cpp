// SPDX-License-Identifier: MIT
// mqlab draw: the topology at an instant, as a picture or in words.
#include <algorithm>

#include <fmt/format.h>

#include "cli/picture_commands.hpp"
#include "cli/run_reading.hpp"
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

ExitCode draw_command(const DrawOptions& options, const std::atomic<bool>& interrupted) {
  return tell_run(
      options.from, options.out, interrupted, [&](const ReadRun& run) -> Result<std::string> {
        const ledger::LedgerView& view = run.names.view();
        const Result<Instant> instant = instant_of(view, options.at);
        if (!instant.ok()) return instant.error();
        const observe::Topology topology(run.names);
        const observe::State state = observe::state_after(view, instant->row);
        const std::string fingerprint = run.loaded.ledger().digest().fingerprint();
        if (options.text) return topology.text(state, instant->now, fingerprint, run.language);
        observe::PictureOptions picture;
        picture.language = run.language;
        return observe::to_svg(topology.draw(state, instant->now, fingerprint, picture));
      });
}

}  // namespace mqlab::cli
