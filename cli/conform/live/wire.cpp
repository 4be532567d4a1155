// SPDX-License-Identifier: MIT
// Opening, reading and ending connections with librabbitmq.
#include "cli/conform/live/wire.hpp"

#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "cli/conform/live/amqp_values.hpp"
#include "cli/conform/values.hpp"

namespace mqlab::conform {

namespace {

Error wrong(std::string what, std::string hint = "") {
  return Error{{}, std::move(what), std::move(hint)};
}

// "queue.declare-ok" from AMQP_QUEUE_DECLARE_OK_METHOD; empty for no method.
std::string method_name(amqp_method_number_t id) {
  const char* constant = id == 0 ? nullptr : amqp_method_name(id);
  if (constant == nullptr) return "";
  std::string name(constant);
  name.erase(0, std::string_view("AMQP_").size());
  name.resize(name.size() - std::string_view("_METHOD").size());
  bool first = true;
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c != '_') continue;
    c = first ? '.' : '-';
    first = false;
  }
  return name;
}

// amqp_connection_close_t and amqp_channel_close_t have the same members.
template <typename Close>
std::string blamed(const Close& close) {
  return method_name((static_cast<amqp_method_number_t>(close.class_id) << 16U) | close.method_id);
}

constexpr std::array kCapabilities{
    "publisher_confirms",          "exchange_exchange_bindings", "basic.nack",
    "consumer_cancel_notify",      "connection.blocked",         "per_consumer_qos",
    "authentication_failure_close"};

broker::FieldTable client_properties(const Step& step, const std::string& name) {
  broker::FieldTable capabilities;
  const Json changes = step.object("capabilities");
  for (const char* capability : kCapabilities) {
    capabilities.emplace_back(capability, broker::FieldValue::of(changes.value(capability, true)));
  }
  broker::FieldTable properties;
  properties.emplace_back("capabilities", broker::FieldValue::of(std::move(capabilities)));
  properties.emplace_back("connection_name", broker::FieldValue::of(std::string_view(name)));
  return properties;
}

void take_refusal(const amqp_rpc_reply_t& answer, const std::string& name, Client& client) {
  if (answer.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION &&
      answer.reply.id == AMQP_CONNECTION_CLOSE_METHOD) {
    const auto& close = *static_cast<const amqp_connection_close_t*>(answer.reply.decoded);
    client.closed(name, 0, close.reply_code, text_of(close.reply_text), blamed(close));
  }
  client.socket_end(name);
}

// What a reply without content says.
Json reply_of(const amqp_method_t& method) {
  Json reply{{"m", method_name(method.id)}};
  switch (method.id) {
    case AMQP_QUEUE_DECLARE_OK_METHOD: {
      const auto& from = *static_cast<const amqp_queue_declare_ok_t*>(method.decoded);
      reply["queue"] = text_of(from.queue);
      reply["message_count"] = from.message_count;
      reply["consumer_count"] = from.consumer_count;
      break;
    }
    case AMQP_QUEUE_PURGE_OK_METHOD:
      reply["message_count"] = static_cast<amqp_queue_purge_ok_t*>(method.decoded)->message_count;
      break;
    case AMQP_QUEUE_DELETE_OK_METHOD:
      reply["message_count"] = static_cast<amqp_queue_delete_ok_t*>(method.decoded)->message_count;
      break;
    case AMQP_BASIC_CONSUME_OK_METHOD:
      reply["consumer_tag"] =
          text_of(static_cast<amqp_basic_consume_ok_t*>(method.decoded)->consumer_tag);
      break;
    case AMQP_BASIC_CANCEL_OK_METHOD:
      reply["consumer_tag"] =
          text_of(static_cast<amqp_basic_cancel_ok_t*>(method.decoded)->consumer_tag);
      break;
    case AMQP_CHANNEL_FLOW_OK_METHOD:
      reply["active"] = static_cast<amqp_channel_flow_ok_t*>(method.decoded)->active != 0;
      break;
    default:
      break;  // the many replies that say nothing but their name
  }
  return reply;
}

}  // namespace

Result<Address> parse_address(const std::string& url) {
  std::vector<char> text(url.begin(), url.end());
  text.push_back('\0');
  amqp_connection_info info;
  if (amqp_parse_url(text.data(), &info) != AMQP_STATUS_OK || info.ssl != 0) {
    return wrong(fmt::format("\"{}\" is no address of a broker", url),
                 "an address is like amqp://guest:guest@localhost:5672/");
  }
  // An address that ends in "/" means the virtual host of that name, as everybody writes it.
  const std::string vhost = info.vhost;
  return Address{info.host, info.port, info.user, info.password, vhost.empty() ? "/" : vhost};
}

