// SPDX-License-Identifier: MIT
// An exchange: what was declared, and the table of bindings of its kind.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "sim/base/names.hpp"
#include "sim/broker/binding.hpp"
#include "sim/broker/exchange_direct.hpp"
#include "sim/broker/exchange_fanout.hpp"
#include "sim/broker/exchange_headers.hpp"
#include "sim/broker/exchange_topic.hpp"
#include "sim/broker/version.hpp"
#include "sim/ledger/row.hpp"

namespace mqlab::broker {

enum class ExchangeType : std::uint8_t { direct, fanout, topic, headers, local_random };

std::string_view word(ExchangeType type);
// The type of this name, if this version has it: x-local-random is of 4.0 (ROUTE-23).
std::optional<ExchangeType> exchange_type(Version version, std::string_view word);

struct ExchangeFlags {
  bool durable = false;
  bool auto_delete = false;
  bool internal = false;
};

struct Exchange {
  NameId name;
  ExchangeType type = ExchangeType::direct;
  ExchangeFlags flags;
  bool predeclared = false;
  ledger::EntityId entity;
  FieldTable arguments;  // as declared
  // The exchange that gets what this one matches nowhere (ROUTE-16), by argument or by policy.
  std::optional<NameId> alternate_by_argument;
  std::optional<NameId> alternate_by_policy;

  BindingList outgoing;  // this exchange is the source
  BindingList incoming;  // this exchange is the destination
  std::variant<DirectTable, FanoutTable, TopicTable, HeadersTable> table;

  std::uint64_t routed = 0;  // the last route that came through here
  bool remembered = false;   // routes that begin here have been kept (RouteMemo)

  // The argument wins over the policy.
  std::optional<NameId> alternate() const {
    return alternate_by_argument ? alternate_by_argument : alternate_by_policy;
  }
};

}  // namespace mqlab::broker
