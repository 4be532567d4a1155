// SPDX-License-Identifier: MIT
// Memory of a state: blocks that keep their content, and a whole that comes back as it was.
#include <algorithm>
#include <cstring>
#include <optional>
#include <vector>

#include "scripting/sandbox/arena.hpp"
#include "scripting/sandbox/sandbox.hpp"
#include "tests/catch.hpp"
#include "tests/sandbox/lab.hpp"

namespace mqlab::scripting::test {
namespace {

struct Block {
  unsigned char* bytes = nullptr;
  std::size_t size = 0;
  unsigned char mark = 0;
};

Block filled(void* memory, std::size_t size, unsigned char mark) {
  std::memset(memory, mark, size);
  return {static_cast<unsigned char*>(memory), size, mark};
}

std::size_t count_wrong(const Block& block, std::size_t size) {
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < size; ++i) wrong += block.bytes[i] != block.mark ? 1 : 0;
  return wrong;
}

// Sizes on both sides of every border between classes, and beyond the largest.
std::vector<std::size_t> sizes() {
  std::vector<std::size_t> all{1, 15, 16, 17, 32, 33, 100, 496, 511, 512, 513};
  for (std::size_t size = 512; size <= std::size_t{64} * 1024; size *= 2) {
    for (const std::size_t border : {size, size / 2 * 3}) {
      all.insert(all.end(), {border - 1, border, border + 1});
    }
  }
  return all;
}

}  // namespace

TEST_CASE("blocks of an arena keep their content, whatever is made, resized and given back") {
  Arena arena;
  std::vector<Block> blocks;
  unsigned char mark = 0;
  for (int round = 0; round < 30; ++round) {  // some megabytes: more than the piece holds
    for (const std::size_t size : sizes()) {
      blocks.push_back(filled(arena.allocate(size), size, ++mark));
    }
    for (std::size_t i = static_cast<std::size_t>(round); i < blocks.size(); i += 7) {
      Block& block = blocks[i];
      const std::size_t size = sizes()[(i * 31 + blocks.size()) % sizes().size()];
      void* const moved = arena.resize(block.bytes, block.size, size);
      block.bytes = static_cast<unsigned char*>(moved);
      CHECK(count_wrong(block, std::min(block.size, size)) == 0);
      block = filled(moved, size, block.mark);
    }
    for (std::size_t i = 0; i < blocks.size(); i += 5) {
      arena.release(blocks[i].bytes, blocks[i].size);
      blocks[i] = blocks.back();
      blocks.pop_back();
    }
  }
  std::size_t wrong = 0;
  for (const Block& block : blocks) wrong += count_wrong(block, block.size);
  CHECK(wrong == 0);
  CHECK_FALSE(arena.image());
  for (const Block& block : blocks) arena.release(block.bytes, block.size);
  CHECK(arena.image());
}

TEST_CASE("an arena that is put back has its blocks and gives the next ones at the same places") {
  Arena arena;
  const Block kept = filled(arena.allocate(100), 100, 7);
  void* const freed = arena.allocate(48);
  arena.release(freed, 48);
  const std::optional<Arena::Image> image = arena.image();
  REQUIRE(image);
  for (int round = 0; round < 3; ++round) {
    CHECK(arena.allocate(48) == freed);
    std::memset(kept.bytes, round, kept.size);
    CHECK(arena.allocate(std::size_t{1} << 20) != nullptr);
    CHECK_FALSE(arena.image());
    arena.put_back(*image);
    CHECK(count_wrong(kept, kept.size) == 0);
    CHECK(arena.image());
  }
}

TEST_CASE("a sandbox goes back to the middle of what it did") {
  Sandbox sandbox(small_limits());
  REQUIRE(run_in(sandbox,
                 "count = 1 t = {} print(t) co = coroutine.wrap(function() "
                 "while true do coroutine.yield(count) end end)")
              .printed == "table: #1\n");
  const auto snapshot = sandbox.snapshot();
  REQUIRE(snapshot != nullptr);
  const std::int64_t steps = sandbox.steps_left();
  const std::size_t memory = sandbox.memory_used();
  for (const char* between :
       {"count = 5 print({}, co(), co())", "while true do end", "string = nil _G.t = nil",
        "local s = 'x' while true do s = s .. s end", "setmetatable(_G, {__index = error})"}) {
    run_in(sandbox, between);
    sandbox.return_to(*snapshot);
    CHECK(sandbox.exhausted() == Exhaustion::none);
    CHECK(sandbox.steps_left() == steps);
    CHECK(sandbox.memory_used() == memory);
    const Ran after = run_in(sandbox, "print(t, {}, count, co(), x)");
    CHECK(after.printed == "table: #1 table: #2 1 1 nil\n");
    CHECK(after.error.empty());
    sandbox.return_to(*snapshot);
  }
}

TEST_CASE("a sandbox that holds too much has no snapshot") {
  Sandbox sandbox;
  run_in(sandbox, "kept = {} for i = 1, 50000 do kept[i] = {i} end");
  CHECK(sandbox.snapshot() == nullptr);
  run_in(sandbox, "kept = nil");
  sandbox.fresh_environment();
  CHECK(sandbox.snapshot() != nullptr);
}

}  // namespace mqlab::scripting::test
