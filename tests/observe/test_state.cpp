// SPDX-License-Identifier: MIT
// What is where: stories, and long random histories against a plain model.
#include "sim/observe/state.hpp"
#include "sim/observe/timeline.hpp"
#include "tests/catch.hpp"
#include "tests/observe/random_history.hpp"
#include "tests/observe/story.hpp"

using namespace mqlab;
using namespace mqlab::observe;
using story::RandomHistory;
using story::Story;

namespace {

std::vector<CopyId> ids(const std::vector<Copy>& copies) {
  std::vector<CopyId> found;
  for (const Copy& copy : copies) found.push_back(copy.id);
  return found;
}

}  // namespace

TEST_CASE("a requeued copy stands at its original place, not at the tail") {
  Story story;
  const EntityId orders = story.queue("orders");
  const EntityId shop = story.actor("shop");
  const auto worker = story.consumer("worker", orders);
  const CopyId one = story.publish(shop, orders);
  const CopyId two = story.publish(shop, orders);
  const CopyId three = story.publish(shop, orders);
  story.deliver(one, worker);
  story.deliver(two, worker);

  const RowNo before = story.ledger.row_count();
  story.requeue(two, Reason::nack_requeue);
  story.requeue(one, Reason::nack_requeue);

  const State then = state_after(story.view(), before);
  CHECK(ids(then.ready(orders)) == std::vector{three});
  CHECK(ids(then.unacked(orders)) == std::vector{one, two});
  CHECK(ids(then.held_by(worker.id)) == std::vector{one, two});
  const State now = state_after(story.view(), story.ledger.row_count());
  CHECK(ids(now.ready(orders)) == std::vector{one, two, three});
  CHECK(ids(now.ready(orders, 2)) == std::vector{one, two});
  CHECK(now.unacked_count(orders) == 0);
  CHECK(now.copy(one)->redelivered());
  CHECK_FALSE(now.copy(three)->redelivered());
  CHECK(now.problem_count() == 0);
}

TEST_CASE("a message is on the wire, then in the buffer, then in hand, then nowhere") {
  Story story;
  const EntityId orders = story.queue("orders");
  const EntityId shop = story.actor("shop");
  const auto worker = story.consumer("worker", orders, 10);
  const CopyId copy = story.publish(shop, orders);
  const auto delivery = story.deliver(copy, worker);

  State state = state_after(story.view(), story.ledger.row_count());
  REQUIRE(state.transmission(delivery.id) != nullptr);
  CHECK(state.transmission(delivery.id)->stage == Stage::on_wire);
  CHECK(state.transmission(delivery.id)->arrives == story.ledger.now() + milliseconds(1));
  CHECK(state.thing(worker.id).prefetch == 10);
  CHECK(state.thing(worker.id).queue == orders);

  story.pass(milliseconds(1));
  story.arrive(delivery);
  state = state_at(story.view(), story.ledger.now());
  CHECK(state.at(worker.actor, Stage::buffered).size() == 1);

  story.start(delivery);
  state = state_at(story.view(), story.ledger.now());
  CHECK(state.at(worker.actor, Stage::buffered).empty());
  CHECK(state.at(worker.actor, Stage::in_hand).size() == 1);

  story.ack(delivery);
  state = state_at(story.view(), story.ledger.now());
  CHECK(state.transmissions().empty());
  CHECK(state.copies().empty());
  CHECK(state.problem_count() == 0);
}

TEST_CASE("a confirm window holds what was sent with confirms until an ack or a nack is learned") {
  Story story;
  const EntityId shop = story.actor("shop");
  const auto first = story.compose(shop);
  const auto second = story.compose(shop);
  const auto t1 = story.send(shop, first, true);
  const auto t2 = story.send(shop, second, true);
  story.send(shop, story.compose(shop), false);
  const auto window = [&] {
    return state_after(story.view(), story.ledger.row_count()).window(shop);
  };
  REQUIRE(window().size() == 2);
  CHECK(window()[0].message == first);
  story.learn(shop, first, t1, Reason::timed_out);
  CHECK(window().size() == 2);
  story.learn(shop, first, t1, Reason::nack);
  CHECK(window().size() == 1);
  story.learn(shop, second, t2, Reason::ack);
  CHECK(window().empty());
}

TEST_CASE("nodes and actors go down and come up, and a queue that ends takes its bindings along") {
  Story story;
  const EntityId orders = story.queue("orders");
  const EntityId mails = story.queue("mails");
  const EntityId all = story.fanout("all", {orders, mails});
  story.kill(story.node);
  State state = state_after(story.view(), story.ledger.row_count());
  CHECK(state.thing(story.node).down);
  CHECK(state.bindings().size() == 2);
  CHECK(state.thing(all).bindings == 2);

  story.restart(story.node);
  story.row({.subject = orders, .fact = Fact::ended, .reason = Reason::deleted});
  state = state_after(story.view(), story.ledger.row_count());
  CHECK_FALSE(state.thing(story.node).down);
  CHECK_FALSE(state.thing(orders).alive);
  REQUIRE(state.bindings().size() == 1);
  CHECK(state.bindings()[0].destination == mails);
  story.row({.subject = all, .object = orders, .fact = Fact::unbound});
  story.row({.subject = all, .object = mails, .fact = Fact::unbound});
  state = state_after(story.view(), story.ledger.row_count());
  CHECK(state.bindings().empty());
  CHECK(state.problem_count() == 0);
}

