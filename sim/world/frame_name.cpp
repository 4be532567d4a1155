// SPDX-License-Identifier: MIT
// The names of frames as AMQP and TCP write them.
#include "sim/world/frame_name.hpp"

#include <array>
#include <optional>

namespace mqlab::world {

namespace {

constexpr std::array<std::string_view, 3> kHandshakeUp{"tcp.syn", "amqp.header",
                                                       "connection.start-ok"};
constexpr std::array<std::string_view, 3> kHandshakeDown{"tcp.syn-ack", "connection.start",
                                                         "connection.tune"};

std::string_view name_of(const broker::Outgoing& frame) {
  using Kind = broker::Outgoing::Kind;
  switch (frame.kind) {
    case Kind::deliver:
      return "basic.deliver";
    case Kind::get_ok:
      return "basic.get-ok";
    case Kind::returned:
      return "basic.return";
    case Kind::confirm:
      return frame.nack ? "basic.nack" : "basic.ack";
    case Kind::reply:
      return broker::reply_name(frame.reply->kind);
    case Kind::channel_close:
      return "channel.close";
    case Kind::connection_close:
      return "connection.close";
    case Kind::socket_end:
      return "";
    case Kind::cancel:
      return "basic.cancel";
    case Kind::blocked:
      return "connection.blocked";
    case Kind::unblocked:
      return "connection.unblocked";
  }
  MQLAB_ASSERT(false && "every kind of frame has a name");
}

}  // namespace

std::string_view frame_name(const Request& request) {
  switch (request.kind) {
    case Request::Kind::handshake:
      return kHandshakeUp[request.step];
    case Request::Kind::open:
      return "connection.open";
    case Request::Kind::close:
      return "connection.close";
    case Request::Kind::publish:
      return "basic.publish";
    case Request::Kind::ack:
      return "basic.ack";
    case Request::Kind::method:
      return broker::method_name(*request.method);
    case Request::Kind::heartbeat:
      return "heartbeat";
    case Request::Kind::end:
      return "";
  }
  MQLAB_ASSERT(false && "every kind of request has a name");
}

std::string_view frame_name(const Response& response) {
  switch (response.kind) {
    case Response::Kind::handshake:
      return kHandshakeDown[response.step];
    case Response::Kind::refused:
    case Response::Kind::reset:
      return "tcp.rst";
    case Response::Kind::close_ok:
      return "connection.close-ok";
    case Response::Kind::frame:
      return name_of(response.frame);
    case Response::Kind::heartbeat:
      return "heartbeat";
    case Response::Kind::window:
    case Response::Kind::end:
      return "";
  }
  MQLAB_ASSERT(false && "every kind of response has a name");
}

namespace {

// Which of Core::frame_names a frame has; none: it is looked up each time.
std::optional<std::size_t> usual(const Request& request) {
  if (request.kind == Request::Kind::publish) return 0;
  if (request.kind == Request::Kind::ack) return 1;
  return std::nullopt;
}
std::optional<std::size_t> usual(const Response& response) {
  using Kind = broker::Outgoing::Kind;
  if (response.kind == Response::Kind::frame && response.frame.kind == Kind::deliver) return 2;
  return std::nullopt;
}

template <typename Load>
NameId name_in(Core& core, const Load& load) {
  const std::optional<std::size_t> place = usual(load);
  if (!place) return core.ledger.names().intern(frame_name(load));
  NameId& name = core.frame_names[*place];
  if (!name) name = core.ledger.names().intern(frame_name(load));
  return name;
}

}  // namespace

NameId interned_name(Core& core, const Request& request) {
  return name_in(core, request);
}

NameId interned_name(Core& core, const Response& response) {
  return name_in(core, response);
}

}  // namespace mqlab::world
