// SPDX-License-Identifier: MIT
// Reading a ledger: the state of the world after all of its rows.
#include <cstdint>
#include <vector>

#include "cli/bench/workload.hpp"
#include "cli/bench/world_drive.hpp"
#include "sim/base/assert.hpp"
#include "sim/ledger/view.hpp"
#include "sim/observe/state.hpp"

namespace mqlab::bench {
namespace {

// The rows once, as fast as memory gives them.
double rows_per_second_of_a_pass(const ledger::LedgerView& view, Checksum& checksum) {
  Meter meter(nullptr);
  std::uint64_t sum = 0;
  meter.measure([&] {
    for (const ledger::Row& row : view.rows()) {
      sum += static_cast<std::uint64_t>(row.at.ns) + row.cause + row.value + row.message.value +
             row.subject.value + row.flags;
    }
  });
  checksum.add(sum);
  return static_cast<double>(view.row_count()) / meter.cpu_s();
}

Outcome fold(const Setting& setting, Meter& meter) {
  // A message is about 17 rows.
  Meter unused(nullptr);
  const scripting::Report report =
      carry_through_world(100, 100 + setting.size / 14, "", ledger::Sink::full, unused);
  const ledger::LedgerView view(*report.ledger);
  MQLAB_ASSERT(view.row_count() >= setting.size);
  Outcome outcome;
  outcome.operations = setting.size;
  Checksum checksum;
  observe::State state;
  meter.measure([&] {
    for (ledger::RowNo row = 1; row <= setting.size; ++row) state.apply(view, view.row(row));
  });
  checksum.add(state.ready_count());
  checksum.add(state.unacked_count());
  checksum.add(state.transmissions().size());
  checksum.add(state.problem_count());
  const double pass = rows_per_second_of_a_pass(view, checksum);
  outcome.output = checksum.value();
  outcome.fingerprint = report.ledger->digest().fingerprint();
  outcome.extra.emplace_back("ratio_to_memory_pass",
                             static_cast<double>(setting.size) / meter.cpu_s() / pass);
  return outcome;
}

}  // namespace

void add_fold_workloads(std::vector<Workload>& all) {
  Workload one;
  one.name = "fold";
  one.size_unit = "rows";
  one.operation = "rows";
  one.what = "the state of the world, folded from a ledger";
  one.sizes = {100'000, 10'000'000};
  one.small = 10'000;
  one.repeats = 3;
  one.run = fold;
  all.push_back(one);
}

}  // namespace mqlab::bench
