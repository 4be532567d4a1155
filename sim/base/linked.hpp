// SPDX-License-Identifier: MIT
// Lists of things that know their neighbours themselves, in members `before` and `after`.
#pragma once

namespace mqlab {

// Makes `thing`, which is in no list, the first of `list`.
template <typename T>
void link_first(T*& list, T& thing) {
  thing.before = nullptr;
  thing.after = list;
  if (list != nullptr) list->before = &thing;
  list = &thing;
}

// Takes `thing` out of `list`, where it is.
template <typename T>
void unlink(T*& list, T& thing) {
  (thing.before != nullptr ? thing.before->after : list) = thing.after;
  if (thing.after != nullptr) thing.after->before = thing.before;
}

}  // namespace mqlab
