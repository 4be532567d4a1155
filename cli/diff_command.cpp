// SPDX-License-Identifier: MIT
// mqlab diff: two runs, where they part, and what came of each message in both.
#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/diff.hpp"
#include "cli/formats/text_forms.hpp"
#include "cli/report_json.hpp"
#include "cli/request.hpp"
#include "cli/terminal.hpp"
#include "sim/observe/row_text.hpp"

namespace mqlab::cli {
namespace {

using Json = nlohmann::ordered_json;
using observe::Key;
using observe::Language;

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

Result<std::unique_ptr<Opened>> open(const std::string& path, const std::string& variant,
                                     const Attention& attention) {
  Result<Loaded> loaded = load_run(path, variant, attention);
  if (!loaded.ok()) return loaded.error();
  std::string label = path;
  if (!variant.empty()) label += " " + variant;
  return std::make_unique<Opened>(std::move(*loaded), std::move(label));
}

std::string signed_text(std::uint64_t first, std::uint64_t second) {
  return second >= first ? fmt::format("+{}", second - first) : fmt::format("-{}", first - second);
}

// Says a difference in a language.
class Teller {
 public:
  Teller(const Opened& a, const Opened& b, const Difference& difference, Language language)
      : a_(a), b_(b), difference_(difference), language_(language) {}

  std::string tell() const { return divergence() + "\n" + books() + "\n" + messages(); }

 private:
  std::string told(Key key, std::initializer_list<std::string_view> values = {}) const {
    return fill(language_, key, values);
  }

  std::string fate(const Difference::Fate& fate) const {
    if (!fate.outcome) return "-";
    std::string out(word(language_, *fate.outcome));
    if (fate.cause) out += fmt::format(" ({})", word(language_, *fate.cause));
    if (fate.effects > 1) {
      out += ", " + told(Key::two_effects, {std::to_string(fate.effects)});
    }
    if (fate.messages > 1) out += ", " + told(Key::two_sent, {std::to_string(fate.messages)});
    return out;
  }

  std::string row(const Opened& run, ledger::RowNo row) const {
    if (row > run.names.view().row_count()) return "  " + told(Key::two_ended);
    return observe::row_line(run.names, row, language_);
  }

  std::string divergence() const {
    const ledger::RowNo row = difference_.row;
    std::string out = told(Key::two_part, {std::to_string(row), std::to_string(row - 1)}) + "\n\n";
    out += "    " + observe::row_heading(language_) + "\n";
    for (ledger::RowNo before = row - std::min(row - 1, kRowsBefore); before < row; ++before) {
      out += "    " + observe::row_line(a_.names, before, language_) + "\n";
    }
    out += "  1 " + this->row(a_, row) + "\n";
    out += "  2 " + this->row(b_, row) + "\n";
    if (!difference_.fields.empty()) {
      out += "    " + told(Key::two_fields, {difference_.fields}) + "\n";
    }
    return out;
  }

  std::string books() const {
    std::string out;
    for (const Difference::Account& account : difference_.accounts) {
      if (account.first == account.second) continue;
      out += fmt::format("  {:<14} {:<36} {:>10} {:>10} {:>10}\n", account.book, account.name,
                         account.first, account.second, signed_text(account.first, account.second));
    }
    if (out.empty()) return told(Key::two_books_same) + "\n";
    return fmt::format("  {:<14} {:<36} {:>10} {:>10}\n", told(Key::two_book),
                       told(Key::two_account), "1", "2") +
           out;
  }

  std::string messages() const {
    const std::vector<Difference::Message>& all = difference_.messages;
    if (all.empty()) return told(Key::two_ends_same) + "\n";
    std::string out = told(Key::two_ends, {std::to_string(all.size()),
                                           std::to_string(difference_.message_count)}) +
                      "\n";
    const std::size_t shown = std::min(all.size(), kMostMessages);
    std::size_t width = 0;
    for (std::size_t i = 0; i < shown; ++i) width = std::max(width, columns_of(fate(all[i].first)));
    for (std::size_t i = 0; i < shown; ++i) {
      out += fmt::format("  {:<20} {:<{}}  ->  {}\n", all[i].business, fate(all[i].first), width,
                         fate(all[i].second));
    }
    if (all.size() > shown) {
      out += "  " + told(Key::two_more, {std::to_string(all.size() - shown)}) + "\n";
    }
    return out;
  }

  const Opened& a_;
  const Opened& b_;
  const Difference& difference_;
  Language language_;
};

Json row_json(const Opened& run, ledger::RowNo row) {
  if (row > run.names.view().row_count()) return nullptr;
  const observe::RowText text = observe::row_text(run.names, row);
  return {{"time_ns", text.at.ns},   {"actor", text.actor}, {"what", text.what},
          {"message", text.message}, {"where", text.where}, {"why", text.why}};
}

Json fate_json(const Difference::Fate& fate) {
  if (!fate.outcome) return nullptr;
  Json out = {
      {"outcome", word(*fate.outcome)}, {"effects", fate.effects}, {"messages", fate.messages}};
  if (fate.cause) out["cause"] = word(*fate.cause);
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

ExitCode diff_command(const DiffOptions& options, const std::atomic<bool>& interrupted) {
  const Result<std::string> first_path = find_run(options.first);
  if (!first_path.ok()) return complain(first_path.error());
  const Result<std::string> second_path = find_run(options.second);
  if (!second_path.ok()) return complain(second_path.error());
  const std::string other = options.other_variant.empty() && is_scenario(*second_path)
                                ? options.variant
                                : options.other_variant;
  Progress progress = Progress::to_standard_error(!options.quiet);
  const Attention attention{&progress, &interrupted};
  const auto first = open(*first_path, options.variant, attention);
  if (interrupted.load()) return complain("interrupted", ExitCode::interrupted);
  if (!first.ok()) return complain(first.error());
  const auto second = open(*second_path, other, attention);
  if (interrupted.load()) return complain("interrupted", ExitCode::interrupted);
  if (!second.ok()) return complain(second.error());
  const Opened& a = **first;
  const Opened& b = **second;
  const Language language = options.json
                                ? Language::english
                                : observe::language(options.lang).value_or(Language::english);
  progress.step(options.first, "comparing");
  const Difference difference = difference_of(a.side(), b.side(), language);
  progress.end();
  if (options.json) {
    print_result(json_text(difference_json(a, b, difference)));
  } else {
    const Terminal terminal;
    print_result(fmt::format("1 {}\n2 {}\n\n", a.label, b.label));
    if (difference.same()) {
      print_result(fmt::format(
          "{} {}\n", terminal.paint(text(language, Key::two_same), Colour::green),
          fill(language, Key::two_runs_same, {a.loaded.ledger().digest().fingerprint()})));
    } else {
      print_result(Teller(a, b, difference, language).tell());
    }
  }
  return difference.same() ? ExitCode::pass : ExitCode::fail;
}

}  // namespace mqlab::cli
