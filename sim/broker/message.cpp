// SPDX-License-Identifier: MIT
// The life of a stored message.
#include "sim/broker/message.hpp"

#include <cstring>
#include <new>

namespace mqlab::broker {

namespace {
const Properties kNoProperties;
}  // namespace

const Properties& Message::props() const {
  return properties ? *properties : kNoProperties;
}

Body::Bytes* Body::make(std::string_view text) {
  auto* const bytes = new (::operator new(sizeof(Bytes) + text.size())) Bytes;
  bytes->size = static_cast<std::uint32_t>(text.size());
  std::memcpy(bytes + 1, text.data(), text.size());
  return bytes;
}

void Body::Bytes::destroy(Bytes* bytes) {
  ::operator delete(bytes);
}

void PropertiesPtr::Block::destroy(Block* block) {
  delete block;
}

void Message::destroy(Message* message) {
  MessagePool::Block& block = MessagePool::block_of(message);
  message->~Message();
  MessagePool::take_back(block, message);
}

// -- where messages are kept
// -------------------------------------------------------------------------

MessagePool::~MessagePool() {
  for (Block* list : {roomy_, full_}) {
    while (list != nullptr) {
      Block& block = *list;
      list = block.after;
      block.pool = nullptr;
      if (block.used == 0) free_block(block);
    }
  }
}

void MessagePool::link(Block*& list, Block& block) {
  block.before = nullptr;
  block.after = list;
  if (list != nullptr) list->before = &block;
  list = &block;
}

void MessagePool::unlink(Block*& list, Block& block) {
  (block.before != nullptr ? block.before->after : list) = block.after;
  if (block.after != nullptr) block.after->before = block.before;
}

void MessagePool::free_block(Block& block) {
  ::operator delete (&block, std::align_val_t{kBlock});
}

void MessagePool::add_block() {
  auto* const block = ::new (::operator new (kBytes, std::align_val_t{kBlock})) Block;
  block->pool = this;
  link(roomy_, *block);
}

void MessagePool::is_full_now(Block& block) {
  unlink(roomy_, block);
  link(full_, block);
}

void MessagePool::has_room_again(Block& block) {
  unlink(full_, block);
  link(roomy_, block);
}

void MessagePool::take_back(Block& block, void* place) {
  block.freed = ::new (place) Free{block.freed};
  --block.used;
  if (block.pool != nullptr && block.used != kPlaces - 1 && block.used != 0) [[likely]]
    return;
  if (block.pool == nullptr) {
    if (block.used == 0) free_block(block);
  } else if (block.used == kPlaces - 1) {
    block.pool->has_room_again(block);
  } else if (block.used == 0 && (block.before != nullptr || block.after != nullptr)) {
    unlink(block.pool->roomy_, block);
    free_block(block);
  }
}

}  // namespace mqlab::broker
