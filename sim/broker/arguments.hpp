// SPDX-License-Identifier: MIT
// What queues, exchanges and consumers may be declared with, and what it means.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/broker/amqp_error.hpp"
#include "sim/broker/exchange.hpp"
#include "sim/broker/field.hpp"
#include "sim/broker/version.hpp"

namespace mqlab::broker {

enum class QueueType : std::uint8_t { classic, quorum, stream };
enum class Overflow : std::uint8_t { drop_head, reject_publish, reject_publish_dlx };
enum class QueueMode : std::uint8_t { normal, lazy };  // almost no difference (QUEUE-10, DLX-8)
enum class DeadLetterStrategy : std::uint8_t { at_most_once, at_least_once };

std::string_view word(QueueType type);         // "classic"
std::string_view type_module(QueueType type);  // the server's name for it, in texts
Overflow overflow_of(std::string_view name);   // "reject-publish"

// What arguments and a policy make of a queue. Times in ms, as the protocol has them.
struct QueueSettings {
  QueueType type = QueueType::classic;
  Overflow overflow = Overflow::drop_head;
  QueueMode mode = QueueMode::normal;
  DeadLetterStrategy dead_letter_strategy = DeadLetterStrategy::at_most_once;
  bool single_active_consumer = false;
  std::optional<std::uint8_t> max_priority;  // none: priorities are ignored (PRIO-1)
  std::optional<std::int64_t> message_ttl_ms;
  std::optional<std::int64_t> expires_ms;
  std::optional<std::int64_t> max_length;
  std::optional<std::int64_t> max_length_bytes;
  // Returns after which a quorum queue lets go of a message (QQ-5); none: never. 4.0 sets 20.
  std::optional<std::int64_t> delivery_limit;
  std::optional<std::string> dead_letter_exchange;
  std::optional<std::string> dead_letter_routing_key;

  bool operator==(const QueueSettings&) const = default;
};

struct QueueFlags {
  bool durable = false;  // as asked for; see is_durable
  bool exclusive = false;
  bool auto_delete = false;

  // An exclusive queue is never durable (DECL-14).
  bool is_durable() const { return durable && !exclusive; }
};

// The arguments as the server keeps them: 4.0 adds x-queue-type=classic when there is none, and
// that is what it names in its texts (DECL-5).
FieldTable kept_arguments(Version version, const FieldTable& arguments);

// Whether a queue declared with an empty name and these (kept) arguments gets a name by the server.
std::optional<AmqpError> check_server_named(const FieldTable& arguments);

// The error of declaring a new queue, in the server's order: argument types and values, arguments
// of other queue types, then what the type asks of the flags (DECL-8, QQ-1, STREAM-1). The type of
// x-dead-letter-exchange is checked before that, by check_exchange_argument.
std::optional<AmqpError> check_queue_arguments(Version version, Resource queue,
                                               const QueueFlags& flags,
                                               const FieldTable& arguments);

// The error if an argument that names an exchange is no string; called for x-dead-letter-exchange
// and alternate-exchange.
std::optional<AmqpError> check_exchange_argument(Resource resource, std::string_view argument,
                                                 const FieldTable& arguments);

// The type that arguments ask for; classic if it is not a type.
QueueType queue_type(const FieldTable& arguments);

// The arguments that queues of this type take, in the order in which a redeclaration compares them.
std::span<const std::string_view> arguments_of(Version version, QueueType type);

// What the arguments say, word by word, and what the server makes of it: 4.0's default delivery
// limit, and settings that have no effect on this type of queue taken away.
QueueSettings declared_settings(const FieldTable& arguments);
QueueSettings settle(Version version, QueueSettings declared);
// Both at once: the settings of a queue without a policy, from arguments that passed the check.
QueueSettings queue_settings(Version version, const FieldTable& arguments);

// The error of declaring an existing queue again (DECL-5), the exclusive owner apart: durable,
// auto_delete, then the arguments of its type in the server's order. `current` and `asked` are kept
// arguments.
std::optional<AmqpError> check_queue_equivalence(Version version, Resource queue, QueueType type,
                                                 const QueueFlags& current_flags,
                                                 const FieldTable& current,
                                                 const QueueFlags& asked_flags,
                                                 const FieldTable& asked);

// The same for an exchange (DECL-6): type, durable, auto_delete, internal, alternate-exchange.
std::optional<AmqpError> check_exchange_equivalence(Resource name, const Exchange& current,
                                                    ExchangeType type, ExchangeFlags flags,
                                                    const FieldTable& arguments);

// -- consumers ----------------------------------------------------------------------------------

// Where a stream consumer begins (STREAM-2).
struct StreamOffset {
  enum class Kind : std::uint8_t { first, last, next, offset, timestamp_s, age_ms };
  Kind kind = Kind::next;
  std::int64_t value = 0;  // of the last three
};

struct ConsumerSettings {
  std::int64_t priority = 0;  // x-priority (CONS-6)
  StreamOffset offset;        // of stream consumers
};

// The settings of a basic.consume on a queue of this type, or its error.
std::variant<ConsumerSettings, AmqpError> consumer_settings(Version version, Resource queue,
                                                            QueueType type,
                                                            const FieldTable& arguments);

// -- what is not simulated ----------------------------------------------------------------------

enum class ArgumentsOf : std::uint8_t { queue, exchange, consumer, binding };

// The names of arguments that the real server acts on and this one ignores, so that a run can say
// so.
std::vector<std::string> unsimulated_arguments(ArgumentsOf what, const FieldTable& arguments);

// Names that begin with x- and mean nothing to any type of queue, exchange or consumer, or to the
// match of a binding: a plugin's, or misspelt. The real server ignores them, too.
std::vector<std::string> unknown_arguments(ArgumentsOf what, const FieldTable& arguments);

// Both in words: "queue argument x-max-age".
std::vector<std::string> argument_notes(ArgumentsOf what, const FieldTable& arguments);

// -- names --------------------------------------------------------------------------------------

// A name as declare, bind, unbind and delete take it: without CR and LF (DECL-17).
std::string strip_cr_lf(std::string_view name);

// Names that only the server may give (DECL-3): "amq." and whatever follows.
bool is_reserved(std::string_view name);

}  // namespace mqlab::broker
