// SPDX-License-Identifier: MIT
// The disk of a node: writes reach the platter in groups, one fsync after the other.
#pragma once

#include <cstdint>

namespace mqlab::world {

// Writes are named by rising tokens. A write that comes while an fsync runs waits for the next one,
// which takes all that have come by then (group commit). Whoever owns the disk provides the clock.
class Disk {
 public:
  // A write came. True: an fsync must be started now.
  bool write(std::uint64_t token) {
    written_ = token;
    if (syncing_ != 0) return false;
    syncing_ = written_;
    return true;
  }

  // The fsync is over: returns the token up to which all is on the platter.
  std::uint64_t synced() {
    const std::uint64_t done = syncing_;
    syncing_ = written_ > done ? written_ : 0;
    return done;
  }

  // After synced(): another fsync must be started now.
  bool is_busy() const { return syncing_ != 0; }

  // The node went down: nobody waits for anything any more.
  void forget() { syncing_ = written_ = 0; }

 private:
  std::uint64_t written_ = 0;  // the last write
  std::uint64_t syncing_ = 0;  // what the running fsync covers; 0: none runs
};

}  // namespace mqlab::world
