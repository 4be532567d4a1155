// SPDX-License-Identifier: MIT
// The heap of deadlines.
#include "sim/broker/timers.hpp"

#include <algorithm>
#include <tuple>

namespace mqlab::broker {
namespace {

bool later(const Timers::Item& a, const Timers::Item& b) {
  return std::tie(a.at, a.number) > std::tie(b.at, b.number);
}

}  // namespace

void Timers::set(Timer& timer, Time due, TimerKind kind, std::uint32_t owner) {
  timer.due = due;
  if (due >= timer.armed) return;
  timer.armed = due;
  push({due, 0, kind, owner});
}

void Timers::push(Item item) {
  item.number = ++numbers_;
  heap_.push_back(item);
  std::push_heap(heap_.begin(), heap_.end(), later);
}

Timers::Item Timers::take() {
  std::pop_heap(heap_.begin(), heap_.end(), later);
  const Item item = heap_.back();
  heap_.pop_back();
  return item;
}

bool Timers::only(TimerKind kind) const {
  return std::all_of(heap_.begin(), heap_.end(),
                     [kind](const Item& item) { return item.kind == kind; });
}

bool Timers::rings(Timer& timer, const Item& item) {
  if (timer.armed != item.at) return false;  // a newer item stands for it
  timer.armed = Time::never();
  if (timer.due == item.at) {
    timer.due = Time::never();
    return true;
  }
  if (timer.due != Time::never()) {
    timer.armed = timer.due;
    push({timer.due, 0, item.kind, item.owner});
  }
  return false;
}

}  // namespace mqlab::broker
