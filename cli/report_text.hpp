// SPDX-License-Identifier: MIT
// A run as a person reads it: what happened to the messages, the checks, and last the verdict.
#pragma once

#include <string>

#include "cli/formats/text_forms.hpp"
#include "cli/terminal.hpp"
#include "scripting/scenario.hpp"
#include "sim/observe/books.hpp"
#include "sim/observe/metrics.hpp"
#include "sim/observe/texts.hpp"

namespace mqlab::cli {

// One run with the folds that reports are made of.
struct Finished {
  std::string path;  // of the scenario
  scripting::Report report;
  observe::Books books;
  observe::Metrics metrics;
};

// Folds the ledger of a report.
Finished finish(std::string path, scripting::Report report);

// The heading of a scenario, before its variants.
std::string heading(const Finished& run, const Terminal& terminal);

// One variant: books, queues, checks, seed and fingerprint.
std::string summary(const Finished& run, const Terminal& terminal,
                    observe::Language language = observe::Language::english);

// One line per row of the ledger.
void rows_text(const Finished& run, const Put& put,
               observe::Language language = observe::Language::english);

// "PASS", in its colour.
std::string verdict_text(scripting::Verdict verdict, const Terminal& terminal,
                         observe::Language language = observe::Language::english);

}  // namespace mqlab::cli
