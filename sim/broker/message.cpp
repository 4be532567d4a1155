// SPDX-License-Identifier: MIT
// The life of a stored message.
#include "sim/broker/message.hpp"

#include <cstring>
#include <new>

#include "sim/base/inline.hpp"
#include "sim/base/linked.hpp"

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

MQLAB_RARELY void Body::Bytes::destroy(Bytes* bytes) {
  ::operator delete(bytes);
}

MQLAB_RARELY void PropertiesPtr::Block::destroy(Block* block) {
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

MQLAB_RARELY void MessagePool::free_block(Block& block) {
  ::operator delete (&block, std::align_val_t{kBlock});
}

MQLAB_RARELY void MessagePool::add_block() {
  auto* const block = ::new (::operator new (kBytes, std::align_val_t{kBlock})) Block;
  block->pool = this;
  link_first(roomy_, *block);
}

MQLAB_RARELY void MessagePool::move(Block*& from, Block*& to, Block& block) {
  unlink(from, block);
  link_first(to, block);
}

void MessagePool::take_back(Block& block, void* place) {
  block.freed = ::new (place) Free{block.freed};
  --block.used;
  if (block.pool == nullptr) {
    if (block.used == 0) free_block(block);
  } else if (block.used == kPlaces - 1) {
    move(block.pool->full_, block.pool->roomy_, block);
  } else if (block.used == 0 && (block.before != nullptr || block.after != nullptr)) {
    unlink(block.pool->roomy_, block);
    free_block(block);
  }
}

}  // namespace mqlab::broker
