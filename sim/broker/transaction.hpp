// SPDX-License-Identifier: MIT
// tx.select, tx.commit, tx.rollback (PUB-9 to PUB-13, PUB-21).
#pragma once

#include "sim/broker/node.hpp"

namespace mqlab::broker {

Failure select_tx(Node& node, Channel& channel);
// Carries out publishes in order, then settlements. commit-ok follows when all is stored.
Failure commit(Node& node, Channel& channel);
// Its publishes are gone; its settlements were never made (PUB-10).
Failure rollback(Node& node, Channel& channel);

// All of a commit is stored: commit-ok, or 406 if a queue refused. Does nothing before that.
void finish_commit(Node& node, Channel& channel);

}  // namespace mqlab::broker
