// SPDX-License-Identifier: MIT
// The quoting of workflow commands and of Markdown tables.
#include "cli/formats/github.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/formats/text_forms.hpp"
#include "sim/base/text.hpp"

namespace mqlab::cli {
namespace {

using scripting::Verdict;

std::string escaped(std::string_view text, bool property) {
  std::string out;
  for (const char letter : utf8_text(text)) {
    if (letter == '%' || letter == '\r' || letter == '\n' ||
        (property && (letter == ':' || letter == ','))) {
      out += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(letter)));
    } else {
      out += letter;
    }
  }
  return out;
}

std::string mark(std::string_view kind, const Place& place, std::string_view title,
                 std::string_view text) {
  return fmt::format("::{} file={},line={},title={}::{}\n", kind, escaped(place.file, true),
                     std::max(place.line, 1), escaped(title, true), escaped(text, false));
}

std::string cell(std::string_view text) {
  std::string out;
  for (const char letter : utf8_text(text)) {
    if (letter == '\n' || letter == '\r') {
      out += ' ';
    } else if (letter == '|' || letter == '<' || letter == '&' || letter == '`') {
      out += fmt::format("&#{};", static_cast<int>(letter));
    } else {
      out += letter;
    }
  }
  return out;
}

std::string_view sign(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "✅ pass";
    case Verdict::fail:
      return "❌ fail";
    case Verdict::unknown:
      return "❓ unknown";
  }
  return "";
}

}  // namespace

std::string github_marks(const Finished& run) {
  std::string out;
  for (const scripting::Check& check : run.report.checks) {
    if (check.verdict == Verdict::pass) continue;
    std::string text =
        fmt::format("{}: {} (at {}, seed {})", check.text, check.why.in(observe::Language::english),
                    format_short(check.at), run.report.seed);
    if (!run.report.variant.empty()) text = fmt::format("variant {}: {}", run.report.variant, text);
    out += mark("error", check.place, run.report.title,
                fmt::format("{}\nreplay: {}", text, replay_line(run)));
  }
  if (run.report.verdict == Verdict::unknown) {
    out +=
        mark("warning", Place{run.path, 1}, run.report.title,
             fmt::format("no verdict: {}\nreplay: {}",
                         run.report.verdict_why.in(observe::Language::english), replay_line(run)));
  }
  return out;
}

std::string github_mark(const Broken& broken) {
  Place place = broken.error.place;
  if (place.file.empty()) place.file = broken.path;
  return mark("error", place, "The scenario cannot be run", broken.error.text());
}

void GithubSummary::add(const Finished& run) {
  const observe::BusinessBook& book = run.books.business();
  std::size_t failed = 0;
  std::string why;
  for (const scripting::Check& check : run.report.checks) {
    if (check.verdict == Verdict::pass) continue;
    ++failed;
    if (why.empty())
      why = fmt::format("{}: {}", check.text, check.why.in(observe::Language::english));
  }
  if (why.empty()) why = run.report.verdict_why.in(observe::Language::english);
  std::string name = run.path;
  if (!run.report.variant.empty()) name += " " + run.report.variant;
  lines_ +=
      fmt::format("| {} | {} | {} of {} | {} | {} | {} | {} |\n", sign(run.report.verdict),
                  cell(name), run.report.checks.size() - failed, run.report.checks.size(),
                  book.count(observe::Outcome::lost), book.count(observe::Outcome::duplicated),
                  cell(why), run.report.ledger->digest().fingerprint());
}

void GithubSummary::add(const Broken& broken) {
  lines_ += fmt::format("| ❌ cannot be run | {} | | | | {} | |\n", cell(broken.path),
                        cell(broken.error.text()));
}

std::string GithubSummary::text() const {
  return "### mqlab\n\n| verdict | scenario | checks | lost | duplicated | why | fingerprint |\n"
         "|---|---|---|---|---|---|---|\n" +
         lines_ + "\n";
}

}  // namespace mqlab::cli
