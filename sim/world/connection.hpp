// SPDX-License-Identifier: MIT
// The network between one client and one node: a TCP stream each way, and the two sockets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/broker/broker.hpp"
#include "sim/world/core.hpp"
#include "sim/world/link.hpp"

namespace mqlab::world {

// What a client writes. The two methods that most requests are stand in it, the others beside it.
struct Request {
  enum class Kind : std::uint8_t {
    handshake,  // step 0: SYN, 1: protocol header, 2: start-ok
    open,       // tune-ok and connection.open
    close,      // connection.close
    publish,
    ack,
    method,  // any other
    heartbeat,
    end,  // of the stream: no frame, but in order behind them
  };
  Kind kind = Kind::method;
  std::uint8_t step = 0;
  broker::ChannelNo channel = 0;
  broker::BasicAck ack;
  broker::BasicPublish publish;
  std::unique_ptr<broker::Method> method;

  void let_go() {
    publish.message.reset();
    method.reset();
  }
};

inline Request request_of(Request::Kind kind) {
  Request request;
  request.kind = kind;
  return request;
}
inline Request request_of(broker::ChannelNo channel, broker::BasicPublish&& publish) {
  Request request = request_of(Request::Kind::publish);
  request.channel = channel;
  request.publish = std::move(publish);
  return request;
}
inline Request request_of(broker::ChannelNo channel, const broker::BasicAck& ack) {
  Request request = request_of(Request::Kind::ack);
  request.channel = channel;
  request.ack = ack;
  return request;
}
// Any method.
Request request_of(broker::ChannelNo channel, broker::Method&& method);

// What a node writes.
struct Response {
  enum class Kind : std::uint8_t {
    handshake,  // step 0: SYN-ACK, 1: start, 2: tune
    refused,    // nobody listens
    reset,      // a machine that knows nothing of this connection
    window,     // TCP's own word: there is room again for what the client sends
    close_ok,   // of connection.close
    frame,
    heartbeat,
    end,
  };
  Kind kind = Kind::frame;
  std::uint8_t step = 0;
  broker::Outgoing frame;

  void let_go() {
    frame.message.reset();
    frame.properties.reset();
    frame.reply.reset();
    frame.error.reset();
  }
};

// The frames of a world.
struct Wires {
  FramePool<Request> up;
  FramePool<Response> down;
};

// How often each end of a connection beats (CONN-1).
constexpr Duration half(Duration heartbeat) {
  return nanoseconds(heartbeat.ns / 2 + heartbeat.ns % 2);
}

// Invariant: a frame that was sent stands in one of the links until its account is closed. When
// both sockets are closed, both links are empty.
// What each frame needs stands in front, each way by itself.
class alignas(64) Connection {
 public:
  Connection(Core& core, std::uint32_t index, std::uint32_t node, EntityId owner,
             const AccessConfig& access);

  // -- the client's end ---------------------------------------------------------------------------
  // Writes to the socket, which must be open. `flags` go into the ledger's row. Returns the
  // transmission (a publish has one already, in the method).
  TransmissionId send(Core& core, Request&& request, std::uint32_t flags = 0);
  // The same for the two that most requests are.
  void send(Core& core, broker::ChannelNo channel, broker::BasicPublish&& publish,
            std::uint32_t flags);
  void send(Core& core, broker::ChannelNo channel, const broker::BasicAck& ack);
  // The client closes its socket, or its process dies: what it wrote still goes out (CONN-3).
  void close_client_socket(Core& core);
  bool client_socket_open() const { return client_open_; }
  // True if the socket takes another frame: what was written and has not arrived at the other end
  // is less than the send buffer. If not, Client::writable() will tell.
  bool has_room() const { return send_buffer_ == 0 || to_node_.bytes() < send_buffer_; }
  // The client begins to connect: it gives up after its connect_timeout, unless is_open() comes.
  void begin_connecting(Core& core);
  void connect_over(Core& core);
  // The client's tune-ok is accepted: from now on it beats, and listens (CONN-1).
  void is_open(Core& core);

  // -- the node's end -----------------------------------------------------------------------------
  void respond(Core& core, Response&& response);
  void respond(Core& core, broker::Outgoing&& frame);
  // The node reads again after an alarm (PUB-14): what had arrived is read by now.
  void read_on(Core& core);
  // The node closes its socket; what it wrote still arrives, then the end.
  void close_node_socket(Core& core);
  // The machine has no power any more: no byte says so. What left it before still arrives.
  void power_lost(Core& core);
  // The machine is there again, and remembers nothing.
  void power_back(Core& core);
  // The node's process was killed: its sockets break. The client hears of it at once, unless its
  // link is cut.
  void process_died(Core& core, ledger::Reason reason);
  broker::ConnectionId broker_id() const { return broker_id_; }

