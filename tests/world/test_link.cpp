// SPDX-License-Identifier: MIT
// The parts below: a stream keeps its order, a disk commits in groups.
#include "sim/world/disk.hpp"
#include "sim/world/link.hpp"
#include "tests/catch.hpp"

namespace mqlab::world {

namespace {

void push(Link<int>& link, int load, Time now, Duration latency) {
  Frame<int> frame = link.fresh();
  frame->load = load;
  link.push(now, std::move(frame), 0, latency);
}

}  // namespace

TEST_CASE("A fast frame does not overtake a slow one") {
  FramePool<int> pool;
  Link<int> link(pool);
  push(link, 1, Time{}, milliseconds(10));
  push(link, 2, Time{} + milliseconds(1), milliseconds(1));
  push(link, 3, Time{} + milliseconds(2), milliseconds(20));
  CHECK(link.head() == Time{} + milliseconds(10));
  CHECK(link.pop()->load == 1);
  CHECK(link.head() == Time{} + milliseconds(10));
  CHECK(link.pop()->load == 2);
  CHECK(link.pop()->arrives == Time{} + milliseconds(22));
  CHECK(link.head() == Time::never());
}

TEST_CASE("What is sent behind delayed frames is late too") {
  FramePool<int> pool;
  Link<int> link(pool);
  push(link, 1, Time{}, milliseconds(10));
  link.delay(milliseconds(100));
  push(link, 2, Time{} + milliseconds(5), milliseconds(10));
  CHECK(link.pop()->arrives == Time{} + milliseconds(110));
  CHECK(link.pop()->arrives == Time{} + milliseconds(110));
}

TEST_CASE("One fsync at a time; the next takes all that came meanwhile") {
  Disk disk;
  CHECK(disk.write(1));
  CHECK_FALSE(disk.write(2));
  CHECK_FALSE(disk.write(3));
  CHECK(disk.synced() == 1);
  CHECK(disk.is_busy());
  CHECK(disk.synced() == 3);
  CHECK_FALSE(disk.is_busy());
  CHECK(disk.write(4));
  disk.forget();
  CHECK_FALSE(disk.is_busy());
  CHECK(disk.write(1));
}

}  // namespace mqlab::world
