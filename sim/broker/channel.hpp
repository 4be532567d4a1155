// SPDX-License-Identifier: MIT
// A channel and a connection: what the broker knows of a client.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/broker/broker.hpp"
#include "sim/broker/confirm.hpp"
#include "sim/broker/consumer.hpp"
#include "sim/broker/limiter.hpp"
#include "sim/broker/timers.hpp"
#include "sim/broker/unacked.hpp"

namespace mqlab::broker {

struct Vhost;

// A publish that was read.
struct Published {
  MessagePtr message;
  bool mandatory = false;
  ledger::TransmissionId transmission;
  ledger::RowNo cause = 0;
  ledger::EntityId exchange;
  bool replied = false;  // it went to a consumer of direct replies
};

// A publish or a settlement that waits for tx.commit (PUB-9 to PUB-11).
struct TxPublish {
  Published publish;
  std::vector<QueueId> queues;  // routed at publish
  std::vector<NameId> names;    // of these queues
};
enum class SettleKind : std::uint8_t { ack, nack_requeue, reject_requeue, recover, discard };
struct TxSettle {
  SettleKind kind = SettleKind::ack;
  std::vector<std::uint64_t> tags;
};
struct Transaction {
  std::vector<TxPublish> publishes;
  std::vector<TxSettle> settles;
  bool committing = false;  // waits for the disk
  bool failed = false;      // a queue refused or is gone: 406 at the end of the commit
};

// Direct reply-to: the pretended consumer of amq.rabbitmq.reply-to (RPC-1).
struct ReplyConsumer {
  NameId tag;
  ledger::EntityId entity;
  std::string token;
};

// What a publish of a channel found out, as most that publish say the same exchange and key again:
// that the exchange is there and may be published to, and to which queue the key led. It holds for
// one version of the permissions and of the routing.
struct LastRoute {
  std::uint64_t routing_version = 0;  // 0: nothing is known
  std::uint32_t permissions_version = 0;
  NameId exchange;
  ExchangeRef exchange_ref = kNoRef;
  ledger::EntityId exchange_entity;
  NameId key;
  QueueRef queue = kNoRef;  // kNoRef: none, or it hangs on more than exchange and key
};

struct Channel {
  ChannelId id;
  ConnectionId connection;
  ChannelNo number = 0;
  ledger::EntityId entity;
  Vhost* vhost = nullptr;  // of its connection
  bool closing = false;    // the server closed it; everything is ignored until close-ok (ERR-2)

  UnackedByTag unacked;
  std::vector<std::pair<NameId, ConsumerId>> consumers;  // by tag, in order of their start
  Limiter limiter;
  std::uint16_t prefetch = 0;

  bool confirming = false;
  Confirms confirms;
  bool has_news = false;  // confirms to send, or a commit to finish
  std::optional<Transaction> transaction;

  NameId last_queue;  // DECL-10
  LastRoute last_route;
  std::optional<ReplyConsumer> reply_consumer;
  std::vector<QueueId> wakes;  // quorum queues that hear of its end (QQ-10)
  Timer consumer_check;
};

struct Connection {
  ConnectionId id;
  Login login;
  ledger::EntityId entity;
  Vhost* vhost = nullptr;
  std::uint16_t channel_max = 0;
  std::vector<Channel*> channels;  // by number (CONN-4); nullptr where none is open
  std::uint32_t open_channels = 0;

  bool closing = false;  // the server sent connection.close
  // PUB-14: after a publish during an alarm nothing more is read.
  bool paused = false;
  std::vector<std::pair<ChannelNo, Method>> unread;

  Timer heartbeat;
  bool heard = false;  // since the last check
  std::uint32_t silent_checks = 0;
};

}  // namespace mqlab::broker
