// SPDX-License-Identifier: MIT
// What a process can do: every step of a client, one at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/broker/method.hpp"
#include "sim/world/hooks.hpp"

namespace mqlab::world {

struct Core;

using ConnectionRef = Id<struct ConnectionRefTag>;

// A channel of a process; stays valid, and refers to the same channel, when it is closed.
struct ChannelRef {
  ConnectionRef connection;
  std::uint32_t index = 0;

  auto operator<=>(const ChannelRef&) const = default;
};

enum class Settlement : std::uint8_t { ack, nack, reject };

// The hands of one process. Functions that return optional<Answer> wait: either the answer is there
// at once, or it comes by hooks.resume and the process must not do anything before that. What has
// no answer waits, too, until its frame is written: see AccessConfig::send_buffer.
class ProcessPort {
 public:
  ProcessPort(Core& core, std::uint32_t process) : core_(&core), process_(process) {}

  std::optional<Answer> sleep(Duration span);
  std::optional<Answer> ask(EntityId store, StoreRequest request);

  // -- connections: four round trips (TCP, start, tune, open)
  // --------------------------------------- The ref is valid from now on; the answer tells whether
  // the connection came about.
  struct Opening {
    ConnectionRef ref;
    std::optional<Answer> answer;
  };
  Opening connect(const AccessConfig& access);
  std::optional<Answer> close_connection(ConnectionRef connection);
  // Cuts it without a word: what is on its wire is lost (CONN-2).
  void drop_connection(ConnectionRef connection);

  // -- channels -----------------------------------------------------------------------------------
  struct ChannelOpening {
    ChannelRef ref;
    std::optional<Answer> answer;
  };
  ChannelOpening open_channel(ConnectionRef connection);
  std::optional<Answer> close_channel(ChannelRef channel);
  bool is_open(ChannelRef channel) const;
  bool is_open(ConnectionRef connection) const;
  // Why the broker does not read the connection, as it was told (PUB-14); nothing: it does.
  const std::optional<std::string>& blocked(ConnectionRef connection) const;
  // Why it was closed by the server, or by the loss of the connection (code 0); nullptr if it was
  // not.
  const broker::AmqpError* closed(ChannelRef channel) const;
  const broker::AmqpError* closed(ConnectionRef connection) const;

  // Sends a method that has a reply and waits for it. Not for publish, get, settlements.
  std::optional<Answer> call(ChannelRef channel, broker::Method method);

  // -- publishing ---------------------------------------------------------------------------------
  // The message comes into being at once.
  Publishing publish(ChannelRef channel, const Content& content);
  // The oldest publish in confirm mode whose outcome was not yet asked for.
  std::optional<Answer> wait_confirm(ChannelRef channel, std::optional<Duration> timeout);
  // All of them.
  std::optional<Answer> wait_confirms(ChannelRef channel, std::optional<Duration> timeout);
  const std::vector<Returned>& returned(ChannelRef channel) const;

  // -- consuming ----------------------------------------------------------------------------------
  std::optional<Answer> get(ChannelRef channel, std::string_view queue, bool no_ack);
  // Deliveries of all consumers of the channel, in order of arrival. (Subscribe by call().)
  std::optional<Answer> next(ChannelRef channel, std::optional<Duration> timeout);
  std::size_t buffered(ChannelRef channel) const;
  std::optional<Answer> settle(ChannelRef channel, std::uint64_t tag, Settlement how, bool multiple,
                               bool requeue);

 private:
  std::optional<Answer> wait_for_verdict(ChannelRef channel, bool all,
                                         std::optional<Duration> timeout);
  // The write is carried out when it is its turn; until then the process waits.
  std::optional<Answer> in_turn(ChannelRef channel, const std::function<void(Core&)>& write);

  Core* core_;
  std::uint32_t process_;
};

}  // namespace mqlab::world
