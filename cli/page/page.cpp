// SPDX-License-Identifier: MIT
// The page from top to bottom: what ran, the verdict, and the frame around all other parts.
#include "cli/page/page.hpp"

#include <fmt/format.h>

#include "cli/page/parts.hpp"
#include "sim/base/text.hpp"
#include "sim/observe/canvas.hpp"

namespace mqlab::cli {
namespace {

using observe::Key;

std::string verdict_html(const PageContext& page, scripting::Verdict verdict) {
  const auto badge = [&](Key key, std::string_view name) {
    return element("span", page.words(key), fmt::format("class=\"{}\"", name));
  };
  switch (verdict) {
    case scripting::Verdict::pass:
      return badge(Key::sum_pass, "pass");
    case scripting::Verdict::fail:
      return badge(Key::sum_fail, "fail");
    case scripting::Verdict::unknown:
      return badge(Key::sum_unknown, "unknown");
  }
  MQLAB_ASSERT(false && "every verdict has a badge");
}

std::string fact_row(std::string_view name, std::string_view value) {
  return fmt::format("<tr>{}{}</tr>\n", element("th", name), element("td", value));
}

std::string identity(const PageContext& page) {
  const scripting::Report& report = page.run.report;
  std::string rows = fact_row(page.words(Key::report_scenario), page.run.path);
  if (!report.variant.empty()) {
    std::string variant = report.variant;
    for (const scripting::Variant& each : report.variants) {
      if (each.name == report.variant && !each.description.empty()) {
        variant += ": " + each.description;
      }
    }
    rows += fact_row(page.words(Key::report_variant), variant);
  }
  for (const scripting::Parameter& parameter : report.parameters) {
    rows += fact_row(page.words(Key::sum_parameter),
                     fmt::format("{} = {}", parameter.name, parameter.value));
  }
  rows += fact_row(page.words(Key::report_seed), std::to_string(report.seed));
  if (report.events > 0) {
    rows += fact_row(page.words(Key::report_events), with_thousands(report.events));
  }
  rows += fact_row(page.words(Key::report_end), format_short(report.end));
  rows += fact_row(page.words(Key::report_fingerprint), report.ledger->digest().fingerprint());
  rows += fact_row(page.words(Key::report_version), "mqlab " + page.options.version);
  return fmt::format("<table>\n{}</table>\n", rows);
}

std::string how(const PageContext& page) {
  std::string out = element("pre", page.options.command);
  std::string sources;
  for (const scripting::Source& source : page.run.report.sources) {
    sources += element("h3", source.name) + element("pre", source.text);
  }
  if (!sources.empty()) {
    out += fmt::format("<details><summary>{}</summary>\n{}</details>\n",
                       html(page.words(Key::report_source)), sources);
  }
  return section("how", page.words(Key::report_how), identity(page) + out);
}

std::string checks(const PageContext& page) {
  const scripting::Report& report = page.run.report;
  std::string out;
  if (page.options.rows_only) {
    out += element("p", page.words(Key::report_from_recording), "class=\"note\"");
  }
  if (report.checks.empty()) {
    return section("checks", page.words(Key::report_checks),
                   out + element("p", page.words(Key::report_no_checks)));
  }
  out += fmt::format(
      "<table>\n<tr>{}{}{}{}{}</tr>\n", element("th", page.words(Key::report_verdict)),
      element("th", page.words(Key::report_expectation)),
      element("th", page.words(Key::column_why)), element("th", page.words(Key::report_when)),
      element("th", page.words(Key::report_place)));
  for (const scripting::Check& check : report.checks) {
    const std::string place =
        check.place.file.empty() ? "" : fmt::format("{}:{}", check.place.file, check.place.line);
    out += fmt::format(
        "<tr><td>{}</td>{}{}<td><a href=\"#ledger\" data-query=\"#{}\">{}</a></td>{}</tr>\n",
        verdict_html(page, check.verdict), element("td", check.text),
        element("td", check.why.in(page.options.language)), check.row, html(format_short(check.at)),
        element("td", place));
  }
  return section("checks", page.words(Key::report_checks), out + "</table>\n");
}

std::string lines(const PageContext& page, Key heading, const std::vector<std::string>& texts) {
  if (texts.empty()) return {};
  std::string all;
  for (const std::string& text : texts) all += text + "\n";
  return element("h3", page.words(heading)) + element("pre", all);
}

std::string header(const PageContext& page) {
  const scripting::Report& report = page.run.report;
  const std::string title = report.title.empty() ? page.run.path : report.title;
  std::string out = element("h1", title);
  if (!report.claim.empty()) out += element("p", report.claim, "class=\"claim\"");
  std::string why;
  if (!report.verdict_why.empty()) why = " " + html(report.verdict_why.in(page.options.language));
  out += fmt::format("<p>{}: {}{}</p>\n", html(page.words(Key::report_verdict)),
                     verdict_html(page, report.verdict), why);
  out += "<nav class=\"screen\">";
  for (const auto& [id, key] :
       {std::pair("checks", Key::report_checks), std::pair("books", Key::report_books),
        std::pair("plots", Key::report_plots), std::pair("sequence", Key::report_sequence),
        std::pair("ledger", Key::report_ledger), std::pair("how", Key::report_how)}) {
    out += fmt::format("<a href=\"#{}\">{}</a>", id, html(page.words(key)));
  }
  return fmt::format("<header>\n{}</nav>\n</header>\n", out);
}

}  // namespace

std::string html(std::string_view text) {
  // Line feeds count in <pre>; all other control characters do not.
  std::string out;
  while (true) {
    const std::size_t end = text.find('\n');
    out += observe::xml_escaped(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    out += '\n';
    text.remove_prefix(end + 1);
  }
}

std::string element(std::string_view tag, std::string_view text, std::string_view attributes) {
  return fmt::format("<{}{}{}>{}</{}>", tag, attributes.empty() ? "" : " ", attributes, html(text),
                     tag);
}

std::string section(std::string_view id, std::string_view heading, std::string_view content) {
  return fmt::format("<section id=\"{}\">\n{}\n{}\n</section>\n", id, element("h2", heading),
                     content);
}

std::string data_script(const nlohmann::ordered_json& json, std::string_view attributes) {
  const std::string text =
      json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  std::string safe;
  for (const char c : text) {
    if (c == '<') {
      safe += "\\u003c";
    } else if (c == '>') {
      safe += "\\u003e";
    } else if (c == '&') {
      safe += "\\u0026";
    } else {
      safe += c;
    }
  }
  return fmt::format("<script type=\"application/json\" {}>{}</script>\n", attributes, safe);
}

std::string report_page(const Finished& run, const PageOptions& options) {
  const ledger::LedgerView view(*run.report.ledger);
  const observe::NameIndex names(view);
  const PageContext page{run, options, names};
  // Only the page's own script runs, and nothing is fetched, whatever the texts contain.
  const std::string nonce = run.report.ledger->digest().fingerprint();
  const std::string title = run.report.title.empty() ? run.path : run.report.title;
  std::string out = fmt::format(
      "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
      "style-src 'unsafe-inline'; script-src 'nonce-{}'\">\n<title>{}</title>\n<style>{}</style>\n"
      "</head>\n<body>\n",
      tag(options.language), nonce, html(page.words(Key::report_title, {title})), style_sheet());
  out += header(page);
  out += "<main>\n" + checks(page) + books_part(page) + pictures_part(page);
  const std::string said = lines(page, Key::report_printed, run.report.printed) +
                           lines(page, Key::report_warnings, run.report.warnings);
  if (!said.empty()) out += "<section>" + said + "</section>\n";
  out += ledger_part(page) + how(page) + "</main>\n";
  out += fmt::format("<script nonce=\"{}\">{}</script>\n</body>\n</html>\n", nonce, script());
  return out;
}

}  // namespace mqlab::cli
