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

void Body::destroy() {
  ::operator delete(bytes_);
}

MessagePtr::MessagePtr(Message&& message) : message_(new Message(std::move(message))) {
  message_->references_ = 1;
}

void MessagePtr::destroy() {
  delete message_;
}

}  // namespace mqlab::broker
