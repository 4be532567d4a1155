// SPDX-License-Identifier: MIT
// mqlab why: the life of one message.
#include "cli/commands.hpp"
#include "cli/request.hpp"
#include "cli/terminal.hpp"
#include "sim/observe/why.hpp"

namespace mqlab::cli {

ExitCode why_command(const WhyOptions& options) {
  const Result<Loaded> loaded = load_run(options.run, options.variant);
  if (!loaded.ok()) return complain(loaded.error().text(), ExitCode::bad_data);
  const ledger::LedgerView view = loaded->view();
  observe::Books books;
  books.extend(view);
  const observe::NameIndex names(view);
  const observe::Language language =
      observe::language(options.lang).value_or(observe::Language::english);
  const Result<observe::Life> life = observe::why(names, books, options.message, language);
  if (!life.ok()) return complain(life.error().text(), ExitCode::bad_data);
  print_result(life->text(names, language));
  return ExitCode::pass;
}

}  // namespace mqlab::cli
