// SPDX-License-Identifier: MIT
// All plots of a run: series folded from its rows, once.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "sim/observe/plot.hpp"

namespace mqlab::observe {

enum class PlotKind : std::uint8_t { backlog, rates, loss, latency };

// "backlog", "rates", "loss", "latency".
std::string_view word(PlotKind kind);
std::optional<PlotKind> plot_kind(std::string_view word);

// The plots of a run. Words and series are those of RabbitMQ's management pages, where it has them.
struct RunPlots {
  Time end;
  Plot backlog_all;           // ready, unacked and total, of all queues together
  std::vector<Plot> backlog;  // of each queue that ever held a copy, in order of that
  Plot rates;
  Plot loss;                     // copies dropped, business lost and duplicated, so far
  std::vector<Plot> latency;     // publish to effect, wait in each queue, publish to confirm
  std::vector<EntityId> queues;  // those of `backlog`
  Faults faults;

  // The plots of one kind; of backlog, one for each queue (and one of all, if there are several).
  std::vector<const Plot*> of(PlotKind kind) const;
};

// Copies dropped are those that brokers removed without an ack and that no dead letter went on
// from. With a queue, rates and waits are those of this queue: what was published into it counts as
// Publish, and it has no confirms.
RunPlots run_plots(const NameIndex& names, EntityId queue = {});

// What one step of rates and latencies covers in a run this long: a round span of which about a
// hundred make up the run.
Duration plot_interval(Duration whole);

}  // namespace mqlab::observe
