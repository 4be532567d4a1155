// SPDX-License-Identifier: MIT
// Memory for one Lua state that can be put back to what it was: for this folder only.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

namespace mqlab::scripting {

// Small blocks lie side by side in one piece of memory. What does not fit there, or is large, comes
// from the heap; the arena gives it back at the latest when it is put back or ends.
//
// Lua keeps all it knows in the blocks it was given. So a copy of the piece is a copy of a whole
// state, and putting the copy back, to the same addresses, is that state again.
class Arena {
 public:
  struct Image;

  Arena() = default;
  ~Arena() { drop_outer(); }
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // A block of `size` bytes, above zero; null if the heap has no more.
  void* allocate(std::size_t size);
  // The block, with the size it was asked for.
  void release(void* block, std::size_t size);
  // Its content in a block of another size. Null only if it is to grow, and the heap has no more.
  void* resize(void* block, std::size_t old_size, std::size_t new_size);

  // All blocks as they are now; nothing if some came from the heap.
  std::optional<Image> image() const;
  // All blocks as they were then, at the same addresses; those that came later are gone.
  void put_back(const Image& image);

 private:
  static constexpr std::size_t kBytes = std::size_t{1} << 20;
  static constexpr std::size_t kClasses = 44;

  struct Free {
    Free* next;
  };
  // Blocks of each class that nobody has now.
  using FreeLists = std::array<Free*, kClasses>;
  // Before each block from the heap.
  struct alignas(std::max_align_t) Outer {
    Outer* before;
    Outer* after;
  };

  static std::size_t class_of(std::size_t size);
  static std::size_t size_of(std::size_t which);
  bool is_inner(const void* block) const;
  static void* block_of(Outer* outer) { return outer + 1; }
  static Outer* outer_of(void* block) { return static_cast<Outer*>(block) - 1; }
  void drop_outer();

  std::unique_ptr<std::byte[]> bytes_{
      new std::byte[kBytes]};  // left as it is: pages are not touched
  std::size_t used_ = 0;
  FreeLists free_{};
  Outer* outer_ = nullptr;
};

struct Arena::Image {
  std::vector<std::byte> bytes;
  FreeLists free;
};

}  // namespace mqlab::scripting
