// SPDX-License-Identifier: MIT
// The client's end of a connection, what every actor shares: handshake, channels, confirms,
// buffers.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/broker/ring.hpp"
#include "sim/world/connection.hpp"
#include "sim/world/core.hpp"
#include "sim/world/process_port.hpp"

namespace mqlab::world {

// A publish in confirm mode whose confirm has not come.
struct Unconfirmed {
  std::uint64_t number = 0;
  MessageId message;
  TransmissionId transmission;
};

// A delivery that a process works on: what is needed to settle it and to account for it.
struct InHand {
  std::uint64_t tag = 0;
  MessageId message;
  CopyId copy;
  TransmissionId transmission;
};

// A channel as its client sees it. It stays in the client's list when it is closed.
struct alignas(64) Channel {
  enum class State : std::uint8_t { opening, open, closing, closed };
  // The outcome of a publish in confirm mode, until somebody asks for it.
  struct Verdict {
    enum class Kind : std::uint8_t { open, acked, nacked };
    std::uint64_t number = 0;
    MessageId message;
    TransmissionId transmission;
    Kind kind = Kind::open;
  };

  State state = State::opening;
  broker::ChannelNo number = 0;
  bool confirms = false;
  std::uint64_t next_confirm = 1;
  broker::Ring<Delivery> buffer;           // arrived, nobody works on it
  std::deque<Unconfirmed> unconfirmed;     // rising numbers; kept when the channel ends
  std::vector<InHand> in_hand;             // rising tags; of processes only
  std::deque<Verdict> verdicts;            // rising numbers; of processes only
  std::vector<Returned> returned;          // of processes only
  std::optional<broker::AmqpError> error;  // why it ended, unless its client closed it
};

// What a client tells its actor. Pointers are valid during the call.
struct News {
  enum class Kind : std::uint8_t {
    opened,          // the connection is open
    closed,          // as the client asked
    lost,            // the connection ended otherwise, or did not come about: error
    replied,         // reply
    delivered,       // the channel's buffer has one more
    got,             // delivery
    returned,        // returned
    confirmed,       // publish, ack
    channel_closed,  // by the server: error
    cancelled,       // by the server: reply->name is the consumer tag
    blocked,         // the broker does not read the connection: error->text says why (PUB-14)
    unblocked,
  };
  Kind kind = Kind::opened;
  std::uint32_t client = 0;
  std::uint32_t channel = 0;
  const broker::Reply* reply = nullptr;
  Delivery* delivery = nullptr;
  Returned* returned = nullptr;
  const Unconfirmed* publish = nullptr;
  const broker::AmqpError* error = nullptr;
  bool ack = false;

  bool is_about_connection() const {
    return kind == Kind::opened || kind == Kind::closed || kind == Kind::lost ||
           kind == Kind::blocked || kind == Kind::unblocked;
  }
};

class alignas(64) Client {
 public:
  enum class State : std::uint8_t { idle, handshake, open, closing, closed };

  // Makes a connection and its client. Returns their index.
  static std::uint32_t make(Core& core, EntityId owner, const AccessConfig& access);

  Client(std::uint32_t index, EntityId owner, Thing actor, Connection& connection)
      : connection_(connection), index_(index), owner_(owner), actor_(actor) {}

  std::uint32_t index() const { return index_; }
  State state() const { return state_; }
  const std::optional<broker::AmqpError>& error() const { return error_; }
  // Why the broker does not read the connection; nothing: it does.
  const std::optional<std::string>& blocked() const { return blocked_; }
  EntityId owner() const { return owner_; }

  // -- connection
  // -----------------------------------------------------------------------------------
  void connect(Core& core);          // with its four round trips
  void connect_at_once(Core& core);  // the caller sets the connection to direct
  void close(Core& core);            // connection.close; then waits for its close-ok
  // The client's process dies with all that it holds.
  void die(Core& core);

