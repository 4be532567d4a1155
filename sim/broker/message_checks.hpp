// SPDX-License-Identifier: MIT
// What the broker reads out of a published message's properties, and refuses in them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sim/base/names.hpp"
#include "sim/broker/amqp_error.hpp"
#include "sim/broker/message.hpp"
#include "sim/broker/version.hpp"

namespace mqlab::broker {

// The longest TTL or expiry that is accepted, in ms: ten years.
inline constexpr std::int64_t kLongestExpiry = 315'360'000'000;

// The error of a publish with these properties by `user` (PUB-15, PUB-16, PUB-20, ROUTE-18). In the
// server's order: 3.10 user-id, expiration, CC and BCC, delivery mode; 4.0 expiration, CC and BCC,
// user-id. Before that come: message size, write permission, the exchange's existence, internal,
// and the direct reply-to.
std::optional<AmqpError> check_properties(Version version, const Properties& properties,
                                          std::string_view user);

// The expiration property in ms, if it is set; it must have passed check_properties (PUB-16).
std::optional<std::int64_t> expiration_ms(const Properties& properties);

// Fills `keys` with the keys by which a message is routed: its own, then CC's, then BCC's members
// that are strings (ROUTE-18).
void routing_keys(NameId key, const Properties& properties, Names& names,
                  std::vector<NameId>& keys);

// The keys by which a message as stored is routed: its own, then CC's, then BCC's. They may lie in
// `scratch`.
std::span<const NameId> key_and_copies(NameId key, const CopyKeys& more,
                                       std::vector<NameId>& scratch);
inline std::span<const NameId> keys_to_route(const Message& message, std::vector<NameId>& scratch) {
  const CopyKeys* const more = message.copy_keys();
  if (more == nullptr) return {&message.routing_key, 1};
  return key_and_copies(message.routing_key, *more, scratch);
}

// The properties as they are stored: without the BCC header. An empty table of headers stays.
Properties without_bcc(Properties properties);

// These properties instead of the message's own, with its copy keys.
PropertiesPtr with_keys_of(const Message& message, Properties properties, LetterNotes letter);
// The message with these properties instead of its own. What the broker keeps with them stays.
MessagePtr with_properties(MessagePool& pool, const Message& message, Properties properties);

}  // namespace mqlab::broker
