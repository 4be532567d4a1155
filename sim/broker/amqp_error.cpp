// SPDX-License-Identifier: MIT
// The wording of AMQP exceptions.
#include "sim/broker/amqp_error.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace mqlab::broker {

namespace {

AmqpError error(std::uint16_t code, std::string_view name, std::string_view text, bool connection) {
  return {code, fmt::format("{} - {}", name, text), "", connection};
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Of UTF-8: bytes that begin one.
std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

AmqpError refused(std::string_view text) {
  return error(403, "ACCESS_REFUSED", text, false);
}

AmqpError not_found_text(std::string_view text) {
  return error(404, "NOT_FOUND", text, false);
}

AmqpError resource_locked(std::string_view text) {
  return error(405, "RESOURCE_LOCKED", text, false);
}

AmqpError channel_error(std::string_view text) {
  return error(504, "CHANNEL_ERROR", text, true);
}

AmqpError not_allowed(std::string_view text) {
  return error(530, "NOT_ALLOWED", text, true);
}

AmqpError not_implemented(std::string_view text) {
  return error(540, "NOT_IMPLEMENTED", text, true);
}

constexpr std::string_view kCrash = "INTERNAL_ERROR";

std::string_view word(Permission permission) {
  switch (permission) {
    case Permission::configure:
      return "configure";
    case Permission::write:
      return "write";
    case Permission::read:
      return "read";
  }
  return "";
}

std::string_view word(Resource::Kind kind) {
  return kind == Resource::Kind::queue ? "queue" : "exchange";
}

// Whether the server has an atom of this name, so that it calls an exchange type of this name
// invalid and not unknown. It has thousands; these are the ones among words that people may try
// (3.10.8).
bool known_word(std::string_view type) {
  static constexpr std::string_view kWords[] = {
      "ack",        "all",       "amqp",        "any",          "atom",      "bad",
      "bad_type",   "badtype",   "bar",         "basic",        "bind",      "binding",
      "boolean",    "broadcast", "channel",     "classic",      "close",     "confirm",
      "connection", "consume",   "consumer",    "dead",         "declare",   "default",
      "delete",     "dlx",       "dummy",       "durable",      "empty",     "error",
      "event",      "exchange",  "false",       "federation",   "flow",      "foo",
      "get",        "hash",      "hdr",         "header",       "hello",     "int",
      "integer",    "internal",  "invalid",     "invalid_type", "key",       "kind",
      "lazy",       "list",      "local",       "log",          "map",       "match",
      "message",    "missing",   "name",        "nil",          "no",        "none",
      "normal",     "nothing",   "null",        "number",       "ok",        "open",
      "other",      "permanent", "persistent",  "plain",        "policy",    "priority",
      "publish",    "purge",     "queue",       "quorum",       "rabbit",    "random",
      "regular",    "reject",    "routing_key", "simple",       "special",   "standard",
      "stream",     "string",    "system",      "temp",         "temporary", "test",
      "time",       "timer",     "trace",       "transient",    "true",      "tx",
      "type",       "undefined", "unknown",     "unknown_type", "user",      "value",
      "void",       "world",     "yes",
  };
  if (type.empty()) return true;
  if (type.size() == 1) return type[0] >= 'a' && type[0] <= 'z' && type[0] != 'o';
  return std::binary_search(std::begin(kWords), std::end(kWords), type);
}

}  // namespace

std::string Resource::text() const {
  return fmt::format("{} '{}' in vhost '{}'", word(kind), name, vhost);
}

namespace errors {

AmqpError blame(AmqpError error, std::string_view method) {
  if (error.text != kCrash) error.method = method;
  return error;
}

std::optional<AmqpError> as_sent(Version version, AmqpError error) {
  constexpr std::size_t kMost = 255;
  constexpr std::string_view kDots = "...";
  constexpr std::size_t kKept = kMost - kDots.size();
  if (error.text.size() <= kMost) return error;
  if (version == Version::v4_0) {
    const std::string_view text = error.text;
    if (count_characters(text) <= kMost || !is_ascii(text.substr(0, kKept))) return std::nullopt;
  }
  error.text.replace(kKept, std::string::npos, kDots);
  return error;
}

AmqpError access_refused(Version version, Permission permission, Resource resource,
                         std::string_view user) {
  switch (version) {
    case Version::v3_10:
      return refused(fmt::format("access to {} refused for user '{}'", resource.text(), user));
    case Version::v4_0:
      return refused(fmt::format("{} access to {} refused for user '{}'", word(permission),
                                 resource.text(), user));
  }
  return {};
}

AmqpError login_refused() {
  return error(403, "ACCESS_REFUSED",
               "Login was refused using authentication mechanism PLAIN. For details see the "
               "broker logfile.",
               true);
}

AmqpError reserved_name(Resource::Kind kind, std::string_view name) {
  return refused(fmt::format("{} name '{}' contains reserved prefix 'amq.*'", word(kind), name));
}

AmqpError default_exchange() {
  return refused("operation not permitted on the default exchange");
}

AmqpError system_exchange(Resource exchange) {
  return refused(fmt::format("deletion of system {} not allowed", exchange.text()));
}

AmqpError internal_exchange(Resource exchange) {
  return refused(fmt::format("cannot publish to internal {}", exchange.text()));
}

AmqpError exclusive_use(Resource queue) {
  return refused(queue.text() + " in exclusive use");
}

AmqpError not_found(Resource resource) {
  return not_found_text("no " + resource.text());
}

AmqpError no_previous_queue() {
  return not_found_text("no previously declared queue");
}

AmqpError home_node_down(Resource queue, std::string_view node) {
  return not_found_text(
      fmt::format("home node '{}' of durable {} is down or inaccessible", node, queue.text()));
}

AmqpError locked(Resource queue) {
  return resource_locked(fmt::format(
      "cannot obtain exclusive access to locked {}. It could be originally declared on another "
      "connection or the exclusive property value does not match that of the original "
      "declaration.",
      queue.text()));
}

AmqpError locked_single_active(Resource queue) {
  return resource_locked(
      fmt::format("cannot obtain access to locked {}. basic.get operations are not supported by "
                  "quorum queues with single active consumer",
                  queue.text()));
}

AmqpError precondition(std::string_view text) {
  return error(406, "PRECONDITION_FAILED", text, false);
}

AmqpError inequivalent(std::string_view argument, Resource resource, std::string_view received,
                       std::string_view current) {
  return precondition(fmt::format("inequivalent arg '{}' for {}: received {} but current is {}",
                                  argument, resource.text(), received, current));
}

AmqpError invalid_argument(std::string_view argument, Resource queue, std::string_view why) {
  return precondition(fmt::format("invalid arg '{}' for {}: {}", argument, queue.text(), why));
}

AmqpError argument_of_other_type(std::string_view argument, Resource queue,
                                 std::string_view type_module) {
  return precondition(
      fmt::format("invalid arg '{}' for {} of queue type {}", argument, queue.text(), type_module));
}

AmqpError wrong_argument_type(std::string_view type, std::string_view argument, Resource resource) {
  return precondition(
      fmt::format("invalid type '{}' for arg '{}' in {}", type, argument, resource.text()));
}

AmqpError binding_key(std::string_view key) {
  return precondition(fmt::format("Non empty binding '{}' key not permitted", key));
}

AmqpError binding_without_queue() {
  return precondition("Destination not found");
}

AmqpError binding_of_type(std::string_view type_module) {
  return precondition(fmt::format("Queue type {} not valid for this exchange type", type_module));
}

AmqpError invalid_property(std::string_view property, Resource queue) {
  return precondition(fmt::format("invalid property '{}' for {}", property, queue.text()));
}

AmqpError server_named(std::string_view type_module) {
  return precondition(fmt::format("Cannot declare a server-named queue for type {}", type_module));
}

AmqpError in_use(Resource resource) {
  return precondition(resource.text() + " in use");
}

AmqpError not_empty(Resource queue) {
  return precondition(queue.text() + " not empty");
}

AmqpError unknown_delivery_tag(std::uint64_t tag) {
  return precondition(fmt::format("unknown delivery tag {}", tag));
}

AmqpError ack_timeout(std::uint16_t channel, std::int64_t timeout_ms) {
  return precondition(
      fmt::format("delivery acknowledgement on channel {} timed out. Timeout value used: {} ms. "
                  "This timeout value can be configured, see consumers doc guide to learn more",
                  channel, timeout_ms));
}

AmqpError tx_to_confirm() {
  return precondition("cannot switch from tx to confirm mode");
}

AmqpError confirm_to_tx() {
  return precondition("cannot switch from confirm to tx mode");
}

AmqpError not_transactional() {
  return precondition("channel is not transactional");
}

AmqpError partial_tx() {
  return precondition("partial tx completion");
}

AmqpError invalid_expiration(std::string_view expiration, std::string_view why) {
  return precondition(fmt::format("invalid expiration '{}': {}", expiration, why));
}

AmqpError user_id(std::string_view claimed, std::string_view actual) {
  return precondition(
      fmt::format("user_id property set to '{}' but authenticated user was '{}'", claimed, actual));
}

AmqpError invalid_message(std::string_view why) {
  return precondition(fmt::format("invalid message: {}", why));
}

AmqpError message_too_large(std::uint64_t size, std::uint64_t max, bool configured) {
  return precondition(fmt::format("message size {} is larger than {}max size {}", size,
                                  configured ? "configured " : "", max));
}

AmqpError reply_consumer_acks() {
  return precondition("reply consumer cannot acknowledge");
}

AmqpError reply_consumer_set() {
  return precondition("reply consumer already set");
}

AmqpError reply_consumer_missing() {
  return precondition("fast reply consumer does not exist");
}

AmqpError stream_without_prefetch(Version version, Resource queue) {
  switch (version) {
    case Version::v3_10:
      return precondition(fmt::format("consumer prefetch count is not set for '{}'", queue.text()));
    case Version::v4_0:
      return precondition(
          fmt::format("consumer prefetch count is not set for stream {}", queue.text()));
  }
  return {};
}

AmqpError exchange_type(Version version, std::string_view type) {
  const std::string text =
      fmt::format("{} exchange type '{}'", known_word(type) ? "invalid" : "unknown", type);
  switch (version) {
    case Version::v3_10:
      return error(503, "COMMAND_INVALID", text, true);
    case Version::v4_0:
      return precondition(text);
  }
  return {};
}

AmqpError connection_forced(std::string_view reason) {
  return error(320, "CONNECTION_FORCED", reason, true);
}

AmqpError broker_shutdown() {
  return connection_forced("broker forced connection closure with reason 'shutdown'");
}

AmqpError vhost_missing(std::string_view vhost) {
  return not_allowed(fmt::format("vhost {} not found", vhost));
}

AmqpError vhost_refused(std::string_view vhost, std::string_view user) {
  return not_allowed(fmt::format("access to vhost '{}' refused for user '{}'", vhost, user));
}

AmqpError reused_consumer_tag(std::string_view tag) {
  return not_allowed(fmt::format("attempt to reuse consumer tag '{}'", tag));
}

AmqpError too_many_channels(unsigned open, unsigned max) {
  return not_allowed(fmt::format(
      "number of channels opened ({}) has reached the negotiated channel_max ({})", open, max));
}

AmqpError channel_not_open() {
  return channel_error("expected 'channel.open'");
}

AmqpError channel_already_open() {
  return channel_error("second 'channel.open' seen");
}

AmqpError immediate() {
  return not_implemented("immediate=true");
}

AmqpError prefetch_size(std::uint32_t size) {
  return not_implemented(fmt::format("prefetch_size!=0 ({})", size));
}

AmqpError recover_without_requeue() {
  return not_implemented("requeue=false");
}

AmqpError flow_inactive() {
  return not_implemented("active=false");
}

AmqpError global_qos(Resource queue) {
  return not_implemented(queue.text() + " does not support global qos");
}

AmqpError quorum_delete(DeleteFlag flag, Resource queue) {
  const std::string_view name = flag == DeleteFlag::if_unused ? "if-unused" : "if-empty";
  return not_implemented(
      fmt::format("cannot delete {}. queue.delete operations with {} flag set are not supported "
                  "by quorum queues",
                  queue.text(), name));
}

AmqpError stream_get(Resource queue) {
  return not_implemented("basic.get not supported by stream queues " + queue.text());
}

AmqpError stream_purge(Resource queue) {
  return not_implemented("queue.purge not supported by stream queues " + queue.text());
}

AmqpError stream_no_ack(Version version, Resource queue) {
  switch (version) {
    case Version::v3_10:
      return not_implemented("automatic acknowledgement not supported by stream queues " +
                             queue.text());
    case Version::v4_0:
      return not_implemented("automatic acknowledgement not supported by stream " + queue.text());
  }
  return {};
}

AmqpError stream_nack(Resource queue) {
  return not_implemented("basic.nack and basic.reject not supported by stream queues " +
                         queue.text());
}

AmqpError crash() {
  return {541, std::string(kCrash), "", true};
}

AmqpError quorum_down(Resource queue) {
  return error(541, "INTERNAL_ERROR",
               fmt::format("Cannot get a message from queue '{}': nodedown", queue.text()), true);
}

AmqpError no_route() {
  return {312, "NO_ROUTE", "", false};
}

}  // namespace errors
}  // namespace mqlab::broker
