// SPDX-License-Identifier: MIT
// What the command line looks like: the one source of help, completion and the manual page.
#include "cli/app.hpp"

#include "cli/version.hpp"

namespace mqlab::cli {
namespace {

void describe_outputs(CLI::App& app, OutputOptions& options) {
  describe_file(app, "--junit", options.junit, "Write JUnit XML to FILE");
  describe_file(app, "--csv", options.csv,
                "Write tables to a folder, or one line per run to FILE.csv");
  describe_file(app, "--perfetto", options.perfetto, "Write a trace for ui.perfetto.dev to FILE");
  describe_file(app, "--out", options.out, "Write everything of each run to DIR/<scenario>/<n>/");
  app.add_option("--annotations", options.annotations,
                 "github, none, or auto: as GITHUB_ACTIONS says (default)")
      ->check(CLI::IsMember({"github", "none", "auto"}));
  describe_force(app, options.force);
}

// What is run, and where it ends.
void describe_what_runs(CLI::App& app, RunOptions& options) {
  app.add_option("SCENARIO", options.scenarios, "Lua files, or directories of them")->required();
  describe_variant(app, options.variant, "Only this variant (default: all)");
  describe_settings(app, options.settings);
  describe_seed(app, options.seed);
  describe_until(app, options.until);
}

// How much of it is said, and in which language.
void describe_how_told(CLI::App& app, RunOptions& options) {
  app.add_flag("-v,--verbose", options.verbose, "One line per row of the ledger");
  app.add_flag("-q,--quiet", options.quiet, "Only what failed, and the verdict");
  app.add_flag("--no-color", options.no_color, "Never colour");
  describe_language(app, options.lang);
}

void describe_run(CLI::App& app, RunOptions& options) {
  CLI::App* run = app.add_subcommand(
      "run",
      "Run scenarios, print what happened, judge their checks.\n\n"
      "  mqlab run scenarios/3-not-losing/auto_ack_loss/scenario.lua\n"
      "  mqlab run scenarios                        every scenario below a directory\n"
      "  mqlab run shop.lua --variant cure --set count=100 --seed 7 -v");
  describe_what_runs(*run, options);
  run->add_option("--max-events", options.max_events, "At most this many events (default 10000000)")
      ->check(not_empty);
  describe_file(*run, "--record", options.record, "Write the run to FILE");
  describe_how_told(*run, options);
  describe_json(*run, options.json);
  run->add_flag("--check-determinism", options.check_determinism,
                "Run everything twice; exit 3 if the fingerprints differ");
  describe_outputs(*run, options.outputs);
}

void describe_watch(CLI::App& app, WatchOptions& options) {
  CLI::App* watch = app.add_subcommand(
      "watch",
      "Run scenarios, and again whenever a script beside them is saved, until Ctrl-C.\n\n"
      "  mqlab watch shop.lua\n"
      "  mqlab watch scenarios/3-not-losing -q");
  describe_what_runs(*watch, options.run);
  describe_how_told(*watch, options.run);
  watch->add_option("--times", options.times, "End after so many runs (default: never)")
      ->check(CLI::Range(1, 1'000'000));
}

void describe_shell_words(CLI::App& app, std::string& shell) {
  CLI::App* completion = app.add_subcommand(
      "completion",
      "Print a script that completes commands, options and files in a shell.\n\n"
      "  mqlab completion bash > ~/.local/share/bash-completion/completions/mqlab\n"
      "  eval \"$(mqlab completion bash)\"          in this shell only");
  completion->add_option("SHELL", shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  app.add_subcommand("manual",
                     "Print the manual page.\n\n"
                     "  mqlab manual | man -l -");
}

void describe_why(CLI::App& app, WhyOptions& options) {
  CLI::App* why =
      app.add_subcommand("why",
                         "Tell the life of one message: where it went, and why.\n\n"
                         "  mqlab why scenarios/3-not-losing/auto_ack_loss/scenario.lua shop.2\n"
                         "  mqlab why run.mqrun shop.2@orders/1         one delivery");
  describe_run_read(*why, options.from);
  why->add_option("MESSAGE", options.message, "shop.3, shop.3@orders or shop.3@orders/2")
      ->required();
}

void describe_replay(CLI::App& app, ReplayOptions& options) {
  CLI::App* replay =
      app.add_subcommand("replay",
                         "Run a recording again and compare: exit 3 if anything differs.\n\n"
                         "  mqlab replay run.mqrun");
  replay
      ->add_option("RUN", options.recording,
                   "A recording (run --record), a folder (run --out), or last")
      ->required();
  describe_language(*replay, options.lang);
  describe_json(*replay, options.json);
  describe_quiet(*replay, options.quiet);
}

void describe_diff(CLI::App& app, DiffOptions& options) {
  CLI::App* diff = app.add_subcommand(
      "diff",
      "Compare two runs: where they part, and what came of each message. Exit 1 if they differ.\n\n"
      "  mqlab diff before.mqrun after.mqrun\n"
      "  mqlab diff shop.lua shop.lua --variant fault --other-variant cure");
  describe_run_name(*diff, options.first);
  diff->add_option("OTHER", options.second, "The same")->required();
  describe_variant(*diff, options.variant, "Of scenarios: this variant");
  diff->add_option("--other-variant", options.other_variant, "Of OTHER, if it is another one");
  describe_language(*diff, options.lang);
  describe_json(*diff, options.json);
  describe_quiet(*diff, options.quiet);
}

void describe_matrix(CLI::App& app, MatrixOptions& options) {
  CLI::App* matrix = app.add_subcommand(
      "matrix",
      "Run a scenario for every combination of values: lost, duplicated, latency of each.\n\n"
      "  mqlab matrix shop.lua --vary prefetch=1,10,50 --vary ack=auto,manual\n"
      "  mqlab matrix shop.lua --vary variant=fault,cure --vary seed=1..20 --svg heat.svg");
  matrix->add_option("SCENARIO", options.scenario, "A Lua file, or the folder of a scenario.lua")
      ->required();
  matrix
      ->add_option("--vary", options.vary,
                   "NAME=VALUE,VALUE or NAME=FIRST..LAST: a parameter, variant or seed")
      ->required()
      ->allow_extra_args(false);
  describe_settings(*matrix, options.settings, "NAME=VALUE: a parameter that stays the same");
  describe_variant(*matrix, options.variant, "This variant (default: the first)");
  describe_seed(*matrix, options.seed);
  describe_until(*matrix, options.until);
  describe_language(*matrix, options.lang);
  describe_json(*matrix, options.json);
  describe_file(*matrix, "--csv", options.csv, "Write the table to FILE");
  describe_file(*matrix, "--svg", options.svg, "Write heat maps to FILE");
  describe_quiet(*matrix, options.quiet);
  describe_force(*matrix, options.force);
}

void describe_import(CLI::App& app, ImportOptions& options) {
  CLI::App* import = app.add_subcommand(
      "import",
      "Make a scenario of a real broker's definitions: its world, with TODOs for the load.\n\n"
      "  rabbitmqctl export_definitions definitions.json\n"
      "  mqlab import definitions.json -o shop.lua");
  import->add_option("FILE", options.definitions, "definitions.json")->required();
  describe_out(*import, options.out);
  import->add_option("--vhost", options.vhost, "Only this virtual host");
}

void describe_export(CLI::App& app, ExportOptions& options) {
  CLI::App* out = app.add_subcommand(
      "export",
      "Write what a scenario declares as definitions.json, for a real broker.\n\n"
      "  mqlab export shop.lua -o definitions.json\n"
      "  rabbitmqctl import_definitions definitions.json");
  out->add_option("SCENARIO", options.scenario, "A Lua file, or the folder of a scenario.lua")
      ->required();
  describe_out(*out, options.out);
  out->add_option("--broker", options.broker, "Of several brokers: this one");
  describe_variant(*out, options.variant, "This variant (default: the first)");
  describe_settings(*out, options.settings);
  describe_quiet(*out, options.quiet);
}

void describe_lint(CLI::App& app, LintOptions& options) {
  CLI::App* lint = app.add_subcommand(
      "lint",
      "Find faults of a topology without looking at a run. Exit 1 if there are any.\n\n"
      "  mqlab lint shop.lua\n"
      "  mqlab lint definitions.json --ignore silent-drop\n"
      "  mqlab lint --rules");
  lint->add_option("FILE", options.files, "Scenarios, directories of them, or definitions.json");
  describe_variant(*lint, options.variant, "Of scenarios: this variant (default: all)");
  lint->add_option("--ignore", options.ignore, "Leave out a rule; may be repeated")
      ->allow_extra_args(false);
  lint->add_flag("--rules", options.rules, "List the rules, each with a scenario that shows it");
  describe_language(*lint, options.lang);
  describe_json(*lint, options.json);
  describe_quiet(*lint, options.quiet);
  describe_file(*lint, "--sarif", options.sarif, "Write SARIF 2.1.0 to FILE");
  describe_force(*lint, options.force);
}

void describe_conform(CLI::App& app, ConformOptions& options) {
  CLI::App* conform = app.add_subcommand(
      "conform",
      "Replay transcripts recorded from real brokers; or compare with a live one.\n\n"
      "  mqlab conform tests/conform/data\n"
      "  mqlab conform --broker amqp://guest:guest@localhost --runs 50 --seed 7 --save "
      "differences\n"
      "  mqlab conform --broker amqp://guest:guest@localhost --record case.json --save recorded");
  conform->add_option("TRANSCRIPT", options.transcripts, "Transcript files, or folders of them");
  conform->add_flag("--json", options.json, "Print JSON instead of lines");
  conform->add_option("--broker", options.broker, "AMQP address of a live RabbitMQ");
  conform->add_flag("--record", options.record, "With --broker: the files are cases to record");
  conform->add_option("--runs", options.runs, "With --broker: random sequences (default 20)")
      ->check(CLI::Range(1, 1'000'000));
  conform->add_option("--seed", options.seed, "With --broker: seed of the first (default 1)");
  conform->add_option("--at-most", options.at_most_s, "With --broker: start none after SECONDS")
      ->check(CLI::Range(0, 86'400));
  conform->add_option("--save", options.save_to, "With --broker: folder for what is recorded");
  describe_force(*conform, options.force);
  conform->add_option("--node", options.node, "Erlang name of the node, to ask it for its queues");
  conform->add_option("--cookie", options.cookie, "Its Erlang cookie");
}

void describe_bench(CLI::App& app, BenchOptions& options) {
  CLI::App* bench = app.add_subcommand(
      "bench",
      "Measure how fast mqlab is; each timed pass is checked by one with the full ledger.\n\n"
      "  mqlab bench --list\n"
      "  mqlab bench hold lifecycle/1000 --repeats 9 --cpu 1\n"
      "  mqlab bench --json > before.json; mqlab bench --baseline before.json");
  bench->add_option("NAME", options.names,
                    "Workloads, also with a size: hold/10000 (default: all)");
  bench->add_flag("--list", options.list, "Name the workloads and their sizes");
  bench->add_flag("--json", options.json, "Print JSON instead of a table");
  bench->add_option("--repeats", options.repeats, "Timed passes (default: 1 to 5)")
      ->check(CLI::Range(1, 1000));
  bench->add_option("--size", options.size, "This size instead of the usual ones; or small: a test")
      ->check(not_empty);
  bench
      ->add_option("--baseline", options.baseline,
                   "Ratios to the results in FILE; exit 1 if a fingerprint differs")
      ->check(not_empty);
  bench->add_option("--draw", options.draw, "Measure nothing: draw the results in FILES")
      ->check(not_empty);
  bench->add_option("-o,--out", options.out, "With --draw: the folder for a picture per workload")
      ->check(not_empty);
  describe_force(*bench, options.force);
  bench->add_option("--cpu", options.cpu, "Stay on this processor")->check(CLI::Range(0, 1023));
}

}  // namespace

void describe(CLI::App& app, Options& options) {
  app.description(
      "mqlab shows exactly what happens to messages when things die.\n\n"
      "  mqlab run scenarios/3-not-losing/auto_ack_loss/scenario.lua\n"
      "  mqlab why scenarios/3-not-losing/auto_ack_loss/scenario.lua shop.2");
  app.name("mqlab");
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 pass, 1 a check failed, 2 unknown, 3 not deterministic, 64 usage, "
      "65 bad script or file, 69 needs what is not here, 70 bug, 130 interrupted.");
  describe_run(app, options.run);
  describe_watch(app, options.watch);
  describe_why(app, options.why);
  describe_pictures(app, options.pictures);
  describe_replay(app, options.replay);
  describe_diff(app, options.diff);
  describe_matrix(app, options.matrix);
  describe_import(app, options.import);
  describe_export(app, options.export_to);
  describe_lint(app, options.lint);
  describe_conform(app, options.conform);
  describe_bench(app, options.bench);
  describe_shell_words(app, options.shell);
  app.add_subcommand("version", "Print the version and what it was built with.\n\n  mqlab version");
  app.set_help_flag("-h,--help", "Print this help");
  app.set_version_flag("--version", version_text(), "Print the version");
}

}  // namespace mqlab::cli
