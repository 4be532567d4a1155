// SPDX-License-Identifier: MIT
// Frames on the wire and what becomes of them.
#include "sim/world/connection.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "sim/base/inline.hpp"
#include "sim/world/client.hpp"
#include "sim/world/frame_name.hpp"
#include "sim/world/frame_row.hpp"
#include "sim/world/frame_size.hpp"
#include "sim/world/node.hpp"

namespace mqlab::world {

using ledger::CauseScope;
using ledger::Fact;
using ledger::Reason;
using ledger::Row;

namespace {

const Distribution& latency_of(Core& core, std::uint32_t node, const AccessConfig& access) {
  return access.latency ? *access.latency : core.nodes[node].config().latency;
}

std::string stream_of(const Core& core, EntityId owner, std::string_view which) {
  return std::string(core.ledger.name(owner)).append(".latency").append(which);
}

}  // namespace

Connection::Connection(Core& core, std::uint32_t index, std::uint32_t node, EntityId owner,
                       const AccessConfig& access)
    : index_(index),
      node_(node),
      owner_(owner),
      send_buffer_(access.send_buffer),
      receive_buffer_(core.nodes[node].config().receive_buffer),
      bandwidth_(access.bandwidth),
      to_node_(core.wires->up),
      latency_up_{latency_of(core, node, access), core.choices.stream(stream_of(core, owner, ""))},
      to_client_(core.wires->down),
      latency_down_{latency_of(core, node, access),
                    core.choices.stream(stream_of(core, owner, ".back"))},
      connect_timeout_(access.connect_timeout) {
  login_.name = core.ledger.name(owner);
  login_.user = access.user;
  login_.password = access.password;
  login_.vhost = access.vhost;
  login_.heartbeat = access.heartbeat;
  follow_cable(core, false);
}

// -- writing
// ----------------------------------------------------------------------------------------

Row Connection::sent_row(Core& core, const Flying<Request>& frame) const {
  const bool is_publish = frame.load.kind == Request::Kind::publish;
  Row row = account(frame, Fact::sent, is_publish ? Reason::publish : Reason::method, owner_);
  row.object = core.nodes[node_].id();
  row.extra = frame.load.channel;
  return row;
}

Row Connection::sent_row(Core& core, const Flying<Response>& frame) const {
  Row row = account(frame, Fact::sent, transmission_kind(frame.load), core.nodes[node_].id());
  row.object = owner_;
  row.extra = frame.load.frame.channel;
  return row;
}

// The row of a frame that was put on the wire, if it has an account, else the present cause.
template <typename Load>
ledger::RowNo Connection::tell_sent(Core& core, const Flying<Load>& frame,
                                    std::uint32_t flags) const {
  // The order of names is the order in which frames were first sent, also of those without a row.
  const NameId name = interned_name(core, frame.load);
  if (!frame.transmission) return core.ledger.cause();
  return core.tell([&] {
    Row row = sent_row(core, frame);
    row.value = static_cast<std::uint64_t>(frame.arrives.ns);
    row.flags = flags;
    row.text = name;
    return row;
  });
}

// Onto the wire, with a row if the frame has an account.
template <typename Load>
MQLAB_ALWAYS_INLINE void Connection::put(Core& core, Link<Load>& link, Frame<Load> sent,
                                         const Timing& latency, std::uint32_t flags) {
  // Where neither a rate nor a buffer asks for it, nobody counts.
  const bool counts = link.rate() != 0 || send_buffer_ != 0;
  const std::uint64_t bytes = counts ? frame_bytes(core.ledger, sent->load) : 0;
  Flying<Load>& frame = link.push(core.now(), std::move(sent), bytes, core.sample(latency));
  frame.sent = core.is_watched() ? tell_sent(core, frame, flags) : 0;
  reschedule(core, link);
}

void Connection::send(Core& core, broker::ChannelNo channel, broker::BasicPublish&& publish,
                      std::uint32_t flags) {
  MQLAB_ASSERT(client_open_);
  if (direct_) [[unlikely]] {
    send(core, request_of(channel, std::move(publish)), flags);
    return;
  }
  Frame<Request> frame = to_node_.fresh();
  frame->transmission = publish.transmission;
  frame->message = publish.message->identity;
  frame->load.kind = Request::Kind::publish;
  frame->load.channel = channel;
  frame->load.publish = std::move(publish);
  put(core, to_node_, std::move(frame), latency_up_, flags);
}

void Connection::send(Core& core, broker::ChannelNo channel, const broker::BasicAck& ack) {
  MQLAB_ASSERT(client_open_);
  if (direct_) [[unlikely]] {
    send(core, request_of(channel, ack));
    return;
  }
  Frame<Request> frame = to_node_.fresh();
  frame->transmission = core.ledger.new_transmission();
  frame->load.kind = Request::Kind::ack;
  frame->load.channel = channel;
  frame->load.ack = ack;
  put(core, to_node_, std::move(frame), latency_up_, 0);
}

TransmissionId Connection::send(Core& core, Request&& request, std::uint32_t flags) {
  MQLAB_ASSERT(client_open_);
  if (direct_) {
    carry_out(core, request, Origin::nearby);
    return {};
  }
  Frame<Request> frame = to_node_.fresh();
  if (request.kind == Request::Kind::publish) {
    frame->transmission = request.publish.transmission;
    frame->message = request.publish.message->identity;
  } else if (has_account(request)) {
    frame->transmission = core.ledger.new_transmission();
  }
  frame->load = std::move(request);
  const TransmissionId transmission = frame->transmission;
  put(core, to_node_, std::move(frame), latency_up_, flags);
  return transmission;
}

void Connection::respond(Core& core, broker::Outgoing&& frame) {
  using Kind = broker::Outgoing::Kind;
  if (frame.kind == Kind::socket_end) {
    close_node_socket(core);
    return;
  }
  if (frame.kind == Kind::connection_close && node_socket_ == NodeSocket::open) {
    node_socket_ = NodeSocket::ignoring;
  }
  const CauseScope scope(core.ledger, frame.cause != 0 ? frame.cause : core.ledger.cause());
  Frame<Response> sent = to_client_.fresh();
  sent->load.kind = Response::Kind::frame;
  sent->load.step = 0;
  sent->load.frame = std::move(frame);
  put(core, std::move(sent));
}

void Connection::respond(Core& core, Response&& response) {
  Frame<Response> sent = to_client_.fresh();
  sent->load = std::move(response);
  put(core, std::move(sent));
}

void Connection::put(Core& core, Frame<Response> sent) {
  Response& response = sent->load;
  const bool has_message = carries_message(response);
  if (direct_ && !has_message) {
    core.clients[index_].receive(core, sent->load);
    return;
  }
  std::uint32_t flags = 0;
  if (has_message) {
    sent->transmission = response.frame.transmission;
    sent->message = response.frame.message->identity;
    sent->copy = response.frame.copy;
    flags = (response.frame.redelivered ? ledger::kRedelivered : 0) |
            (response.frame.no_ack ? ledger::kNoAck : 0);
  }
  if (!sent->transmission && has_account(response)) {
    sent->transmission = core.ledger.new_transmission();
  }
  response.frame.transmission = sent->transmission;
  put(core, to_client_, std::move(sent), latency_down_, flags);
}

// -- reading again
// ---------------------------------------------------------------------------------

bool Connection::is_unread(const Core& core) const {
  const Node& node = core.nodes[node_];
  return node.may_alarm() && broker_id_ && node.is_up() && node.broker().reading_paused(broker_id_);
}

bool Connection::has_no_place(const Core& core) const {
  if (unread_ == 0) return false;
  const std::uint64_t bytes = frame_bytes(core.ledger, to_node_.frames().front()->load);
  return unread_ + bytes > receive_buffer_ && is_unread(core);
}

void Connection::read_on(Core& core) {
  unread_ = 0;
  if (window_closed_) {
    Response window;
    window.kind = Response::Kind::window;
    respond(core, std::move(window));
  }
  for (Request& one : std::exchange(last_words_, {})) carry_out(core, one, Origin::nearby);
}

void Connection::close_window(Core& core) {
  window_closed_ = true;
  change_link(core, to_node_, [](Link<Request>& link) { link.stop(); });
  reschedule(core, to_node_);
}

void Connection::open_window(Core& core) {
  if (!std::exchange(window_closed_, false)) return;
  const Cable cable = core.cable(owner_, core.nodes[node_].id());
  change_link(core, to_node_, [&](Link<Request>& link) {
    link.send_again(core.now());
    if (cable.held || cable.cut_to_broker) link.stop();
  });
  reschedule(core, to_node_);
}

// -- sockets
// ----------------------------------------------------------------------------------------

void Connection::close_client_socket(Core& core) {
  if (!client_open_) return;
  if (node_socket_ != NodeSocket::closed) {
    Request end;
    end.kind = Request::Kind::end;
    send(core, std::move(end));
  }
  client_open_ = false;
  beat_no_more(core);
  lose_if_closed(core);
}

void Connection::close_node_socket(Core& core) {
  if (node_socket_ == NodeSocket::closed) return;
  node_socket_ = NodeSocket::closed;
  beat_no_more(core);
  core.nodes[node_].forget(broker_id_);
  broker_id_ = {};
  Response end;
  end.kind = Response::Kind::end;
  if (client_open_) respond(core, std::move(end));
  lose_if_closed(core);
}

void Connection::process_died(Core& core, Reason reason) {
  if (!client_open_ || !to_client_.stopped() || node_socket_ == NodeSocket::closed) {
    reset(core, reason, false);
    return;
  }
  broker_id_ = {};
  node_socket_ = NodeSocket::closed;
  beat_no_more(core);
  lose(core, to_client_);
  say_reset(core);
}

void Connection::power_lost(Core& core) {
  calling_ = false;
  if (node_socket_ == NodeSocket::closed) return;
  broker_id_ = {};
  node_socket_ = NodeSocket::closed;
  forsaken_ = client_open_;
  beat_no_more(core);
  open_window(core);  // Its client asks again and again whether there is room.
  while (!to_client_.empty() && (to_client_.frames().back()->departs > core.now() ||
                                 to_client_.frames().back()->arrives == Time::never())) {
    lose_one(core, *to_client_.pop_back());
  }
  reschedule(core);
  lose_if_closed(core);
}

void Connection::tell_writable(Core& core) {
  if (send_buffer_ != 0 && client_open_ && has_room()) core.clients[index_].writable(core);
}

// -- the wire
// ---------------------------------------------------------------------------------------

void Connection::reschedule(Core& core) {
  reschedule(core, to_node_);
  reschedule(core, to_client_);
}

template <typename Load>
void Connection::lose_one(Core& core, const Flying<Load>& frame) {
  if (!frame.transmission) return;
  core.row(account(frame, Fact::finished, Reason::lost_in_flight, EntityId{}));
}

template <typename Load>
void Connection::lose(Core& core, Link<Load>& link) {
  while (!link.empty()) lose_one(core, *link.pop());
}

void Connection::lose_if_closed(Core& core) {
  if (client_open_ || node_socket_ != NodeSocket::closed) return;
  lose(core, to_node_);
  lose(core, to_client_);
  reschedule(core);
}

// Carries out a change of when frames arrive, with a row for each that will come at another time.
template <typename Load, typename Change>
void Connection::change_link(Core& core, Link<Load>& link, const Change& change) {
  std::vector<Time> before;
  for (Flying<Load>* frame : link.frames()) {
    before.push_back(frame->arrives);
    if (frame->bytes == 0) link.weigh(*frame, frame_bytes(core.ledger, frame->load));
  }
  change(link);
  auto was = before.begin();
  for (const Flying<Load>* const one : link.frames()) {
    const Flying<Load>& frame = *one;
    if (const Time earlier = *was++; !frame.transmission || frame.arrives == earlier) continue;
    Row row = account(frame, Fact::delayed, Reason::none, EntityId{});
    row.value = static_cast<std::uint64_t>(frame.arrives.ns);
    core.row(row);
  }
}

void Connection::delay(Core& core, Duration span) {
  const auto change = [&](auto& link) { link.delay(span); };
  change_link(core, to_node_, change);
  change_link(core, to_client_, change);
  reschedule(core);
}

template <typename Load>
void Connection::follow_link(Core& core, Link<Load>& link, bool stopped, bool again) {
  const std::uint64_t rate = core.cable(owner_, core.nodes[node_].id()).rate.value_or(bandwidth_);
  change_link(core, link, [&](Link<Load>& changed) {
    changed.set_rate(core.now(), rate);
    if (stopped) {
      changed.stop();
    } else if (changed.stopped()) {
      if (again) {
        changed.send_again(core.now());
      } else {
        changed.go_on(core.now());
      }
    }
  });
}

void Connection::follow_cable(Core& core, bool again) {
  const Cable cable = core.cable(owner_, core.nodes[node_].id());
  follow_link(core, to_node_, cable.held || cable.cut_to_broker || window_closed_, again);
  follow_link(core, to_client_, cable.held || cable.cut_to_client, again);
  reschedule(core);
}

void Connection::arrive_at_node(Core& core) {
  Core::rang(at_node_);
  if (has_no_place(core)) return close_window(core);
  const Frame<Request> frame = to_node_.pop();
  Request& request = frame->load;
  reschedule(core, to_node_);
  core.ledger.set_cause(frame->sent);
  if (node_socket_ == NodeSocket::closed && request.kind != Request::Kind::end) {
    lose_one(core, *frame);
    calling_ = true;
    if (forsaken_ && core.nodes[node_].has_power()) say_reset(core);
    return;
  }
  if (frame->transmission) {
    if (core.is_watched()) tell_arrival(core, *frame);
    if (node_socket_ == NodeSocket::ignoring) return;
  }
  carry_out(core, request, Origin::wire);
  tell_writable(core);
}

// A frame with an account is at the node, which is not closed.
void Connection::tell_arrival(Core& core, const Flying<Request>& frame) {
  const bool is_publish = frame.load.kind == Request::Kind::publish;
  const bool ignored = node_socket_ == NodeSocket::ignoring;
  const auto tell = [&](Fact fact, Reason reason) {
    const EntityId node = core.nodes[node_].id();
    core.ledger.set_cause(core.tell([&] { return account(frame, fact, reason, node); }));
  };
  if (is_publish) tell(Fact::arrived, Reason::none);
  if (ignored || !is_publish) {
    tell(Fact::finished, ignored ? Reason::ignored_closed : Reason::applied);
  }
}

void Connection::carry_out(Core& core, Request& request, Origin origin) {
  Node& node = core.nodes[node_];
  const auto bytes = [&] {
    return origin == Origin::wire ? frame_bytes(core.ledger, request) : std::uint64_t{0};
  };
  switch (request.kind) {
    case Request::Kind::handshake:
      shake_hands(core, request.step);
      return;
    case Request::Kind::open:
      broker_id_ = node.open(core, index_);
      if (login_.heartbeat > Duration{}) {
        core.set(node_beat_, core.now() + half(login_.heartbeat), EventKind::node_beat, index_);
      }
      node.pump(core);
      return;
    case Request::Kind::close: {
      if (is_unread(core)) return last_words_.push_back(std::move(request));
      node.close(core, broker_id_);
      if (node_socket_ == NodeSocket::closed) return;
      Response response;
      response.kind = Response::Kind::close_ok;
      respond(core, std::move(response));
      close_node_socket(core);
      return;
    }
    case Request::Kind::publish:
      // A copy, so that its size is known if it is not read.
      node.handle(core, broker_id_, request.channel, broker::BasicPublish(request.publish));
      if (is_unread(core)) unread_ += bytes();
      return;
    case Request::Kind::ack:
      node.handle(core, broker_id_, request.channel, request.ack);
      if (is_unread(core)) unread_ += bytes();
      return;
    case Request::Kind::method: {
      const std::uint64_t size = bytes();
      node.handle(core, broker_id_, request.channel, std::move(*request.method));
      if (is_unread(core)) unread_ += size;
      return;
    }
    case Request::Kind::heartbeat:
      node.traffic(core, broker_id_);
      return;
    case Request::Kind::end:
      // A heartbeat that comes back unheard tells of it; without them nobody does.
      if (is_unread(core) && login_.heartbeat <= Duration{}) {
        return last_words_.push_back(std::move(request));
      }
      if (node_socket_ != NodeSocket::closed) broker_leaves(core, Reason::connection_lost);
      lose_if_closed(core);
      return;
  }
}

void Connection::arrive_at_client(Core& core) {
  Core::rang(at_client_);
  const Frame<Response> frame = to_client_.pop();
  Response& response = frame->load;
  reschedule(core, to_client_);
  core.ledger.set_cause(frame->sent);
  client_heard_ = true;
  if (response.kind == Response::Kind::window) return open_window(core);
  if (frame->transmission) {
    if (!client_open_) {
      core.row(account(*frame, Fact::finished, Reason::lost_in_flight, EntityId{}));
      return;
    }
    core.ledger.set_cause(core.tell([&] {
      const bool arrives = carries_message(response);
      Row row = account(*frame, arrives ? Fact::arrived : Fact::finished,
                        arrives ? Reason::none : Reason::received, owner_);
      if (arrives && response.frame.redelivered) row.flags = ledger::kRedelivered;
      return row;
    }));
  }
  if (client_open_) core.clients[index_].receive(core, response);
}

}  // namespace mqlab::world
