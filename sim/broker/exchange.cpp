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
    case ExchangeType::local_random:
      return "x-local-random";
  }
  return "";
}

std::optional<ExchangeType> exchange_type(Version version, std::string_view name) {
  if (version == Version::v4_0 && name == word(ExchangeType::local_random)) {
    return ExchangeType::local_random;
  }
  for (const ExchangeType type :
       {ExchangeType::direct, ExchangeType::fanout, ExchangeType::topic, ExchangeType::headers}) {
    if (word(type) == name) return type;
  }
  return std::nullopt;
}

}  // namespace mqlab::broker
