// SPDX-License-Identifier: MIT
// Sharing what nobody changes: counted references.
#pragma once

#include <utility>

#include "sim/base/inline.hpp"

namespace mqlab::broker {

// A counted reference, one pointer wide, to a thing that counts in its `references` (not thread
// safe: a world lives in one thread). When the last one goes, T::destroy(thing) ends it.
template <typename T>
class Counted {
 public:
  Counted() = default;
  // The first reference: the thing was made with a count of one.
  explicit Counted(T* made) : thing_(made) {}
  MQLAB_ALWAYS_INLINE Counted(const Counted& other) : thing_(other.thing_) {
    if (thing_ != nullptr) ++thing_->references;
  }
  Counted(Counted&& other) noexcept : thing_(std::exchange(other.thing_, nullptr)) {}
  MQLAB_ALWAYS_INLINE Counted& operator=(Counted other) noexcept {
    std::swap(thing_, other.thing_);
    return *this;
  }
  MQLAB_ALWAYS_INLINE ~Counted() {
    if (thing_ != nullptr && --thing_->references == 0) T::destroy(thing_);
  }

  explicit operator bool() const { return thing_ != nullptr; }
  const T& operator*() const { return *thing_; }
  const T* operator->() const { return thing_; }
  MQLAB_ALWAYS_INLINE void reset() { *this = Counted(); }

 private:
  T* thing_ = nullptr;
};

}  // namespace mqlab::broker