Result<std::unique_ptr<Wire>> Wire::open(const Step& step, const Address& address,
                                         const std::string& shown_name, Client& client) {
  const std::string name = step.text("conn");
  std::unique_ptr<Wire> wire(new Wire(name, amqp_new_connection()));
  amqp_socket_t* socket = amqp_tcp_socket_new(wire->state_);
  const timeval patience{5, 0};
  if (socket == nullptr || amqp_socket_open_noblock(socket, address.host.c_str(), address.port,
                                                    &patience) != AMQP_STATUS_OK) {
    return wrong(fmt::format("no broker answers at {}:{}", address.host, address.port),
                 "is it running?");
  }
  const auto or_else = [&step](const char* member, const std::string& otherwise) {
    return step.members.contains(member) ? step.text(member) : otherwise;
  };
  AmqpValues values;
  const amqp_table_t properties = values.table(client_properties(step, shown_name));
  const std::string vhost = or_else("vhost", address.vhost);
  const std::string user = or_else("user", address.user);
  const std::string password = or_else("password", address.password);
  const amqp_rpc_reply_t answer = amqp_login_with_properties(
      wire->state_, vhost.c_str(), static_cast<int>(step.number("channel_max")),
      AMQP_DEFAULT_FRAME_SIZE, static_cast<int>(step.number("heartbeat")), &properties,
      AMQP_SASL_METHOD_PLAIN, user.c_str(), password.c_str());
  if (answer.reply_type != AMQP_RESPONSE_NORMAL) {
    take_refusal(answer, name, client);
    return std::unique_ptr<Wire>();
  }
  // librabbitmq sends heartbeats by itself, unless it believes that none were agreed.
  if (step.flag("mute")) {
    amqp_tune_connection(wire->state_, amqp_get_channel_max(wire->state_),
                         amqp_get_frame_max(wire->state_), 0);
  }
  client.opened(name);
  return wire;
}

Wire::~Wire() {
  amqp_destroy_connection(state_);
}

std::string Wire::broker_version() const {
  const amqp_table_t* properties = amqp_get_server_properties(state_);
  const broker::FieldTable table = table_of(*properties);
  const broker::FieldValue* version = broker::find_field(table, "version");
  const auto* text = version == nullptr ? nullptr : std::get_if<std::string>(&version->content);
  return text == nullptr ? "" : *text;
}

int Wire::socket() const {
  return amqp_get_sockfd(state_);
}

void Wire::close() {
  amqp_connection_close(state_, AMQP_REPLY_SUCCESS);
}

