// SPDX-License-Identifier: MIT
// The life of a stored message.
#include "sim/broker/message.hpp"

namespace mqlab::broker {

namespace {
const Properties kNoProperties;
}  // namespace

const Properties& Message::props() const {
  return properties ? *properties : kNoProperties;
}

MessagePtr::MessagePtr(Message&& message) : message_(new Message(std::move(message))) {
  message_->references_ = 1;
}

void MessagePtr::release() {
  if (message_ != nullptr && --message_->references_ == 0) delete message_;
}

}  // namespace mqlab::broker