  // -- channels
  // -------------------------------------------------------------------------------------
  std::uint32_t open_channel(Core& core);
  void close_channel(Core& core, std::uint32_t channel);
  Channel& channel(std::uint32_t index) { return channels_[index]; }
  const Shelf<Channel>& channels() const { return channels_; }
  bool is_open(std::uint32_t channel) const { return open(channel) != nullptr; }
  // The channel if it is open, else nullptr.
  const Channel* open(std::uint32_t channel) const {
    if (state_ != State::open || channel >= channels_.size()) return nullptr;
    const Channel& found = channels_[channel];
    return found.state == Channel::State::open ? &found : nullptr;
  }
  Channel* open(std::uint32_t channel) {
    return const_cast<Channel*>(std::as_const(*this).open(channel));
  }

  // -- writing: one frame after the other, as the socket takes them (AccessConfig::send_buffer)
  // -------------------------------------------------------------------------------------
  // True if a frame is taken now: the socket has room, and nobody waits for that.
  bool takes_writes() const { return (turn_ || line_.empty()) && connection_.has_room(); }
  // A write of the actor, which must call write() or publish() once. It is carried out at once, or
  // when its turn comes; if the connection is lost before, then; if the client dies, never. False:
  // it waits.
  template <typename Write>
  bool in_turn(Core& core, const Write& write) {
    if (state_ == State::open && !takes_writes()) {
      wait_in_line(core, write);
      return false;
    }
    take_turn(core, write);
    return true;
  }
  // Writes a method, at once or in turn; on a closed channel nothing is written.
  void write(Core& core, std::uint32_t channel, broker::Method&& method);
  void write(Core& core, std::uint32_t channel, const broker::BasicAck& ack);
  // Writes a publish. On a closed channel it ends at once: ignored, or lost with the connection.
  // In confirm mode it counts; the return value is its number, else 0. Only if takes_writes(), or
  // in turn.
  std::uint64_t publish(Core& core, std::uint32_t channel, broker::BasicPublish&& publish);

  // -- called by the connection
  // ---------------------------------------------------------------------
  void receive(Core& core, Response& response);
  // The socket takes frames again.
  void writable(Core& core);
  // Both sockets are gone; `error` says why, if anybody did.
  void lost(Core& core, broker::AmqpError error);

 private:
  // What waits to be written, and why.
  struct Waiting {
    std::function<void(Core&)> write;
    ledger::RowNo cause = 0;
  };

  void wait_in_line(Core& core, std::function<void(Core&)> write);
  template <typename Write>
  void take_turn(Core& core, const Write& write) {
    turn_ = true;
    write(core);
    turn_ = false;
  }
  void send(Core& core, Request&& request);
  void receive_about_connection(Core& core, broker::Outgoing&& frame);
  void receive_frame(Core& core, broker::Outgoing&& frame);
  void receive_delivery(Core& core, std::uint32_t index, broker::Outgoing& frame);
  void receive_return(Core& core, News news, broker::Outgoing&& frame);
  void receive_confirm(Core& core, Channel& channel, News news, const broker::Outgoing& frame);
  void receive_reply(Core& core, Channel& channel, News news, const broker::Reply& reply);
  void channel_closed(Core& core, Channel& channel, News news, const broker::AmqpError& error);
  void end_channel(Core& core, Channel& channel, ledger::Reason buffered, ledger::Reason in_hand);
  void tell(Core& core, const News& news);

  Connection& connection_;
  std::uint32_t index_;
  EntityId owner_;
  State state_ = State::idle;
  bool turn_ = false;  // the next frame is written at once
  broker::Ring<Waiting> line_;
  Thing actor_;  // that owns it
  Shelf<Channel> channels_;
  std::vector<std::uint32_t> by_number_;  // channel number -> index + 1 of its present owner
  std::optional<broker::AmqpError> error_;
  std::optional<std::string> blocked_;
};

// A row about a delivery in a client's hands.
ledger::Row delivery_row(ledger::Fact fact, ledger::Reason reason, EntityId subject,
                         const InHand& delivery);
ledger::Row delivery_row(ledger::Fact fact, ledger::Reason reason, EntityId subject,
                         const Delivery& delivery);

}  // namespace mqlab::world
