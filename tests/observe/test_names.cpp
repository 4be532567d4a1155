// SPDX-License-Identifier: MIT
// Names of messages, copies and deliveries, there and back.
#include "sim/observe/names.hpp"
#include "tests/catch.hpp"
#include "tests/observe/random_history.hpp"
#include "tests/observe/story.hpp"

using namespace mqlab;
using namespace mqlab::observe;
using story::Story;

TEST_CASE("a message, its copy and its deliveries are called by author, queue and number") {
  Story story;
  const EntityId orders = story.queue("orders");
  const EntityId shop = story.actor("shop");
  const auto worker = story.consumer("worker", orders);
  story.publish(shop, orders);
  const CopyId copy = story.publish(shop, orders);
  const auto first = story.deliver(copy, worker);
  story.requeue(copy, Reason::connection_lost);
  const auto second = story.deliver(copy, worker);
  const NameIndex names(story.view());

  CHECK(names.name(first.message) == "shop.2");
  CHECK(names.name(copy) == "shop.2@orders");
  CHECK(names.name(first.id) == "shop.2@orders/1");
  CHECK(names.name(second.id) == "shop.2@orders/2");
  CHECK(*names.find("shop.2") == Named{first.message, {}, {}});
  CHECK(*names.find("shop.2@orders") == Named{first.message, copy, {}});
  CHECK(*names.find("shop.2@orders/2") == Named{first.message, copy, second.id});
  CHECK(*names.find("shop.2@orders#1/1") == Named{first.message, copy, first.id});
}

TEST_CASE("the second copy of one message in one queue has a number of its own") {
  Story story;
  const EntityId orders = story.queue("orders");
  const EntityId waiting = story.queue("waiting");
  const EntityId shop = story.actor("shop");
  const auto worker = story.consumer("worker", orders);
  const CopyId first = story.publish(shop, orders);
  const MessageId message{1};
  story.remove(first, Reason::rejected);
  story.remove(story.enqueue(message, waiting, Reason::dead_lettered), Reason::expired);
  const CopyId again = story.enqueue(message, orders, Reason::dead_lettered);
  const auto delivery = story.deliver(again, worker);
  const NameIndex names(story.view());
  CHECK(names.name(again) == "shop.1@orders#2");
  CHECK(names.name(delivery.id) == "shop.1@orders#2/1");
  CHECK(names.find("shop.1@orders#2/1")->transmission == delivery.id);
  CHECK(names.find("shop.1@orders")->copy == first);
}

TEST_CASE("odd names are quoted and are read back") {
  Story story;
  const EntityId odd = story.queue("a/2 \"b\"@c#2");
  const EntityId shop = story.actor("web.shop@eu");
  const CopyId copy = story.publish(shop, odd);
  const NameIndex names(story.view());
  CHECK(names.name(copy) == "\"web.shop@eu\".1@\"a/2 \"\"b\"\"@c#2\"");
  CHECK(names.find(names.name(copy))->copy == copy);
}

TEST_CASE("queues of one name on two nodes are told apart") {
  Story story;
  const EntityId here = story.queue("orders");
  const EntityId node = story.ledger.new_entity(ledger::EntityKind::node, "rabbit2", EntityId{});
  const EntityId vhost = story.ledger.new_entity(ledger::EntityKind::vhost, "/", node);
  const EntityId there = story.ledger.new_entity(ledger::EntityKind::queue, "orders", vhost);
  const EntityId tenant = story.ledger.new_entity(ledger::EntityKind::vhost, "tenant", story.node);
  const EntityId own = story.ledger.new_entity(ledger::EntityKind::queue, "orders", tenant);
  const CopyId copy = story.publish(story.actor("shop"), there);
  const NameIndex names(story.view());
  CHECK(names.label(here) == "rabbit:orders");
  CHECK(names.label(there) == "rabbit2:orders");
  CHECK(names.label(own) == "rabbit/tenant:orders");
  CHECK(names.name(copy) == "shop.1@rabbit2:orders");
  CHECK(names.find("shop.1@rabbit2:orders")->copy == copy);
}

TEST_CASE("a business id finds the first message about it") {
  Story story;
  const EntityId orders = story.queue("orders");
  const EntityId shop = story.actor("shop");
  story.publish(shop, orders, "order-7");
  story.publish(shop, orders, "order-7");
  CHECK(NameIndex(story.view()).find("order-7")->message == MessageId{1});
}

TEST_CASE("a name that is not known is answered with what is near") {
  Story story;
  const EntityId orders = story.queue("orders");
  const EntityId shop = story.actor("shop");
  const auto worker = story.consumer("worker", orders);
  story.deliver(story.publish(shop, orders), worker);
  story.publish(shop, orders);
  story.send(shop, story.compose(shop));
  const NameIndex names(story.view());
  const auto error = [&](const char* name) { return names.find(name).error().text(); };
  CHECK(error("shop.9") == "no message is called 'shop.9' (shop has 3 messages: shop.1 to shop.3)");
  CHECK(error("shpo.1") == "no message is called 'shpo.1' (did you mean shop.1?)");
  CHECK(error("m7") ==
        "no message is called 'm7' (messages are called by author and number, such as shop.1)");
  CHECK(error("shop.1@order") == "shop.1 has no copy 'order' (did you mean shop.1@orders?)");
  CHECK(error("shop.1@x") == "shop.1 has no copy 'x' (it has shop.1@orders)");
  CHECK(error("shop.3@orders") == "shop.3 has no copy 'orders' (it never reached a queue)");
  CHECK(error("shop.1@orders/2") == "shop.1@orders has no delivery 2 (it was delivered 1 times)");
  CHECK(error("") ==
        "no message is called '' (messages are called by author and number, such as "
        "shop.1)");
  CHECK(NameIndex(Story().view()).find("x").error().hint == "the run has no messages");
}

TEST_CASE("in any history, every copy and delivery has a name of its own that finds it again") {
  story::RandomHistory history(3);
  for (int i = 0; i < 1500; ++i) history.step();
  const LedgerView view = history.story.view();
  const NameIndex names(view);
  std::set<std::string> seen;
  for (const Row& row : view.rows()) {
    if (row.fact == Fact::enqueued) {
      REQUIRE(seen.insert(names.name(row.copy)).second);
      REQUIRE(*names.find(names.name(row.copy)) == Named{row.message, row.copy, {}});
    } else if (row.fact == Fact::delivered) {
      REQUIRE(seen.insert(names.name(row.transmission)).second);
      REQUIRE(*names.find(names.name(row.transmission)) ==
              Named{row.message, row.copy, row.transmission});
    }
  }
  CHECK(seen.size() > 500);
}
