// SPDX-License-Identifier: MIT
// What a panel draws and what takes longer to gather than a frame may last.
#pragma once

#include <functional>
#include <optional>
#include <utility>

#include "gui/model/work.hpp"

namespace mqlab::gui {

// A value for a key. Little is made at once; much on a thread of its own, one at a time, while the
// last one stands.
template <typename Key, typename T>
class Gathered {
 public:
  // Once per frame: this is what is wanted. True if another value is there than in the frame
  // before.
  bool want(const Key& key, bool little, std::function<T()> make) {
    bool fresh = false;
    if (auto made = work_.take()) {
      value_ = std::move(*made);
      of_ = coming_;
      fresh = true;
    }
    if (value_ && of_ == key) return fresh;
    if (little) {
      work_.stop();
      value_ = make();
      of_ = key;
      return true;
    }
    if (!work_.busy()) {
      coming_ = key;
      work_.start([make = std::move(make)](const std::atomic<bool>&) { return make(); });
    }
    return fresh;
  }

  // nullptr: there is none yet.
  T* value() { return value_ ? &*value_ : nullptr; }
  const T* value() const { return value_ ? &*value_ : nullptr; }
  bool busy() const { return work_.busy(); }

 private:
  std::optional<T> value_;
  std::optional<Key> of_;
  std::optional<Key> coming_;
  Work<T> work_;
};

}  // namespace mqlab::gui
