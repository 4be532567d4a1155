// SPDX-License-Identifier: MIT
// mqlab diff: two runs, where they part, and what came of each message in both.
#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/diff.hpp"
#include "cli/report_json.hpp"
#include "cli/request.hpp"
#include "cli/terminal.hpp"
#include "sim/observe/row_text.hpp"

namespace mqlab::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr ledger::RowNo kRowsBefore = 3;
constexpr std::size_t kMostMessages = 20;

struct Opened {
  Loaded loaded;
  std::string label;
  observe::NameIndex names;
  observe::Books books;

  Opened(Loaded run, std::string name)
      : loaded(std::move(run)), label(std::move(name)), names(loaded.view()) {
    books.extend(loaded.view());
  }
  Side side() const { return {names, books}; }
};

Result<std::unique_ptr<Opened>> open(const std::string& path, const std::string& variant) {
  Result<Loaded> loaded = load_run(path, variant);
  if (!loaded.ok()) return loaded.error();
  std::string label = path;
  if (!variant.empty()) label += " " + variant;
  return std::make_unique<Opened>(std::move(*loaded), std::move(label));
}

std::string fate_text(const Difference::Fate& fate) {
  if (fate.outcome.empty()) return "-";
  std::string out = fate.outcome;
  if (!fate.cause.empty()) out += fmt::format(" ({})", fate.cause);
  if (fate.effects > 1) out += fmt::format(", {} effects", fate.effects);
  if (fate.messages > 1) out += fmt::format(", sent {} times", fate.messages);
  return out;
}

std::string row_text_of(const Opened& run, ledger::RowNo row) {
  if (row > run.names.view().row_count()) return "  (it has ended)";
  return observe::row_line(run.names, row);
}

std::string divergence_text(const Opened& a, const Opened& b, const Difference& difference) {
  const ledger::RowNo row = difference.row;
  std::string out =
      fmt::format("They part at row {}, after {} rows that are the same.\n\n", row, row - 1);
  out += "    " + observe::row_heading() + "\n";
  for (ledger::RowNo before = row - std::min(row - 1, kRowsBefore); before < row; ++before) {
    out += "    " + observe::row_line(a.names, before) + "\n";
  }
  out += "  1 " + row_text_of(a, row) + "\n";
  out += "  2 " + row_text_of(b, row) + "\n";
  if (!difference.fields.empty()) {
    out += fmt::format("    They differ in: {}.\n", difference.fields);
  }
  return out;
}

std::string signed_text(std::uint64_t first, std::uint64_t second) {
  return second >= first ? fmt::format("+{}", second - first) : fmt::format("-{}", first - second);
}

std::string books_text(const Difference& difference) {
  std::string out;
  for (const Difference::Account& account : difference.accounts) {
    if (account.first == account.second) continue;
    out += fmt::format("  {:<14} {:<36} {:>10} {:>10} {:>10}\n", account.book, account.name,
                       account.first, account.second, signed_text(account.first, account.second));
  }
  if (out.empty()) return "The books are the same.\n";
  return fmt::format("  {:<14} {:<36} {:>10} {:>10}\n", "book", "account", "1", "2") + out;
}

std::string messages_text(const Difference& difference) {
  if (difference.messages.empty()) return "Every message came to the same end.\n";
  std::string out = fmt::format("{} of {} messages came to another end:\n",
                                difference.messages.size(), difference.message_count);
  std::size_t width = 0;
  for (const Difference::Message& message : difference.messages) {
    width = std::max(width, fate_text(message.first).size());
  }
  std::size_t shown = 0;
  for (const Difference::Message& message : difference.messages) {
    if (shown++ == kMostMessages) {
      out += fmt::format("  and {} more (--json has all)\n",
                         difference.messages.size() - kMostMessages);
      break;
    }
    out += fmt::format("  {:<20} {:<{}}  ->  {}\n", message.business, fate_text(message.first),
                       width, fate_text(message.second));
  }
  return out;
}

Json row_json(const Opened& run, ledger::RowNo row) {
  if (row > run.names.view().row_count()) return nullptr;
  const observe::RowText text = observe::row_text(run.names, row);
  return {{"time_ns", text.at.ns},   {"actor", text.actor}, {"what", text.what},
          {"message", text.message}, {"where", text.where}, {"why", text.why}};
}

Json fate_json(const Difference::Fate& fate) {
  if (fate.outcome.empty()) return nullptr;
  Json out = {{"outcome", fate.outcome}, {"effects", fate.effects}, {"messages", fate.messages}};
  if (!fate.cause.empty()) out["cause"] = fate.cause;
  return out;
}

Json difference_json(const Opened& a, const Opened& b, const Difference& difference) {
  Json out = {{"first", a.label},
              {"second", b.label},
              {"same", difference.same()},
              {"first_fingerprint", a.loaded.ledger().digest().fingerprint()},
              {"second_fingerprint", b.loaded.ledger().digest().fingerprint()}};
  if (!difference.same()) {
    out["first_difference"] = {{"row", difference.row},
                               {"fields", difference.fields},
                               {"first", row_json(a, difference.row)},
                               {"second", row_json(b, difference.row)}};
  }
  out["books"] = Json::array();
  for (const Difference::Account& account : difference.accounts) {
    out["books"].push_back({{"book", account.book},
                            {"account", account.name},
                            {"first", account.first},
                            {"second", account.second}});
  }
  out["messages"] = Json::array();
  for (const Difference::Message& message : difference.messages) {
    out["messages"].push_back({{"business", message.business},
                               {"first", fate_json(message.first)},
                               {"second", fate_json(message.second)}});
  }
  return out;
}

}  // namespace

ExitCode diff_command(const DiffOptions& options) {
  const std::string other = options.other_variant.empty() && is_scenario(options.second)
                                ? options.variant
                                : options.other_variant;
  const Result<std::unique_ptr<Opened>> first = open(options.first, options.variant);
  if (!first.ok()) return complain(first.error().text(), ExitCode::bad_data);
  const Result<std::unique_ptr<Opened>> second = open(options.second, other);
  if (!second.ok()) return complain(second.error().text(), ExitCode::bad_data);
  const Opened& a = **first;
  const Opened& b = **second;
  const Difference difference = difference_of(a.side(), b.side());
  if (options.json) {
    print_result(json_text(difference_json(a, b, difference)));
  } else {
    const Terminal terminal;
    print_result(fmt::format("1 {}\n2 {}\n\n", a.label, b.label));
    if (difference.same()) {
      print_result(fmt::format("{} the runs are the same, row by row: {}\n",
                               terminal.paint("SAME", Colour::green),
                               a.loaded.ledger().digest().fingerprint()));
    } else {
      print_result(divergence_text(a, b, difference) + "\n" + books_text(difference) + "\n" +
                   messages_text(difference));
    }
  }
  return difference.same() ? ExitCode::pass : ExitCode::fail;
}

}  // namespace mqlab::cli
