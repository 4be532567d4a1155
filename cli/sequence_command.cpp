// SPDX-License-Identifier: MIT
// mqlab sequence: who sent what to whom, as a picture or as rows.
#include <algorithm>

#include <fmt/format.h>

#include "cli/picture_commands.hpp"
#include "cli/run_reading.hpp"
#include "sim/observe/sequence.hpp"

namespace mqlab::cli {
namespace {

Result<Time> parse_time(const std::string& text, const std::string& option, Time otherwise) {
  if (text.empty()) return otherwise;
  const Result<Until> time = parse_until(text, option);
  if (!time.ok()) return time.error();
  if (!time->time) return make_error(fmt::format("{} {}: not a time", option, text), "1s, 250ms");
  return *time->time;
}

Result<observe::SequenceChoice> choice_of(const observe::NameIndex& names,
                                          const SequenceOptions& options) {
  observe::SequenceChoice choice;
  if (!options.message.empty()) {
    const Result<observe::Named> message = names.find(options.message);
    if (!message.ok()) return of_run(options.from_run, message.error());
    choice.message = *message;
  }
  const Result<Time> from = parse_time(options.from, "--from", Time{});
  if (!from.ok()) return from.error();
  const Result<Time> to = parse_time(options.to, "--to", Time::never());
  if (!to.ok()) return to.error();
  if (*to < *from) return make_error("--to is before --from");
  choice.from = *from;
  choice.to = *to;
  return choice;
}

std::string svg_of(const observe::Sequence& sequence, const observe::NameIndex& names,
                   observe::AxisMode mode, observe::Language language) {
  // A long story gets more room, up to what a screen can scroll.
  const double steps = static_cast<double>(sequence.rows.size());
  const double width = std::min(2400.0, std::max(900.0, 240 + steps * 14));
  const observe::Rect rect{0, 0, width, observe::sequence_height(sequence, width, language)};
  const observe::Rect area = observe::sequence_area(sequence, rect, names);
  const observe::TimeScale scale = sequence.scale(names.view(), mode);
  observe::Canvas canvas(rect.width, rect.height);
  observe::draw_sequence(canvas, rect, sequence,
                         observe::PlotAxis::whole(scale, area.x, area.right()), names,
                         {language, {}, {}});
  return observe::to_svg(canvas);
}

}  // namespace

ExitCode sequence_command(const SequenceOptions& options, const std::atomic<bool>& interrupted) {
  return tell_run(options.from_run, options.out, interrupted,
                  [&](const ReadRun& run) -> Result<std::string> {
                    const Result<observe::SequenceChoice> choice = choice_of(run.names, options);
                    if (!choice.ok()) return choice.error();
                    const observe::Sequence sequence = observe::sequence_of(run.names, *choice);
                    if (options.text) return sequence_text(sequence, run.names, run.language);
                    const observe::AxisMode mode =
                        observe::axis_mode(options.axis).value_or(observe::AxisMode::compressed);
                    return svg_of(sequence, run.names, mode, run.language);
                  });
}

}  // namespace mqlab::cli
