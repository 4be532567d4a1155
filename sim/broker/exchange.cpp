// SPDX-License-Identifier: MIT
// The words for types of exchanges.
#include "sim/broker/exchange.hpp"

namespace mqlab::broker {

std::string_view word(ExchangeType type) {
  switch (type) {
    case ExchangeType::direct:
      return "direct";
    case ExchangeType::fanout:
      return "fanout";
    case ExchangeType::topic:
      return "topic";
    case ExchangeType::headers:
      return "headers";
  }
  return "";
}

std::optional<ExchangeType> exchange_type(std::string_view name) {
  for (const ExchangeType type :
       {ExchangeType::direct, ExchangeType::fanout, ExchangeType::topic, ExchangeType::headers}) {
    if (word(type) == name) return type;
  }
  return std::nullopt;
}

}  // namespace mqlab::broker
