// SPDX-License-Identifier: MIT
// What a client library does with the frames that arrive.
#include "sim/world/client.hpp"

#include <algorithm>
#include <utility>

#include "sim/world/consumer.hpp"
#include "sim/world/node.hpp"
#include "sim/world/process.hpp"
#include "sim/world/publisher.hpp"

namespace mqlab::world {

using ledger::Fact;
using ledger::Reason;
using ledger::Row;

Row delivery_row(Fact fact, Reason reason, EntityId subject, const Delivery& delivery) {
  return delivery_row(fact, reason, subject,
                      InHand{delivery.tag, delivery.message, delivery.copy, delivery.transmission});
}

Row delivery_row(Fact fact, Reason reason, EntityId subject, const InHand& delivery) {
  Row row;
  row.fact = fact;
  row.reason = reason;
  row.subject = subject;
  row.transmission = delivery.transmission;
  row.message = delivery.message;
  row.copy = delivery.copy;
  return row;
}

namespace {

Request handshake(std::uint8_t step) {
  Request request;
  request.kind = Request::Kind::handshake;
  request.step = step;
  return request;
}

void fill(Delivery& delivery, broker::Outgoing& frame) {
  delivery.message = frame.message->identity;
  delivery.copy = frame.copy;
  delivery.transmission = frame.transmission;
  delivery.content = std::move(frame.message);
  delivery.properties = std::move(frame.properties);
  delivery.routing_key = frame.routing_key;
  delivery.consumer_tag = frame.consumer_tag;
  delivery.tag = frame.tag;
  delivery.message_count = frame.message_count;
  delivery.redelivered = frame.redelivered;
  delivery.no_ack = frame.no_ack;
}

}  // namespace

std::uint32_t Client::make(Core& core, EntityId owner, const AccessConfig& access) {
  const auto index = static_cast<std::uint32_t>(core.connections.size());
  Connection& connection =
      core.connections.emplace_back(core, index, core.thing(access.node).index, owner, access);
  core.clients.emplace_back(index, owner, core.thing(owner), connection);
  return index;
}

void Client::tell(Core& core, const News& news) {
  switch (actor_.kind) {
    case Thing::Kind::publisher:
      core.publishers[actor_.index].hear(core, news);
      return;
    case Thing::Kind::consumer:
      core.consumers[actor_.index].hear(core, news);
      return;
    case Thing::Kind::process:
      core.processes[actor_.index].hear(core, news);
      return;
    case Thing::Kind::node:
    case Thing::Kind::store:
    case Thing::Kind::none:
      MQLAB_ASSERT(false && "a client belongs to an actor");
  }
}

// -- connection
// -------------------------------------------------------------------------------------

void Client::connect(Core& core) {
  state_ = State::handshake;
  connection_.begin_connecting(core);
  connection_.send(core, handshake(0));
}

void Client::connect_at_once(Core& core) {
  state_ = State::handshake;
  const bool node_is_up = core.nodes[connection_.node()].is_up();
  if (!node_is_up) connection_.begin_connecting(core);
  connection_.send(core, node_is_up ? request_of(Request::Kind::open) : handshake(0));
}

void Client::close(Core& core) {
  if (state_ != State::open) return;
  state_ = State::closing;
  for (Channel& channel : channels_) {
    end_channel(core, channel, Reason::ignored_closed, Reason::connection_ended);
  }
  send(core, request_of(Request::Kind::close));
}

void Client::die(Core& core) {
  state_ = State::closed;
  line_.clear();
  for (Channel& channel : channels_) {
    end_channel(core, channel, Reason::died_with_client, Reason::died_with_client);
  }
  connection_.close_client_socket(core);
}

void Client::lost(Core& core, broker::AmqpError error) {
  if (state_ == State::closed) return;
  state_ = State::closed;
  blocked_.reset();
  if (error.text.empty()) error.text = "the connection is lost";
  error.connection = true;
  error_ = std::move(error);
  for (Channel& channel : channels_) {
    if (channel.state != Channel::State::closed) channel.error = error_;
    end_channel(core, channel, Reason::connection_ended, Reason::connection_ended);
  }
  News news;
  news.kind = News::Kind::lost;
  news.client = index_;
  news.error = &*error_;
  tell(core, news);
  const broker::Ring<Waiting> unwritten = std::exchange(line_, {});
  for (const Waiting& one : unwritten) {
    const ledger::CauseScope scope(core.ledger, one.cause);
    one.write(core);
  }
}

void Client::receive(Core& core, Response& response) {
  switch (response.kind) {
    case Response::Kind::handshake:
      connection_.send(core, response.step < 2
                                 ? handshake(static_cast<std::uint8_t>(response.step + 1))
                                 : request_of(Request::Kind::open));
      return;
    case Response::Kind::heartbeat:
    case Response::Kind::window:
      return;
    case Response::Kind::reset:
    case Response::Kind::refused: {
      connection_.close_client_socket(core);
      broker::AmqpError error;
      error.text = response.kind == Response::Kind::refused ? "connection refused"
                                                            : "the connection was reset";
      lost(core, std::move(error));
      return;
    }
    case Response::Kind::close_ok: {
      state_ = State::closed;
      connection_.close_client_socket(core);
      News news;
      news.kind = News::Kind::closed;
      news.client = index_;
      tell(core, news);
      return;
    }
    case Response::Kind::end:
      connection_.close_client_socket(core);
      lost(core, {});
      return;
    case Response::Kind::frame:
      receive_frame(core, std::move(response.frame));
      return;
  }
}

// -- channels
// ---------------------------------------------------------------------------------------

std::uint32_t Client::open_channel(Core& core) {
  std::size_t number = 1;
  while (number < by_number_.size() && by_number_[number] != 0) ++number;
  if (by_number_.size() <= number) by_number_.resize(number + 1);
  const auto index = static_cast<std::uint32_t>(channels_.size());
  by_number_[number] = index + 1;
  Channel channel;
  channel.number = static_cast<broker::ChannelNo>(number);
  if (state_ != State::open) {
    channel.state = Channel::State::closed;
    channel.error = error_;
  }
  channels_.emplace_back(std::move(channel));
  write(core, index, broker::ChannelOpen{});
  return index;
}

void Client::close_channel(Core& core, std::uint32_t index) {
  Channel& channel = channels_[index];
  if (channel.state != Channel::State::open) return;
  end_channel(core, channel, Reason::ignored_closed, Reason::connection_ended);
  channel.state = Channel::State::closing;
  write(core, index, broker::ChannelClose{});
}

void Client::end_channel(Core& core, Channel& channel, Reason buffered, Reason in_hand) {
  channel.state = Channel::State::closed;
  while (!channel.buffer.empty()) {
    const Delivery delivery = channel.buffer.pop_front();
    core.row(delivery_row(Fact::finished, buffered, owner_, delivery));
  }
  for (const InHand& held : channel.in_hand) {
    core.row(delivery_row(Fact::finished, in_hand, owner_, held));
  }
  channel.in_hand.clear();
}

// -- writing
// ----------------------------------------------------------------------------------------

void Client::wait_in_line(Core& core, std::function<void(Core&)> write) {
  line_.push_back(Waiting{std::move(write), core.ledger.cause()});
}

void Client::writable(Core& core) {
  while (!line_.empty() && connection_.has_room()) {
    const Waiting next = line_.pop_front();
    const ledger::CauseScope scope(core.ledger, next.cause);
    take_turn(core, next.write);
  }
}

void Client::send(Core& core, Request&& request) {
  if (!turn_ && !takes_writes()) {
    const auto held = std::make_shared<Request>(std::move(request));
    return wait_in_line(core, [index = index_, held](Core& later) {
      Client& me = later.clients[index];
      if (me.state_ != State::closed) me.send(later, std::move(*held));
    });
  }
  turn_ = false;
  connection_.send(core, std::move(request));
}

void Client::write(Core& core, std::uint32_t index, broker::Method&& method) {
  const Channel& channel = channels_[index];
  if (state_ != State::open || channel.state == Channel::State::closed) return;
  send(core, request_of(channel.number, std::move(method)));
}

void Client::write(Core& core, std::uint32_t index, const broker::BasicAck& ack) {
  const Channel* const channel = open(index);
  if (channel == nullptr) return write(core, index, broker::Method(ack));
  if (!turn_ && !takes_writes()) return send(core, request_of(channel->number, ack));
  turn_ = false;
  connection_.send(core, channel->number, ack);
}

std::uint64_t Client::publish(Core& core, std::uint32_t index, broker::BasicPublish&& publish) {
  const MessageId message = publish.message->identity;
  publish.transmission = core.ledger.new_transmission();
  const TransmissionId transmission = publish.transmission;
  Channel* const channel = open(index);
  if (channel == nullptr) {
    Row row;
    row.fact = Fact::sent;
    row.reason = Reason::publish;
    row.transmission = transmission;
    row.message = message;
    row.subject = owner_;
    row.object = core.nodes[connection_.node()].id();
    row.value = static_cast<std::uint64_t>(core.now().ns);
    row.text = core.ledger.names().intern("basic.publish");
    const ledger::CauseScope scope(core.ledger, core.row(row));
    row = Row{};
    row.fact = Fact::finished;
    row.reason = state_ == State::open ? Reason::ignored_closed : Reason::lost_in_flight;
    row.transmission = transmission;
    row.message = message;
    row.subject = owner_;
    core.row(row);
    return 0;
  }
  turn_ = false;
  connection_.send(core, channel->number, std::move(publish),
                   channel->confirms ? ledger::kConfirms : 0);
  if (!channel->confirms) return 0;
  channel->unconfirmed.push_back(Unconfirmed{channel->next_confirm, message, transmission});
  return channel->next_confirm++;
}

// -- frames
// -----------------------------------------------------------------------------------------

void Client::receive_about_connection(Core& core, broker::Outgoing&& frame) {
  using Kind = broker::Outgoing::Kind;
  News news;
  news.client = index_;
  if (frame.kind == Kind::reply && frame.reply->kind == broker::ReplyKind::connection_open_ok) {
    state_ = State::open;
    connection_.is_open(core);
    tell(core, news);
  } else if (frame.kind == Kind::connection_close) {
    connection_.close_client_socket(core);
    lost(core, std::move(*frame.error));
  } else if (state_ == State::open && frame.kind == Kind::blocked) {
    blocked_ = frame.error->text;
    news.kind = News::Kind::blocked;
    news.error = frame.error.get();
    tell(core, news);
  } else if (state_ == State::open && frame.kind == Kind::unblocked) {
    blocked_.reset();
    news.kind = News::Kind::unblocked;
    tell(core, news);
  }
}

void Client::receive_frame(Core& core, broker::Outgoing&& frame) {
  using Kind = broker::Outgoing::Kind;
  if (frame.channel == 0) {
    receive_about_connection(core, std::move(frame));
    return;
  }
  const std::uint32_t owner = frame.channel < by_number_.size() ? by_number_[frame.channel] : 0;
  if (owner == 0) return;
  if (frame.kind == Kind::deliver) return receive_delivery(core, owner - 1, frame);
  News news;
  news.client = index_;
  news.channel = owner - 1;
  Channel& channel = channels_[news.channel];
  switch (frame.kind) {
    case Kind::deliver:
    case Kind::get_ok:
      receive_delivery(core, news.channel, frame);
      return;
    case Kind::returned:
      receive_return(core, news, std::move(frame));
      return;
    case Kind::confirm:
      receive_confirm(core, channel, news, frame);
      return;
    case Kind::reply:
      receive_reply(core, channel, news, *frame.reply);
      return;
    case Kind::channel_close:
      channel_closed(core, channel, news, *frame.error);
      return;
    case Kind::cancel: {
      broker::Reply tag;
      tag.name = core.ledger.text(frame.consumer_tag);
      news.kind = News::Kind::cancelled;
      news.reply = &tag;
      tell(core, news);
      return;
    }
    case Kind::connection_close:
    case Kind::socket_end:
    case Kind::blocked:
    case Kind::unblocked:
      return;
  }
}

void Client::receive_delivery(Core& core, std::uint32_t index, broker::Outgoing& frame) {
  Channel* const channel = open(index);
  News news;
  news.client = index_;
  news.channel = index;
  if (channel != nullptr && frame.kind == broker::Outgoing::Kind::deliver) {
    fill(channel->buffer.push_back(), frame);
    news.kind = News::Kind::delivered;
    tell(core, news);
    return;
  }
  Delivery delivery;
  fill(delivery, frame);
  if (channel == nullptr) {
    core.row(delivery_row(Fact::finished, Reason::ignored_closed, owner_, delivery));
    return;
  }
  news.kind = News::Kind::got;
  news.delivery = &delivery;
  tell(core, news);
}

void Client::receive_return(Core& core, News news, broker::Outgoing&& frame) {
  Row row;
  row.fact = Fact::finished;
  row.reason = Reason::received;
  row.subject = owner_;
  row.transmission = frame.transmission;
  row.message = frame.message->identity;
  const ledger::CauseScope scope(core.ledger, core.row(row));
  Returned returned;
  returned.message = frame.message->identity;
  returned.content = std::move(frame.message);
  returned.routing_key = frame.routing_key;
  returned.code = frame.error->code;
  returned.text = frame.error->text;
  news.kind = News::Kind::returned;
  news.returned = &returned;
  tell(core, news);
}

void Client::receive_confirm(Core& core, Channel& channel, News news,
                             const broker::Outgoing& frame) {
  const auto first_after = [&](std::uint64_t number) {
    return std::upper_bound(
        channel.unconfirmed.begin(), channel.unconfirmed.end(), number,
        [](std::uint64_t n, const Unconfirmed& publish) { return n < publish.number; });
  };
  const auto end = first_after(frame.tag);
  const auto begin = frame.multiple ? channel.unconfirmed.begin() : first_after(frame.tag - 1);
  const std::vector<Unconfirmed> settled(begin, end);
  channel.unconfirmed.erase(begin, end);
  news.kind = News::Kind::confirmed;
  news.ack = !frame.nack;
  for (const Unconfirmed& publish : settled) {
    Row row;
    row.fact = Fact::learned;
    row.reason = frame.nack ? Reason::nack : Reason::ack;
    row.message = publish.message;
    row.transmission = publish.transmission;
    row.subject = owner_;
    core.row(row);
    news.publish = &publish;
    tell(core, news);
  }
}

void Client::receive_reply(Core& core, Channel& channel, News news, const broker::Reply& reply) {
  if (reply.kind == broker::ReplyKind::channel_open_ok &&
      channel.state == Channel::State::opening) {
    channel.state = Channel::State::open;
  } else if (reply.kind == broker::ReplyKind::channel_close_ok) {
    channel.state = Channel::State::closed;
    by_number_[channel.number] = 0;
  } else if (reply.kind == broker::ReplyKind::confirm_select_ok) {
    channel.confirms = true;
  }
  news.kind = News::Kind::replied;
  news.reply = &reply;
  tell(core, news);
}

void Client::channel_closed(Core& core, Channel& channel, News news,
                            const broker::AmqpError& error) {
  if (state_ == State::open) {
    send(core, request_of(channel.number, broker::Method(broker::ChannelCloseOk{})));
  }
  end_channel(core, channel, Reason::ignored_closed, Reason::connection_ended);
  by_number_[channel.number] = 0;
  channel.error = error;
  news.kind = News::Kind::channel_closed;
  news.error = &*channel.error;
  tell(core, news);
}

}  // namespace mqlab::world