  // -- the wire -----------------------------------------------------------------------------------
  // Both sockets break at once; what is on the wire is lost. `reason` is what the broker is told,
  // if it still runs.
  void reset(Core& core, ledger::Reason reason, bool node_runs);
  void delay(Core& core, Duration span);
  // What the cable of its owner is like has changed. `again`: what was stopped is sent again,
  // otherwise it was only kept.
  void follow_cable(Core& core, bool again);
  void arrive_at_node(Core& core);
  void arrive_at_client(Core& core);

  // -- heartbeats
  // ---------------------------------------------------------------------------------
  void client_beats(Core& core);
  void node_beats(Core& core);
  void client_listens(Core& core);
  // Bytes of a frame that is not there yet: whoever listens hears them.
  bool is_arriving_at_node(Time now) const { return to_node_.is_arriving(now); }
  // If all that this connection will ever do by itself is to exchange heartbeats in good health:
  // how many events of that are scheduled now. Otherwise nothing.
  std::optional<std::size_t> idle_events(const Core& core) const;

  // While on, frames reach the other side at once and without an account, except messages: how
  // actors are connected when they start.
  void set_direct(bool on) { direct_ = on; }

  EntityId owner() const { return owner_; }
  std::uint32_t node() const { return node_; }
  const broker::Login& login() const { return login_; }
  const Link<Request>& to_node() const { return to_node_; }
  const Link<Response>& to_client() const { return to_client_; }

 private:
  enum class NodeSocket : std::uint8_t {
    open,
    ignoring,  // the broker closed the connection and waits for the client's end
    closed,
  };

  // Where a request comes from: only those from the wire take room while they are not read.
  enum class Origin : std::uint8_t { wire, nearby };
  void carry_out(Core& core, Request& request, Origin origin);
  void shake_hands(Core& core, std::uint8_t step);
  void broker_leaves(Core& core, ledger::Reason reason);
  void lose_if_closed(Core& core);
  template <typename Load>
  void put(Core& core, Link<Load>& link, Frame<Load> sent, const Timing& latency,
           std::uint32_t flags);
  void put(Core& core, Frame<Response> sent);
  ledger::Row sent_row(Core& core, const Flying<Request>& frame) const;
  ledger::Row sent_row(Core& core, const Flying<Response>& frame) const;
  template <typename Load>
  ledger::RowNo tell_sent(Core& core, const Flying<Load>& frame, std::uint32_t flags) const;
  void tell_arrival(Core& core, const Flying<Request>& frame);
  template <typename Load>
  void lose_one(Core& core, const Flying<Load>& frame);
  template <typename Load>
  void lose(Core& core, Link<Load>& link);
  template <typename Load, typename Change>
  void change_link(Core& core, Link<Load>& link, const Change& change);
  template <typename Load>
  void follow_link(Core& core, Link<Load>& link, bool stopped, bool again);
  void beat_no_more(Core& core);
  void say_reset(Core& core);
  void tell_writable(Core& core);
  // Whether the node does not read (PUB-14); and has no place to keep these bytes.
  bool is_unread(const Core& core) const;
  bool has_no_place(const Core& core) const;
  void close_window(Core& core);
  void open_window(Core& core);
  void reschedule(Core& core);
  void reschedule(Core& core, const Link<Request>& to_node) {
    core.set(at_node_, to_node.head(), EventKind::frame_at_node, index_);
  }
  void reschedule(Core& core, const Link<Response>& to_client) {
    core.set(at_client_, to_client.head(), EventKind::frame_at_client, index_);
  }

  std::uint32_t index_;
  std::uint32_t node_;
  EntityId owner_;
  broker::ConnectionId broker_id_;
  bool client_open_ = true;
  NodeSocket node_socket_ = NodeSocket::open;
  bool direct_ = false;
  bool client_heard_ = true;
  bool forsaken_ = false;       // the node lost its power and its client does not know
  bool calling_ = false;        // the client wrote to a machine without power
  bool window_closed_ = false;  // the receive buffer is full, and the client sends nothing more
  std::uint64_t send_buffer_;
  std::uint64_t unread_ = 0;  // bytes that arrived and are not read by the node (PUB-14)
  std::uint64_t receive_buffer_;
  std::uint64_t bandwidth_;

  alignas(64) Alarm at_node_;
  Link<Request> to_node_;
  Timing latency_up_;

  alignas(64) Alarm at_client_;
  Link<Response> to_client_;
  Timing latency_down_;

  Alarm client_beat_;
  Alarm node_beat_;
  Alarm client_check_;
  Alarm connect_;
  std::uint32_t silent_checks_ = 0;
  Duration connect_timeout_;
  std::vector<Request> last_words_;  // behind what is unread: a close, the end of the stream
  broker::Login login_;
};

}  // namespace mqlab::world
