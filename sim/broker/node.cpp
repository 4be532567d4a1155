// SPDX-License-Identifier: MIT
// A node's small helpers.
#include "sim/broker/node.hpp"

namespace mqlab::broker {

std::uint64_t largest_message(const Options& options) {
  if (options.max_message_size != 0) return options.max_message_size;
  return std::uint64_t{options.version == Version::v3_10 ? 128U : 16U} << 20;
}

Node::Node(Options given, ledger::Ledger& book, Choices& chances, ledger::EntityId itself)
    : options(std::move(given)),
      largest_message(broker::largest_message(options)),
      ledger(book),
      choices(chances),
      entity(itself),
      name_choices(chances.stream(options.name + ".names")),
      wakeup_choices(chances.stream(options.name + ".wakeup")),
      route_choices(chances.stream(options.name + ".routes")),
      now(book.now()) {}

Vhost* Node::find_vhost(std::string_view name) const {
  for (const auto& vhost : vhosts) {
    if (vhost->name == name) return vhost.get();
  }
  return nullptr;
}

Queue* Node::find_queue(const Vhost& vhost, NameId name) const {
  const QueueRef found = vhost.routing.find_queue(name);
  return found == kNoRef ? nullptr : queues.find(QueueId{found});
}

std::string Node::make_name(std::string_view prefix) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  constexpr int kLength = 22;
  constexpr int kDigitsPerDraw = 10;  // of 6 bits each
  std::string name(prefix);
  std::uint64_t bits = 0;
  for (int i = 0; i < kLength; ++i) {
    if (i % kDigitsPerDraw == 0) bits = choices.bits(name_choices);
    name += kDigits[bits & 63];
    bits >>= 6;
  }
  return name;
}

}  // namespace mqlab::broker