TEST_CASE("what is read from a stream stays where it is, for whoever reads it next") {
  Story story;
  const EntityId log = story.queue("log");
  const CopyId copy = story.publish(story.actor("shop"), log);
  for (int reader = 0; reader < 2; ++reader) {
    story.row({.message = MessageId{1},
               .copy = copy,
               .transmission = story.ledger.new_transmission(),
               .subject = log,
               .flags = ledger::kRead,
               .fact = Fact::delivered});
  }
  const State state = state_after(story.view(), story.ledger.row_count());
  CHECK(state.ready_count(log) == 1);
  CHECK(state.unacked_count(log) == 0);
  CHECK_FALSE(state.copy(copy)->redelivered());
  CHECK(state.problem_count() == 0);
}

TEST_CASE("a row that contradicts the ones before it is named as a problem") {
  Story story;
  const EntityId orders = story.queue("orders");
  const EntityId shop = story.actor("shop");
  const CopyId copy = story.publish(shop, orders);
  story.remove(copy, Reason::purged);
  CHECK(state_after(story.view(), story.ledger.row_count()).problem_count() == 0);
  story.remove(copy, Reason::purged);
  story.requeue(copy, Reason::nack_requeue);
  const State state = state_after(story.view(), story.ledger.row_count());
  CHECK(state.problem_count() == 2);
  CHECK(state.problem().row == story.ledger.row_count() - 1);
  CHECK(state.problem().what == "removed, but no broker held the copy");
}

TEST_CASE("the fold of a random history is what a plain model of it says, after every step") {
  const std::uint64_t seed = GENERATE(1U, 2U, 3U, 4U, 5U);
  CAPTURE(seed);
  RandomHistory history(seed);
  State state;
  for (int i = 0; i < 1500; ++i) {
    history.step();
    const LedgerView view = history.story.view();
    while (state.row_count() < view.row_count()) {
      state.apply(view, view.row(state.row_count() + 1));
    }
    if (i % 7 == 0) REQUIRE(snapshot(view, state) == history.snapshot());
  }
  REQUIRE(snapshot(history.story.view(), state) == history.snapshot());
  CHECK(state.problem_count() == 0);
  CHECK(state.copies().size() > 50);
  CHECK(state == state_after(history.story.view(), history.story.view().row_count()));
}

TEST_CASE("seeking in any order gives the same state as folding from the start") {
  RandomHistory history(42);
  for (int i = 0; i < 3000; ++i) history.step();
  const LedgerView view = history.story.view();
  const std::size_t budget = GENERATE(std::size_t{1} << 30, std::size_t{100000}, std::size_t{1});
  Timeline timeline(view, {.budget_bytes = budget, .spacing = 64});
  story::Dice dice(7);
  for (int i = 0; i < 60; ++i) {
    const RowNo row = dice.below(view.row_count() + 10);
    REQUIRE(timeline.seek(row) == state_after(view, row));
  }
  CHECK(timeline.seek(RowNo{0}) == State{});
  CHECK(timeline.seek(view.row_count()).row_count() == view.row_count());
  CHECK((timeline.keyframe_bytes() <= budget || timeline.keyframe_count() == 1));
  if (budget == std::size_t{1} << 30) CHECK(timeline.spacing() == 64);
  if (budget == 1) CHECK(timeline.spacing() > 64);
}

TEST_CASE("a seek can be done in slices, and a time means all that happened at it") {
  RandomHistory history(5);
  for (int i = 0; i < 500; ++i) history.step();
  const LedgerView view = history.story.view();
  Timeline timeline(view);
  int slices = 1;
  while (!timeline.seek_some(view.row_count(), 100)) ++slices;
  CHECK(slices == static_cast<int>((view.row_count() + 99) / 100));
  CHECK(timeline.known() == view.row_count());
  const Time middle = view.row(view.row_count() / 2).at;
  const RowNo row = timeline.seek(middle).row_count();
  CHECK(view.row(row).at == middle);
  CHECK(view.row(row + 1).at > middle);
}

TEST_CASE("a list of copies stays sorted whatever is put in and taken out") {
  OrderedCopies list;
  std::map<std::uint64_t, bool> model;
  story::Dice dice(11);
  for (int i = 0; i < 60000; ++i) {
    // First it grows, then it shrinks; mostly a queue, sometimes from and to anywhere.
    const bool put = dice.below(100) < (i < 30000 ? 70U : 30U);
    const std::uint64_t order = dice.one_in(3) || model.empty() ? dice.below(100000)
                                : put                           ? model.rbegin()->first + 1
                                                                : model.begin()->first;
    const OrderedCopies::Entry entry{order, CopyId{static_cast<std::uint32_t>(order)}};
    if (put && model.emplace(order, true).second) list.insert(entry);
    if (!put) REQUIRE(list.erase(entry) == (model.erase(order) == 1));
    REQUIRE(list.size() == model.size());
    if (i % 5000 != 0) continue;
    auto expected = model.begin();
    list.visit([&](OrderedCopies::Entry found) {
      REQUIRE(found.order == expected->first);
      ++expected;
      return true;
    });
    REQUIRE(expected == model.end());
  }
}
