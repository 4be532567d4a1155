// SPDX-License-Identifier: MIT
// The life of a message as text.
#include "sim/observe/row_text.hpp"
#include "sim/observe/why.hpp"
#include "tests/catch.hpp"
#include "tests/observe/random_history.hpp"
#include "tests/observe/story.hpp"

using namespace mqlab;
using namespace mqlab::observe;
using story::Story;

namespace {

std::string verdict(const Story& story, std::string_view name) {
  Books books;
  books.extend(story.view());
  return why(NameIndex(story.view()), books, name)->verdict;
}

}  // namespace

TEST_CASE("the life of a duplicate is told line by line, and the verdict says where it came from") {
  Story story;
  const EntityId orders = story.queue("orders");
  const EntityId shop = story.actor("shop");
  const auto worker = story.consumer("worker", orders, 1);
  const CopyId copy = story.publish(shop, orders);
  const auto first = story.deliver(copy, worker);
  story.pass(milliseconds(1));
  story.arrive(first);
  story.start(first);
  story.effect(first);
  const RowNo crash = story.kill(worker.actor);
  story.end(first.id, first.message, copy, worker.actor, Reason::died_with_client, crash);
  const RowNo lost = story.row({.cause = crash,
                                .subject = worker.id,
                                .fact = Fact::ended,
                                .reason = Reason::connection_lost});
  story.requeue(copy, Reason::connection_lost, lost);
  story.restart(worker.actor);
  story.handle(copy, worker);
  Books books;
  books.extend(story.view());
  const NameIndex names(story.view());
  CHECK(
      why(names, books, "shop.1")->text(names) ==
      "     #            t  actor      what       message            where                  why\n"
      "   #10    0.000000s  shop       composed   shop.1             -\n"
      "   #11    0.000000s  shop       sent       shop.1             shop -> rabbit         "
      "publish, arrives 1ms\n"
      "   #12    0.001000s  rabbit     arrived    shop.1             at rabbit\n"
      "   #13    0.001000s  rabbit     published  shop.1             (default)              key "
      "key\n"
      "   #14    0.001000s  rabbit     routed     shop.1             (default)              to 1 "
      "queue  <- #13\n"
      "   #15    0.001000s  rabbit     enqueued   shop.1@orders      orders                 "
      "published  <- #13\n"
      "   #16    0.001000s  rabbit     finished   shop.1             -                      "
      "accepted  <- #13\n"
      "   #17    0.001000s  rabbit     delivered  shop.1@orders/1    orders -> worker       tag 1\n"
      "   #18    0.001000s  rabbit     sent       shop.1@orders/1    rabbit -> worker       "
      "deliver, arrives 2ms  <- #17\n"
      "   #19    0.002000s  worker     arrived    shop.1@orders/1    at worker\n"
      "   #20    0.002000s  worker     started    shop.1@orders/1    in worker's hands\n"
      "   #21    0.002000s  worker     effect     shop.1             handled\n"
      "   #22    0.002000s  worker     down       -                  -                      "
      "killed\n"
      "   #23    0.002000s  worker     finished   shop.1@orders/1    -                      "
      "died-with-client  <- #22\n"
      "   #24    0.002000s  rabbit     ended      -                  subscription worker    "
      "connection-lost  <- #22\n"
      "   #25    0.002000s  rabbit     requeued   shop.1@orders      orders                 "
      "connection-lost  <- #24\n"
      "   #27    0.002000s  rabbit     delivered  shop.1@orders/2    orders -> worker       "
      "redelivered, tag 2\n"
      "   #28    0.002000s  rabbit     sent       shop.1@orders/2    rabbit -> worker       "
      "deliver, arrives 3ms  <- #27\n"
      "   #29    0.003000s  worker     arrived    shop.1@orders/2    at worker\n"
      "   #30    0.003000s  worker     started    shop.1@orders/2    in worker's hands\n"
      "   #31    0.004000s  worker     effect     shop.1             handled\n"
      "   #32    0.004000s  rabbit     removed    shop.1@orders      orders                 acked\n"
      "   #33    0.004000s  worker     finished   shop.1@orders/2    -                      "
      "settled-ack\n"
      "shop.1 was handled 2 times, by worker at 2ms and again by worker at 4ms: its copy came back "
      "to orders at 2ms (connection-lost, #25).\n");
}