void Wire::drop(bool reset) {
  // With a linger time of 0 the socket ends with a reset; otherwise with FIN.
  const linger abort{1, 0};
  if (reset) setsockopt(socket(), SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
}

void Wire::hold(bool on) {
  const int cork = on ? 1 : 0;
  setsockopt(socket(), IPPROTO_TCP, TCP_CORK, &cork, sizeof cork);
}

Wire::Read Wire::read(Client& client) {
  amqp_frame_t frame;
  const timeval now{0, 0};
  amqp_maybe_release_buffers(state_);
  const int status = amqp_simple_wait_frame_noblock(state_, &frame, &now);
  if (status == AMQP_STATUS_TIMEOUT) return Read::nothing;
  if (status != AMQP_STATUS_OK) {
    client.socket_end(name_);
    return Read::end;
  }
  const int channel = frame.channel;
  if (frame.frame_type == AMQP_FRAME_METHOD) take_method(client, channel, frame.payload.method);
  if (frame.frame_type == AMQP_FRAME_HEADER) take_header(client, channel, frame);
  if (frame.frame_type == AMQP_FRAME_BODY) {
    Content& content = contents_[channel];
    content.body += text_of(frame.payload.body_fragment);
    content.left -= frame.payload.body_fragment.len;
    if (content.left == 0) finish_content(client, channel);
  }
  return Read::frame;
}

void Wire::take_header(Client& client, int channel, const amqp_frame_t& frame) {
  Content& content = contents_[channel];
  const auto& properties =
      *static_cast<const amqp_basic_properties_t*>(frame.payload.properties.decoded);
  content.message["props"] = write_properties(properties_of(properties));
  content.left = frame.payload.properties.body_size;
  if (content.left == 0) finish_content(client, channel);
}

void Wire::finish_content(Client& client, int channel) {
  Content content = std::exchange(contents_[channel], {});
  content.message["body"] = content.body;
  if (content.method == AMQP_BASIC_DELIVER_METHOD) {
    client.deliver(name_, channel, content.consumer_tag, std::move(content.message));
  } else if (content.method == AMQP_BASIC_RETURN_METHOD) {
    client.returned(name_, channel, std::move(content.message));
  } else {
    client.reply(name_, channel, std::move(content.message));
  }
}

void Wire::take_close(Client& client, int channel, const amqp_method_t& method) {
  if (method.id == AMQP_CHANNEL_CLOSE_METHOD) {
    const auto& close = *static_cast<const amqp_channel_close_t*>(method.decoded);
    client.closed(name_, channel, close.reply_code, text_of(close.reply_text), blamed(close));
    amqp_channel_close_ok_t answer{};
    send_method(channel, AMQP_CHANNEL_CLOSE_OK_METHOD, &answer);
  } else {
    const auto& close = *static_cast<const amqp_connection_close_t*>(method.decoded);
    client.closed(name_, 0, close.reply_code, text_of(close.reply_text), blamed(close));
    amqp_connection_close_ok_t answer{};
    send_method(0, AMQP_CONNECTION_CLOSE_OK_METHOD, &answer);
  }
}

// What a message is said to be before its header and body come.
Wire::Content Wire::content_of(const amqp_method_t& method) {
  if (method.id == AMQP_BASIC_DELIVER_METHOD) {
    const auto& from = *static_cast<const amqp_basic_deliver_t*>(method.decoded);
    return {method.id, text_of(from.consumer_tag),
            Json{{"tag", from.delivery_tag},
                 {"redelivered", from.redelivered != 0},
                 {"exchange", text_of(from.exchange)},
                 {"routing_key", text_of(from.routing_key)}},
            0, ""};
  }
  if (method.id == AMQP_BASIC_RETURN_METHOD) {
    const auto& from = *static_cast<const amqp_basic_return_t*>(method.decoded);
    return {method.id, "",
            Json{{"code", from.reply_code},
                 {"text", text_of(from.reply_text)},
                 {"exchange", text_of(from.exchange)},
                 {"routing_key", text_of(from.routing_key)}},
            0, ""};
  }
  const auto& from = *static_cast<const amqp_basic_get_ok_t*>(method.decoded);
  return {method.id, "",
          Json{{"m", method_name(method.id)},
               {"tag", from.delivery_tag},
               {"redelivered", from.redelivered != 0},
               {"exchange", text_of(from.exchange)},
               {"routing_key", text_of(from.routing_key)},
               {"message_count", from.message_count}},
          0, ""};
}

void Wire::take_method(Client& client, int channel, const amqp_method_t& method) {
  switch (method.id) {
    case AMQP_CHANNEL_CLOSE_METHOD:
    case AMQP_CONNECTION_CLOSE_METHOD:
      take_close(client, channel, method);
      return;
    case AMQP_CONNECTION_BLOCKED_METHOD:
      client.blocked(name_,
                     text_of(static_cast<amqp_connection_blocked_t*>(method.decoded)->reason));
      return;
    case AMQP_CONNECTION_UNBLOCKED_METHOD:
      client.unblocked(name_);
      return;
    case AMQP_BASIC_CANCEL_METHOD:
      client.cancelled(name_, channel,
                       text_of(static_cast<amqp_basic_cancel_t*>(method.decoded)->consumer_tag));
      return;
    case AMQP_BASIC_ACK_METHOD: {
      const auto& ack = *static_cast<const amqp_basic_ack_t*>(method.decoded);
      client.confirmed(name_, channel, ack.delivery_tag, ack.multiple != 0, false);
      return;
    }
    case AMQP_BASIC_NACK_METHOD: {
      const auto& nack = *static_cast<const amqp_basic_nack_t*>(method.decoded);
      client.confirmed(name_, channel, nack.delivery_tag, nack.multiple != 0, true);
      return;
    }
    case AMQP_BASIC_DELIVER_METHOD:
    case AMQP_BASIC_RETURN_METHOD:
    case AMQP_BASIC_GET_OK_METHOD:
      contents_[channel] = content_of(method);
      return;
    default:
      client.reply(name_, channel, reply_of(method));
  }
}

}  // namespace mqlab::conform
