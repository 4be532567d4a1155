// SPDX-License-Identifier: MIT
// The books on the page: what came in, what became of it, and the messages that were lost.
#include <algorithm>

#include <fmt/format.h>

#include "cli/page/parts.hpp"
#include "sim/base/text.hpp"
#include "sim/observe/why.hpp"

namespace mqlab::cli {
namespace {

using observe::Key;
using observe::Outcome;

constexpr std::size_t kMostMessages = 60;  // with a sentence for each
constexpr std::size_t kMostQueues = 200;

std::string number(std::uint64_t count) {
  return element("td", with_thousands(count), "class=\"number\"");
}

std::string line(std::string_view words, std::uint64_t count) {
  return fmt::format("<tr>{}{}</tr>\n", element("td", words), number(count));
}

std::string heading_line(std::string_view words) {
  return fmt::format("<tr>{}</tr>\n", element("th", words, "colspan=\"2\""));
}

std::string table(std::string_view title, std::string_view rows) {
  return fmt::format("<div>{}\n<table>\n{}</table></div>\n", element("h3", title), rows);
}

std::string counts(const PageContext& page, const observe::ReasonCounts& counts) {
  std::string rows;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    rows += line(observe::word(page.options.language, static_cast<ledger::Reason>(i)), counts[i]);
  }
  return rows;
}

std::string business(const PageContext& page) {
  const observe::BusinessBook& book = page.run.books.business();
  std::string rows = line(page.words(Key::report_count), book.all().size());
  for (const Outcome outcome :
       {Outcome::handled, Outcome::duplicated, Outcome::pending, Outcome::lost}) {
    rows += line(observe::word(page.options.language, outcome), book.count(outcome));
  }
  for (int i = 0; i < observe::kLossCauseCount; ++i) {
    const auto cause = static_cast<observe::LossCause>(i);
    if (book.count(Outcome::lost) == 0 || book.lost(cause) == 0) continue;
    rows +=
        line(fmt::format("– {}", observe::word(page.options.language, cause)), book.lost(cause));
  }
  return table(page.words(Key::report_business), rows);
}

std::string copies(const PageContext& page) {
  const observe::CopiesBook& book = page.run.books.copies();
  std::string rows = heading_line(page.words(Key::report_came)) + counts(page, book.enqueued);
  rows += heading_line(page.words(Key::report_went)) + counts(page, book.removed);
  rows += heading_line(page.words(Key::report_left));
  rows += line(page.words(Key::series_ready), book.ready);
  rows += line(page.words(Key::series_unacked), book.unacked);
  return table(page.words(Key::report_copies), rows);
}

std::string transmissions(const PageContext& page) {
  const observe::TransmissionsBook& book = page.run.books.transmissions();
  std::string rows = heading_line(page.words(Key::report_came)) + counts(page, book.sent);
  rows += heading_line(page.words(Key::report_went)) + counts(page, book.finished);
  rows += heading_line(page.words(Key::report_left));
  rows += line(page.words(Key::report_on_wire), book.on_wire);
  rows += line(page.words(Key::report_buffered), book.buffered);
  rows += line(page.words(Key::report_in_hand), book.in_hand);
  return table(page.words(Key::report_transmissions), rows);
}

std::string queues(const PageContext& page) {
  const observe::State& state = page.run.books.state();
  std::string rows = fmt::format(
      "<tr>{}{}{}{}</tr>\n", element("th", page.words(Key::sum_queue)),
      element("th", page.words(Key::series_ready)), element("th", page.words(Key::series_unacked)),
      element("th", page.words(Key::sum_queue_peaks,
                               {page.words(Key::series_ready), page.words(Key::series_unacked)})));
  std::size_t shown = 0;
  std::size_t left_out = 0;
  for (std::uint32_t id = 1; id <= page.view().entity_count(); ++id) {
    const ledger::EntityId queue{id};
    if (page.view().entity(queue).kind != ledger::EntityKind::queue) continue;
    if (!state.thing(queue).alive) continue;
    if (++shown > kMostQueues) {
      ++left_out;
      continue;
    }
    const observe::QueueMetrics* metrics = page.run.metrics.queue(queue);
    rows += fmt::format("<tr>{}{}{}{}</tr>\n", element("td", page.names.label(queue)),
                        number(state.ready_count(queue)), number(state.unacked_count(queue)),
                        element("td", fmt::format("{}, {}", metrics ? metrics->peak_ready : 0,
                                                  metrics ? metrics->peak_unacked : 0)));
  }
  std::string out = table(page.words(Key::report_queues), rows);
  if (left_out > 0) {
    out += element("p", page.words(Key::sum_more_queues, {with_thousands(left_out)}));
  }
  return out;
}

// The messages that were lost or handled twice, with a sentence that says why.
std::string messages(const PageContext& page) {
  std::string rows;
  std::size_t shown = 0;
  std::size_t left_out = 0;
  for (const observe::Business& each : page.run.books.business().all()) {
    const Outcome outcome = each.outcome();
    if (outcome != Outcome::lost && outcome != Outcome::duplicated) continue;
    if (each.messages.empty()) continue;
    if (++shown > kMostMessages) {
      ++left_out;
      continue;
    }
    const ledger::MessageId message = each.messages.back();
    const std::string name = page.names.name(message);
    const observe::Life life =
        observe::life(page.names, page.run.books, {message, {}, {}}, page.options.language);
    rows += fmt::format(
        "<tr><td><a href=\"#ledger\" data-query=\"message:{}\">{}</a></td>{}{}</tr>\n", html(name),
        html(name), element("td", observe::word(page.options.language, outcome)),
        element("td", life.verdict));
  }
  if (rows.empty()) return {};
  std::string out =
      element("h3", page.words(Key::report_lost_messages)) + "\n<table>\n" + rows + "</table>\n";
  if (left_out > 0) out += element("p", page.words(Key::report_more, {with_thousands(left_out)}));
  return out;
}

}  // namespace

std::string books_part(const PageContext& page) {
  const std::string difference = page.run.books.differences();
  const std::string balance = difference.empty()
                                  ? page.words(Key::report_balances)
                                  : page.words(Key::report_does_not_balance, {difference});
  return section("books", page.words(Key::report_books),
                 messages(page) + "<div class=\"beside\">\n" + business(page) + copies(page) +
                     transmissions(page) + queues(page) + "</div>\n" +
                     element("p", balance, "class=\"note\""));
}

}  // namespace mqlab::cli
