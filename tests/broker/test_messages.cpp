// SPDX-License-Identifier: MIT
// Where messages are kept, and what a queue keeps of their copies.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/broker/message.hpp"
#include "sim/broker/ready.hpp"
#include "tests/catch.hpp"

namespace mqlab::broker {
namespace {

MessagePtr numbered(MessagePool& pool, std::uint32_t number) {
  Message message;
  message.identity = ledger::MessageId{number};
  message.body = std::to_string(number);
  return pool.make(std::move(message));
}

bool same(const Entry& a, const Entry& b) {
  return a.message->identity == b.message->identity && a.key == b.key && a.deadline == b.deadline &&
         a.token == b.token && a.copy == b.copy && a.returns == b.returns &&
         a.failures == b.failures && a.redelivered == b.redelivered && a.from_disk == b.from_disk;
}

}  // namespace

TEST_CASE("Messages of a pool keep what they are while others come and go") {
  MessagePool pool;
  SplitMix draws(1);
  std::vector<std::pair<std::uint32_t, MessagePtr>> held;
  for (std::uint32_t number = 1; number <= 20'000; ++number) {
    held.emplace_back(number, numbered(pool, number));
    // It grows for a while, and shrinks for a while.
    const bool grows = number / 3000 % 2 == 0;
    for (int i = 0; i < (grows ? 1 : 3) && !held.empty() && draws.next() % 2 == 0; ++i) {
      const std::size_t one = draws.next() % held.size();
      std::swap(held[one], held.back());
      held.pop_back();
    }
  }
  for (const auto& [number, message] : held) {
    REQUIRE(message->identity.value == number);
    REQUIRE(message->body == std::to_string(number));
  }
}

TEST_CASE("A message outlives its pool as long as somebody holds it") {
  std::vector<MessagePtr> held;
  {
    MessagePool pool;
    for (std::uint32_t number = 0; number < 2000; ++number) {
      const MessagePtr one = numbered(pool, number);
      if (number % 500 == 0) held.push_back(one);
    }
  }
  for (std::uint32_t i = 0; i < held.size(); ++i) CHECK(held[i]->body == std::to_string(i * 500));
}

TEST_CASE("Properties are shared, with the copy keys that were read in them") {
  Properties some;
  some.type = "order";
  CopyKeys keys;
  keys.cc.push_back(NameId{7});
  PropertiesPtr one(some, keys);
  const PropertiesPtr other = one;
  one.reset();
  CHECK_FALSE(one);
  REQUIRE(other.copy_keys() != nullptr);
  CHECK(other.copy_keys()->cc == keys.cc);
  CHECK(*other == some);
  CHECK(PropertiesPtr(some).copy_keys() == nullptr);
}

TEST_CASE("A queue gives copies back as they came, whatever few or many of them have") {
  MessagePool pool;
  SplitMix draws(2);
  Ready ready(3);
  std::vector<std::vector<Entry>> expected(3);
  std::uint64_t number = 0;
  for (int step = 0; step < 20'000; ++step) {
    const std::uint64_t what = draws.next() % 100;
    const auto lane = static_cast<std::uint8_t>(draws.next() % 3);
    if (what < 50) {
      Entry entry;
      entry.message = numbered(pool, static_cast<std::uint32_t>(++number));
      entry.key = order_key(lane, number * 2);
      entry.copy = ledger::CopyId{static_cast<std::uint32_t>(number)};
      entry.from_disk = number % 5 == 0;
      // Long stretches without anything rare, then some of each kind.
      if (number / 200 % 3 == 2 && draws.next() % 4 == 0) {
        entry.deadline = Time{static_cast<std::int64_t>(number)};
        entry.token = draws.next() % 3;
        entry.returns = static_cast<std::uint16_t>(draws.next() % 3);
        entry.failures = static_cast<std::uint16_t>(draws.next() % 3);
      }
      expected[lane].push_back(entry);
      ready.push_back(std::move(entry));
    } else if (!expected[lane].empty()) {
      const Entry taken = ready.pop_lane(lane);
      REQUIRE(same(taken, expected[lane].front()));
      expected[lane].erase(expected[lane].begin());
      if (what < 65) {
        // Back to where its key says, which is now somewhere else.
        Entry back = taken;
        back.redelivered = true;
        back.token = draws.next() % 2;
        // It stays before what will come.
        back.key = std::min(back.key + draws.next() % 40 * 2 + 1, order_key(lane, number * 2 + 1));
        const auto place = std::find_if(expected[lane].begin(), expected[lane].end(),
                                        [&](const Entry& one) { return one.key > back.key; });
        const bool taken_already = place != expected[lane].begin() && (place - 1)->key == back.key;
        if (taken_already) continue;
        expected[lane].insert(place, back);
        ready.put_back(std::move(back));
      }
    }
  }
  std::vector<Entry> all;
  ready.each([&](const Entry& entry) { all.push_back(entry); });
  REQUIRE(all.size() == ready.size());
  std::size_t next = 0;
  std::uint64_t bytes = 0;
  for (const auto& lane : expected) {
    for (const Entry& entry : lane) {
      REQUIRE(same(all[next++], entry));
      bytes += entry.message->body.size();
    }
  }
  CHECK(next == all.size());
  CHECK(ready.bytes() == bytes);
}

}  // namespace mqlab::broker
