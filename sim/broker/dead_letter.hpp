// SPDX-License-Identifier: MIT
// Dead lettering: what a message looks like after its death in a queue, and the rule of cycles.
//
// A dead letter carries the history of its deaths in the header x-death, an array with a table for
// each (queue, reason), the current one first (DLX-7). The two server versions keep that list in
// different ways.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/base/names.hpp"
#include "sim/broker/message.hpp"
#include "sim/broker/version.hpp"

namespace mqlab::broker {

// The header that lists the deaths.
inline constexpr std::string_view kDeaths = "x-death";

// DLX-1
enum class DeathReason : std::uint8_t { rejected, expired, maxlen, delivery_limit };

// The word in x-death.
std::string_view word(DeathReason reason);

struct Death {
  DeathReason reason = DeathReason::rejected;
  NameId queue;                       // where it died
  NameId exchange;                    // the dead letter exchange
  std::optional<NameId> routing_key;  // x-dead-letter-routing-key, if set
  std::int64_t time_s = 0;            // wall clock of the broker, seconds
  bool from_disk = false;             // 3.10 forgets the expiration then (DLX-8)
  std::uint32_t failures = 0;         // see LetterNotes
};

// The message that is published to the dead letter exchange (DLX-5, DLX-6, DLX-7, DLX-8).
Message dead_letter(const Message& message, const Death& death, Version version, Names& names);

// True if a dead letter that died for `reason` must not enter `queue` again: it has been there and
// no client rejected it since (DLX-10, DLX-11).
bool is_dead_letter_cycle(const Message& letter, DeathReason reason, std::string_view queue,
                          Version version);

}  // namespace mqlab::broker
