// SPDX-License-Identifier: MIT
// What went wrong in a run and for how long: marks and shaded stretches of every picture over time.
#pragma once

#include <string>
#include <vector>

#include "sim/observe/names.hpp"
#include "sim/observe/texts.hpp"

namespace mqlab::observe {

// An instant at which something broke or came back.
struct FaultMark {
  enum class Kind : std::uint8_t { down, up, network, blocked, unblocked, violated };

  Time at;
  RowNo row = 0;
  Kind kind = Kind::down;
  EntityId who;  // a node or actor; of blocked, the connection; none: a check
  Reason why = Reason::none;
};

// A stretch of time in which something did not work; if it never came back, until the end.
struct Outage {
  Time from;
  Time to;
  EntityId who;
};

struct Faults {
  std::vector<FaultMark> marks;  // in order
  std::vector<Outage> outages;   // in order of their beginnings
};

// A stop of what never comes back counts as a fault, too: nobody is there any more.
Faults faults_of(const LedgerView& view);

// "worker down: killed"
std::string words_of(const FaultMark& mark, const NameIndex& names, Language language);

}  // namespace mqlab::observe
