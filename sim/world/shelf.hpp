// SPDX-License-Identifier: MIT
// A list of things that stay where they are: by index in one step, whatever is added.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace mqlab::world {

// Things are added at the end and never taken out. Their addresses stay. T may be incomplete where
// a shelf is only declared.
template <typename T>
class Shelf {
 public:
  template <typename Place, typename Value>
  class Iterator {
   public:
    explicit Iterator(Place place) : place_(place) {}
    Value& operator*() const { return **place_; }
    Iterator& operator++() { return ++place_, *this; }
    bool operator==(const Iterator&) const = default;

   private:
    Place place_;
  };
  using Things = std::vector<std::unique_ptr<T>>;

  std::size_t size() const { return things_.size(); }
  bool empty() const { return things_.empty(); }
  T& operator[](std::size_t index) { return *things_[index]; }
  const T& operator[](std::size_t index) const { return *things_[index]; }
  T& back() { return *things_.back(); }

  template <typename... Args>
  T& emplace_back(Args&&... args) {
    things_.push_back(std::make_unique<T>(std::forward<Args>(args)...));
    return *things_.back();
  }

  auto begin() { return Iterator<typename Things::iterator, T>(things_.begin()); }
  auto end() { return Iterator<typename Things::iterator, T>(things_.end()); }
  auto begin() const { return Iterator<typename Things::const_iterator, const T>(things_.begin()); }
  auto end() const { return Iterator<typename Things::const_iterator, const T>(things_.end()); }

 private:
  Things things_;
};

}  // namespace mqlab::world
