// SPDX-License-Identifier: MIT
// What only a run shows to lint: messages that come back again and again.
#pragma once

#include <vector>

#include "cli/definitions/lint.hpp"
#include "sim/ledger/view.hpp"

namespace mqlab::cli {

// So often a copy must have come back to its queue to be a finding: more often than a quorum
// queue's own limit lets it.
inline constexpr std::uint32_t kCameBackTooOften = 100;

// Consumers whose answers (nack or reject with requeue), not their deaths, brought one copy back so
// often. A handler is a program: whether it would ever do so cannot be read from it, but what it
// did in the run can. Nothing is found twice: `known` has what the plan alone showed.
std::vector<Finding> requeues_seen(const scripting::Plan& plan, const ledger::LedgerView& view,
                                   const std::vector<Finding>& known);

}  // namespace mqlab::cli
