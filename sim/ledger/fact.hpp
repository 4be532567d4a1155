// SPDX-License-Identifier: MIT
// The vocabulary of the ledger: what can happen (Fact) and why (Reason).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace mqlab::ledger {

// What a row tells. Behind each fact stands what its fields mean; fields that are not named are 0.
// `cause` is always the row that made this one happen.
enum class Fact : std::uint16_t {
  // -- things ---------------------------------------------------------------------------------
  created,    // subject: the thing; object: its parent; of a subscription, value: its prefetch and
              // extra: the entity of its queue
  ended,      // subject: the thing; reason: why it is gone
  bound,      // subject: source exchange; object: destination queue or exchange; text: routing key
  unbound,    // the same fields as bound
  failed,     // subject: channel or connection; value: AMQP code; text: the broker's reply text
  blocked,    // subject: connection the broker stopped reading; text: the alarm
  unblocked,  // subject: connection
  down,       // subject: node or actor; reason: killed, stopped, powered_off
  up,         // subject: node or actor; reason: started, restarted
  // -- messages -------------------------------------------------------------------------------
  composed,   // message; subject: its author; text: business id; value: body size in bytes
  published,  // a broker read a publish. message, transmission; subject: exchange (0: missing);
              // object: channel; text: routing key; value: confirm number (0: no confirms)
  routed,     // message; subject: exchange; value: number of queues; reason: why none, or none
  confirmed,  // message; subject: channel; value: confirm number; reason: ack or nack
  // -- copies: what brokers hold ------------------------------------------------------------------
  enqueued,  // message, copy; subject: queue; value: order key; reason: published, dead_lettered…
  delivered,  // message, copy (of a reply: none), transmission; subject: queue (of a reply: node);
              // object: subscription, or a get's channel; value: tag; flags: redelivered, no_ack
  requeued,   // message, copy; subject: queue; value: order key; reason: why it came back
  removed,    // message, copy; subject: queue; reason: the copy's terminal account
  synced,     // message, copy; subject: queue: the copy is on the platter
  // -- transmissions: what is on its way or in a client's hands -------------------------------
  sent,      // transmission [, message, copy]; subject: sender; object: receiver; value: arrival
             // time in ns; reason: publish, deliver, get, give_back, method; text: method name
  delayed,   // transmission; value: its new arrival time in ns (never: held by the link)
  arrived,   // transmission [, message, copy]; subject: receiver: it waits in its buffer
  started,   // transmission, message, copy; subject: the actor that works on it
  finished,  // transmission [, message, copy]; subject: who ended it; reason: terminal account
  learned,   // message, transmission (the publish's); subject: publisher; reason: what it now knows
             // of its message: ack, nack, returned, timed_out
  // -- business -----------------------------------------------------------------------------------
  effect,   // message; subject: actor; text: business id; object text in `extra`: effect's name
  noted,    // subject: actor or 0; text: what the script printed
  checked,  // text: the expectation; reason: passed, violated
  written,  // subject: store; object: who asked for it, or none; text: table/key; value: version;
            // reason: inserted, updated, deleted, expired, not_durable; message: what the row
            // promises to send, until it is updated or gone
  network,  // subject: actor; reason: what became of its link; value: of clogged, bytes per second
            // (0: as declared); object: the node, if it is about the way to one; of
            // heartbeat_missed and timed_out (connecting), the node that it gives up
};

inline constexpr int kFactCount = static_cast<int>(Fact::network) + 1;

// Why. One list for all facts, so that every view words a reason in the same way.
enum class Reason : std::uint16_t {
  none,
  // how a thing began or ended
  declared,
  predeclared,
  opened,
  started,
  restarted,
  deleted,
  auto_deleted,
  expired_unused,    // x-expires
  owner_gone,        // exclusive queue, its connection ended
  cancelled,         // by the client
  server_cancelled,  // its queue went
  closed_by_client,
  closed_by_server,  // AMQP error or operator
  connection_lost,   // socket ended without connection.close
  heartbeat_missed,
  broker_stopped,
  broker_killed,
  broker_powered_off,
  killed,
  stopped,
  powered_off,
  not_durable,  // gone with a restart
  // routing
  unroutable,   // no queue; the publisher is not told
  returned,     // no queue, mandatory: given back
  no_exchange,  // 404
  refused,      // reject-publish
  // confirms
  ack,
  nack,
  // how a copy came, came back
  published,
  dead_lettered,
  recovered,  // from disk, after a restart
  nack_requeue,
  reject_requeue,
  recover_requeue,
  channel_closed,
  // how a copy ended
  acked,
  auto_acked,  // no_ack: gone when sent
  rejected,
  expired,
  overflow,
  purged,
  queue_deleted,
  delivery_limit,
  not_persistent,  // transient, its broker went down
  not_synced,      // was not on the platter when the power went
  rolled_back,     // published in a transaction that did not commit
  // kinds of transmissions
  publish,
  deliver,
  get,
  give_back,  // basic.return
  method,     // any other method: acks, confirms, replies
  // how a transmission ended
  accepted,  // a publish that reached at least one queue
  applied,   // a method that was carried out
  handled,   // an automatically acked delivery, worked off
  settled_ack,
  settled_nack,
  settled_reject,
  lost_in_flight,    // was on the wire when the connection broke
  died_with_client,  // was in the client's buffer or hands when it was killed
  connection_ended,  // in hand when its connection went; the client still lives
  ignored_closed,    // arrived for a channel or consumer that is no more
  failed,            // its handling raised an error and nobody settled it
  timed_out,         // a publisher stopped waiting for its confirm
  received,          // returns, gets without ack and confirms that reached their client
  // checks
  passed,
  violated,
  // rows of stores
  inserted,
  updated,
  // what became of the network between an actor and its nodes
  held,
  released,
  partitioned,
  partitioned_to_broker,
  partitioned_to_client,
  healed,
  clogged,
};

inline constexpr int kReasonCount = static_cast<int>(Reason::clogged) + 1;

// The word for a fact or a reason in every view and file: "requeued", "auto-acked".
std::string_view word(Fact fact);
std::string_view word(Reason reason);

}  // namespace mqlab::ledger
