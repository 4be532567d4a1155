// SPDX-License-Identifier: MIT
// A message as a broker stores it: once, however many queues hold it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

#include "sim/base/inline.hpp"
#include "sim/base/names.hpp"
#include "sim/broker/body.hpp"
#include "sim/broker/counted.hpp"
#include "sim/broker/properties.hpp"
#include "sim/ledger/row.hpp"

namespace mqlab::broker {

// Immutable once published; dead lettering makes a new one with the same identity.
struct Message {
  ledger::MessageId identity;  // what it is in the ledger
  NameId exchange;             // where it was published to
  NameId routing_key;
  std::uint32_t references = 0;  // MessagePtr counts them
  Body body;
  PropertiesPtr properties;  // empty: no property is set

  const Properties& props() const;  // properties, or the empty ones
  // nullptr: none. Filled in by the broker, with the properties.
  const CopyKeys* copy_keys() const { return properties.copy_keys(); }
  LetterNotes letter() const { return properties.letter(); }
  bool persistent() const { return properties && properties->delivery_mode == 2; }

  static void destroy(Message* message);  // of a pool
};
static_assert(sizeof(Message) == 32, "millions of them wait in queues");

// A reference to a message of a pool. It may outlive the pool.
using MessagePtr = Counted<Message>;

// Where messages are kept: without a call of the allocator for each, side by side, and what was
// used last is used first. Memory that nobody needs any more goes back. Not copied or moved.
class MessagePool {
 public:
  MessagePool() = default;
  ~MessagePool();
  MessagePool(const MessagePool&) = delete;
  MessagePool& operator=(const MessagePool&) = delete;

  MQLAB_ALWAYS_INLINE MessagePtr make(Message&& message) {
    if (roomy_ == nullptr) [[unlikely]]
      add_block();
    Block& block = *roomy_;
    void* place = block.freed;
    if (place != nullptr) {
      block.freed = block.freed->next;
    } else {
      place = block.place(block.fresh++);
    }
    ++block.used;
    if (block.used == kPlaces) [[unlikely]]
      move(roomy_, full_, block);
    auto* const made = ::new (place) Message(std::move(message));
    made->references = 1;
    return MessagePtr(made);
  }

 private:
  friend struct Message;

  struct Free {
    Free* next;
  };
  // What lies at the begin of a piece of memory whose address is a multiple of kBlock; places for
  // messages follow.
  struct Block {
    MessagePool* pool = nullptr;  // nullptr: gone, and the block goes with its last message
    Free* freed = nullptr;        // places that messages left
    std::uint32_t fresh = 0;      // from this place on none was ever used
    std::uint32_t used = 0;
    // Its neighbours in the list it is in.
    Block* before = nullptr;
    Block* after = nullptr;

    void* place(std::uint32_t index) { return reinterpret_cast<Message*>(this + 1) + index; }
  };
  static constexpr std::size_t kBlock = 16384;
  // The allocator's own words fit between two blocks.
  static constexpr std::size_t kBytes = kBlock - 16;
  static constexpr std::uint32_t kPlaces =
      static_cast<std::uint32_t>((kBytes - sizeof(Block)) / sizeof(Message));

  static Block& block_of(Message* message) {
    const std::uintptr_t within = reinterpret_cast<std::uintptr_t>(message) & (kBlock - 1);
    return *reinterpret_cast<Block*>(reinterpret_cast<std::byte*>(message) - within);
  }
  static void free_block(Block& block);
  void add_block();
  static void move(Block*& from, Block*& to, Block& block);
  // The place of a message that ended.
  static void take_back(Block& block, void* place);

  Block* roomy_ = nullptr;  // the blocks with room
  Block* full_ = nullptr;
};

}  // namespace mqlab::broker
