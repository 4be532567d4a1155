// SPDX-License-Identifier: MIT
// The network between one client and one node: a TCP stream each way, and the two sockets.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/broker/broker.hpp"
#include "sim/world/core.hpp"
#include "sim/world/link.hpp"

namespace mqlab::world {

// What a client writes.
struct Request {
  enum class Kind : std::uint8_t {
    handshake,  // step 0: SYN, 1: protocol header, 2: start-ok
    open,       // tune-ok and connection.open
    close,      // connection.close
    method,
    end,  // of the stream: no frame, but in order behind them
  };
  Kind kind = Kind::method;
  std::uint8_t step = 0;
  broker::ChannelNo channel = 0;
  broker::Method method;
};

// What a node writes.
struct Response {
  enum class Kind : std::uint8_t {
    handshake,  // step 0: SYN-ACK, 1: start, 2: tune
    refused,    // nobody listens
    close_ok,   // of connection.close
    frame,
    end,
  };
  Kind kind = Kind::frame;
  std::uint8_t step = 0;
  broker::Outgoing frame;
};

// Invariant: a frame that was sent stands in one of the links until its account is closed. When
// both sockets are closed, both links are empty.
class Connection {
 public:
  Connection(Core& core, std::uint32_t index, std::uint32_t node, EntityId owner,
             const AccessConfig& access);

  // -- the client's end ---------------------------------------------------------------------------
  // Writes to the socket, which must be open. `flags` go into the ledger's row. Returns the
  // transmission (a publish has one already, in the method).
  TransmissionId send(Core& core, Request request, std::uint32_t flags = 0);
  // The client closes its socket, or its process dies: what it wrote still goes out (CONN-3).
  void close_client_socket(Core& core);
  bool client_socket_open() const { return client_open_; }

  // -- the node's end -----------------------------------------------------------------------------
  void respond(Core& core, Response response);
  void respond(Core& core, broker::Outgoing frame);
  // The node closes its socket; what it wrote still arrives, then the end.
  void close_node_socket(Core& core);
  broker::ConnectionId broker_id() const { return broker_id_; }

  // -- the wire -----------------------------------------------------------------------------------
  // Both sockets break at once; what is on the wire is lost. `reason` is what the broker is told,
  // if it still runs.
  void reset(Core& core, ledger::Reason reason, bool node_runs);
  void delay(Core& core, Duration span);
  void arrive_at_node(Core& core);
  void arrive_at_client(Core& core);

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

  void carry_out(Core& core, Request request, TransmissionId transmission);
  void shake_hands(Core& core, std::uint8_t step);
  void broker_leaves(Core& core, ledger::Reason reason);
  void lose_all(Core& core);
  void lose_if_closed(Core& core);
  template <typename Load>
  void put(Core& core, Link<Load>& link, Load load, ledger::Row row, const Timing& latency);
  template <typename Load>
  void lose(Core& core, Link<Load>& link);
  template <typename Load>
  void delay_link(Core& core, Link<Load>& link, Duration span);
  void reschedule(Core& core);

  std::uint32_t index_;
  std::uint32_t node_;
  EntityId owner_;
  broker::Login login_;
  broker::ConnectionId broker_id_;
  bool client_open_ = true;
  NodeSocket node_socket_ = NodeSocket::open;
  bool direct_ = false;
  Timing latency_up_;
  Timing latency_down_;
  Link<Request> to_node_;
  Link<Response> to_client_;
  Alarm at_node_;
  Alarm at_client_;
};

}  // namespace mqlab::world
