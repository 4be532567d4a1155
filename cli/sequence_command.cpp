// SPDX-License-Identifier: MIT
// mqlab sequence: who sent what to whom, as a picture or as rows.
#include <algorithm>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/files.hpp"
#include "cli/picture_commands.hpp"
#include "cli/request.hpp"
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
    if (!message.ok()) return message.error();
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

ExitCode sequence_command(const SequenceOptions& options) {
  if (!options.out.empty()) {
    const Result<void> may = may_write(options.out, options.force);
    if (!may.ok()) return complain(may.error().text(), ExitCode::bad_data);
  }
  const Result<Loaded> loaded = load_run(options.run, options.variant);
  if (!loaded.ok()) return complain(loaded.error().text(), ExitCode::bad_data);
  const ledger::LedgerView view = loaded->view();
  const observe::NameIndex names(view);
  const Result<observe::SequenceChoice> choice = choice_of(names, options);
  if (!choice.ok()) return complain(choice.error().text(), ExitCode::bad_data);
  const observe::Language language =
      observe::language(options.lang).value_or(observe::Language::english);
  const observe::Sequence sequence = observe::sequence_of(names, *choice);
  const observe::AxisMode mode =
      observe::axis_mode(options.axis).value_or(observe::AxisMode::compressed);
  return put_out(options.out, options.force,
                 options.text ? sequence_text(sequence, names, language)
                              : svg_of(sequence, names, mode, language));
}

}  // namespace mqlab::cli
