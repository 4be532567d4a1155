// SPDX-License-Identifier: MIT
// Every AMQP exception of the broker in the server's own words (ERR-1), in one place.
//
// The functions give code, text and scope; `method` stays empty, because only the channel knows
// which method it is working on. It fills it in with blame().
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/broker/method.hpp"
#include "sim/broker/version.hpp"

namespace mqlab::broker {

// A thing that texts name: "queue 'q' in vhost '/'".
struct Resource {
  enum class Kind : std::uint8_t { queue, exchange };
  Kind kind = Kind::queue;
  std::string_view name;
  std::string_view vhost;

  static Resource queue(std::string_view name, std::string_view vhost) {
    return {Kind::queue, name, vhost};
  }
  static Resource exchange(std::string_view name, std::string_view vhost) {
    return {Kind::exchange, name, vhost};
  }
  std::string text() const;
};

// What a permission allows (PERM-1).
enum class Permission : std::uint8_t { configure, write, read };

namespace errors {

// `error` with the method it is blamed on, "queue.bind". A crash is blamed on none.
AmqpError blame(AmqpError error, std::string_view method);

// What goes to the client: a reply text has room for 255 bytes (ERR-1). 3.10 cuts it there. 4.0
// cuts to 255 characters, and fails to write what then has more bytes: nullopt.
std::optional<AmqpError> as_sent(Version version, AmqpError error);

// -- 403 ACCESS_REFUSED -------------------------------------------------------------------------
AmqpError access_refused(Version, Permission, Resource, std::string_view user);  // PERM-1
AmqpError login_refused();                                       // ERR-5, ends the connection
AmqpError reserved_name(Resource::Kind, std::string_view name);  // DECL-3
AmqpError default_exchange();                                    // ROUTE-2
AmqpError system_exchange(Resource exchange);                    // DECL-2
AmqpError internal_exchange(Resource exchange);                  // ROUTE-17
AmqpError exclusive_use(Resource queue);                         // CONS-7

// -- 404 NOT_FOUND ------------------------------------------------------------------------------
AmqpError not_found(Resource);
AmqpError no_previous_queue();                                    // DECL-10
AmqpError home_node_down(Resource queue, std::string_view node);  // CLUST-5

// -- 405 RESOURCE_LOCKED ------------------------------------------------------------------------
AmqpError locked(Resource queue);                // DECL-14
AmqpError locked_single_active(Resource queue);  // QQ-10

// -- 406 PRECONDITION_FAILED --------------------------------------------------------------------
// Any text of this code; the functions below are the ones with a fixed wording.
AmqpError precondition(std::string_view text);
// `received` and `current` in the server's words: "'2000'", "none", "the value '3' of type …".
AmqpError inequivalent(std::string_view argument, Resource, std::string_view received,
                       std::string_view current);  // DECL-5, DECL-6
AmqpError invalid_argument(std::string_view argument, Resource queue, std::string_view why);
AmqpError argument_of_other_type(std::string_view argument, Resource queue,
                                 std::string_view type_module);  // DECL-8
AmqpError wrong_argument_type(std::string_view type, std::string_view argument, Resource);
AmqpError binding_key(std::string_view key);                            // ROUTE-23
AmqpError binding_without_queue();                                      // ROUTE-23
AmqpError binding_of_type(std::string_view type_module);                // ROUTE-23
AmqpError invalid_property(std::string_view property, Resource queue);  // QQ-1
AmqpError server_named(std::string_view type_module);                   // QQ-1
AmqpError in_use(Resource);                                             // DECL-11
AmqpError not_empty(Resource queue);                                    // DECL-11
AmqpError unknown_delivery_tag(std::uint64_t tag);                      // ACK-3
AmqpError ack_timeout(std::uint16_t channel, std::int64_t timeout_ms);  // ACK-9
AmqpError tx_to_confirm();                                              // PUB-12
AmqpError confirm_to_tx();
AmqpError not_transactional();
AmqpError partial_tx();                                                           // PUB-13, PUB-21
AmqpError invalid_expiration(std::string_view expiration, std::string_view why);  // PUB-16
AmqpError user_id(std::string_view claimed, std::string_view actual);             // PUB-15
AmqpError invalid_message(std::string_view why);  // ROUTE-18, PUB-20
AmqpError message_too_large(std::uint64_t size, std::uint64_t max, bool configured);  // PUB-19
AmqpError reply_consumer_acks();                                                      // RPC-1
AmqpError reply_consumer_set();
AmqpError reply_consumer_missing();
AmqpError stream_without_prefetch(Version, Resource queue);  // STREAM-1

// -- exchange types (ERR-4): 3.10 503 and the connection ends, 4.0 406 on the channel ------------
AmqpError exchange_type(Version, std::string_view type);

// -- connection errors --------------------------------------------------------------------------
AmqpError connection_forced(std::string_view reason);                    // CONN-5
AmqpError broker_shutdown();                                             // DUR-1
AmqpError vhost_missing(std::string_view vhost);                         // 530
AmqpError vhost_refused(std::string_view vhost, std::string_view user);  // PERM-2
AmqpError reused_consumer_tag(std::string_view tag);                     // CONS-9
AmqpError too_many_channels(unsigned open, unsigned max);
AmqpError channel_not_open();  // 504
AmqpError channel_already_open();
AmqpError immediate();                        // 540, PUB-3
AmqpError prefetch_size(std::uint32_t size);  // CONS-1
AmqpError recover_without_requeue();
AmqpError flow_inactive();             // CONS-12
AmqpError global_qos(Resource queue);  // QQ-9
enum class DeleteFlag : std::uint8_t { if_unused, if_empty };
AmqpError quorum_delete(DeleteFlag, Resource queue);  // QQ-3
AmqpError stream_get(Resource queue);                 // STREAM-1
AmqpError stream_purge(Resource queue);
AmqpError stream_no_ack(Version, Resource queue);
AmqpError stream_nack(Resource queue);  // 3.10 only (STREAM-2)
AmqpError crash();                      // 541: the channel's process failed
AmqpError quorum_down(Resource queue);  // 541, CLUST-7

// -- basic.return -------------------------------------------------------------------------------
AmqpError no_route();  // 312; its text is the bare name (PUB-2)

}  // namespace errors
}  // namespace mqlab::broker
