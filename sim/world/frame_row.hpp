// SPDX-License-Identifier: MIT
// What the ledger is told of a frame.
#pragma once

#include "sim/world/connection.hpp"

namespace mqlab::world {

inline bool carries_message(const Response& response) {
  if (response.kind != Response::Kind::frame) return false;
  const broker::Outgoing::Kind kind = response.frame.kind;
  return kind == broker::Outgoing::Kind::deliver || kind == broker::Outgoing::Kind::get_ok ||
         kind == broker::Outgoing::Kind::returned;
}

inline ledger::Reason transmission_kind(const Response& response) {
  if (!carries_message(response)) return ledger::Reason::method;
  if (response.frame.kind == broker::Outgoing::Kind::deliver) return ledger::Reason::deliver;
  return response.frame.kind == broker::Outgoing::Kind::get_ok ? ledger::Reason::get
                                                               : ledger::Reason::give_back;
}

// What is no frame with an account: heartbeats, the end of a stream, TCP's own words.
inline bool has_account(const Request& load) {
  return load.kind != Request::Kind::end && load.kind != Request::Kind::heartbeat;
}
inline bool has_account(const Response& load) {
  using Kind = Response::Kind;
  return load.kind != Kind::end && load.kind != Kind::heartbeat && load.kind != Kind::window;
}

// A row about a frame on the wire.
template <typename Load>
ledger::Row account(const Flying<Load>& frame, ledger::Fact fact, ledger::Reason reason,
                    EntityId subject) {
  ledger::Row row;
  row.fact = fact;
  row.reason = reason;
  row.subject = subject;
  row.transmission = frame.transmission;
  row.message = frame.message;
  row.copy = frame.copy;
  return row;
}

}  // namespace mqlab::world
