// SPDX-License-Identifier: MIT
// The words of options that several subcommands take.
#include "cli/shared_options.hpp"

#include <CLI/CLI.hpp>

namespace mqlab::cli {

std::string not_empty(const std::string& text) {
  return text.empty() ? "a value is missing" : "";
}

void describe_run_read(CLI::App& app, FromRun& from) {
  describe_run_name(app, from.run);
  describe_variant(app, from.variant, "Of a scenario: this variant (default: the first)");
  describe_language(app, from.lang);
  describe_quiet(app, from.quiet);
}

void describe_run_name(CLI::App& app, std::string& run) {
  app.add_option("RUN", run,
                 "A recording (run --record), a folder (run --out), a scenario, or last")
      ->required();
}

void describe_variant(CLI::App& app, std::string& variant, const std::string& words) {
  app.add_option("--variant", variant, words);
}

void describe_settings(CLI::App& app, std::vector<std::string>& settings,
                       const std::string& words) {
  app.add_option("--set", settings, words)->allow_extra_args(false);
}

void describe_seed(CLI::App& app, std::string& seed) {
  app.add_option("--seed", seed, "Seed of all chance (default: the scenario's, else 1)")
      ->check(not_empty);
}

void describe_until(CLI::App& app, std::string& until) {
  app.add_option("--until", until, "End there: a time (10s, 250ms) or #EVENTS")->check(not_empty);
}

void describe_language(CLI::App& app, std::string& lang) {
  app.add_option("--lang", lang, "Language of the words: en or zh-CN (default: en)")
      ->check(CLI::IsMember({"en", "zh-CN"}));
}

void describe_json(CLI::App& app, bool& json) {
  app.add_flag("--json", json, "Print JSON instead of text");
}

void describe_quiet(CLI::App& app, bool& quiet) {
  app.add_flag("-q,--quiet", quiet, "No progress");
}

void describe_out(CLI::App& app, OutFile& out) {
  app.add_option("-o,--out", out.file, "Write to FILE (default: standard output)")
      ->check(not_empty);
  describe_force(app, out.force);
}

void describe_force(CLI::App& app, bool& force) {
  app.add_flag("--force", force, "Replace files that exist");
}

void describe_file(CLI::App& app, const std::string& name, std::string& file,
                   const std::string& words) {
  app.add_option(name, file, words)->check(not_empty);
}

}  // namespace mqlab::cli