TEST_CASE("the verdict says where a message is that nobody has handled yet") {
  Story story;
  const EntityId orders = story.queue("orders");
  const EntityId shop = story.actor("shop");
  const auto worker = story.consumer("worker", orders);
  const auto fast = story.consumer("fast", orders, 0, true);
  const MessageId message = story.compose(shop);
  CHECK(verdict(story, "shop.1") ==
        "shop.1 is not handled yet: it is with its author, not sent yet.");
  const auto publish = story.send(shop, message);
  CHECK(verdict(story, "shop.1") == "shop.1 is not handled yet: it is on the wire to rabbit.");
  const CopyId copy = story.accept(shop, message, publish, {orders})[0];
  CHECK(verdict(story, "shop.1") == "shop.1 is not handled yet: it is ready in orders.");
  story.deliver(copy, worker);
  CHECK(verdict(story, "shop.1") ==
        "shop.1 is not handled yet: it is unacked in orders, with worker.");
  const auto auto_acked = story.deliver(story.publish(shop, orders), fast);
  story.arrive(auto_acked);
  CHECK(verdict(story, "shop.2") == "shop.2 is not handled yet: it is in the buffer of fast.");
  story.start(auto_acked);
  CHECK(verdict(story, "shop.2") == "shop.2 is not handled yet: it is in the hands of fast.");
  story.kill(fast.actor);
  story.end(auto_acked.id, auto_acked.message, auto_acked.copy, fast.actor,
            Reason::died_with_client);
  CHECK(verdict(story, "shop.2@orders") ==
        "shop.2 is lost (auto-acked-then-crashed): it was acked when it was sent, and its client "
        "crashed before it was handled.");
}

TEST_CASE("the verdict on a duplicate tells a resend from two queues and from a busy handler") {
  Story story;
  const EntityId orders = story.queue("orders");
  const EntityId mails = story.queue("mails");
  const EntityId shop = story.actor("shop");
  const auto worker = story.consumer("worker", orders);
  story.handle(story.publish(shop, orders, "order-7"), worker);
  CHECK(verdict(story, "order-7") == "shop.1 was handled once, by worker at 3ms.");
  story.handle(story.publish(shop, orders, "order-7"), worker);
  CHECK(verdict(story, "shop.2") ==
        "shop.2 was handled 2 times, by worker at 3ms and again by worker at 6ms: it was sent "
        "again as shop.2.");
  const MessageId both = story.compose(shop);
  const auto copies = story.accept(shop, both, story.send(shop, both), {orders, mails});
  story.handle(copies[0], worker);
  story.handle(copies[1], worker);
  CHECK(verdict(story, "shop.3") ==
        "shop.3 was handled 2 times, by worker at 8ms and again by worker at 10ms: there were two "
        "copies, shop.3@orders and shop.3@mails.");
  const auto busy = story.deliver(story.publish(shop, orders), worker);
  story.start(busy);
  story.effect(busy);
  story.effect(busy);
  CHECK(verdict(story, "shop.4") ==
        "shop.4 was handled 2 times, by worker at 11ms and again by worker at 11ms: its handler "
        "did it again.");
  const MessageId late = story.compose(shop, "order-7b");
  story.end(story.send(shop, late), late, {}, story.node, Reason::lost_in_flight);
  story.handle(story.publish(shop, orders, "order-7b"), worker);
  CHECK(verdict(story, "shop.5") ==
        "shop.5 had no effect itself; what it is about (order-7b) was handled once, by worker at "
        "14ms, as shop.6.");
}

TEST_CASE("every row of any history has a line, and every message a verdict") {
  story::RandomHistory history(4);
  for (int i = 0; i < 600; ++i) history.step();
  const LedgerView view = history.story.view();
  const NameIndex names(view);
  Books books;
  books.extend(view);
  for (RowNo row = 1; row <= view.row_count(); ++row) {
    const std::string line = row_line(names, row);
    CAPTURE(line);
    REQUIRE(line.find('\n') == std::string::npos);
    REQUIRE(line.back() != ' ');
  }
  for (std::uint32_t id = 1; id <= view.message_count(); ++id) {
    const Life told = life(names, books, Named{MessageId{id}, {}, {}});
    REQUIRE(told.verdict.starts_with(names.name(MessageId{id})));
    REQUIRE(told.rows.size() >= 2);
  }
}
