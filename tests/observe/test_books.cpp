// SPDX-License-Identifier: MIT
// The books balance, name what is missing, and say why a message was lost.
#include <array>
#include <set>
#include <string>

#include "sim/observe/books.hpp"
#include "tests/catch.hpp"
#include "tests/observe/random_history.hpp"
#include "tests/observe/story.hpp"

using namespace mqlab;
using namespace mqlab::observe;
using story::Story;

namespace {

Books books_of(const Story& story) {
  Books books;
  books.extend(story.view());
  return books;
}

// One message of one shop for one worker, and what becomes of it.
struct Shop {
  explicit Shop(bool no_ack = false) : worker(story.consumer("worker", orders, 0, no_ack)) {}

  // The only word that the business book has for the loss, or the outcome if there is none.
  std::string_view fate() const {
    const Books books = books_of(story);
    REQUIRE(books.differences().empty());
    REQUIRE(books.business().all().size() == 1);
    const Business& business = books.business().all()[0];
    if (business.outcome() != Outcome::lost) return word(business.outcome());
    CHECK(books.business().count(Outcome::lost) == 1);
    CHECK(books.business().lost(books.business().cause(business)) == 1);
    return word(books.business().cause(business));
  }

  Story story;
  EntityId orders = story.queue("orders");
  EntityId shop = story.actor("shop");
  story::Subscription worker;
};

}  // namespace

TEST_CASE("a message is pending until its effect took place, then handled") {
  Shop s;
  const MessageId message = s.story.compose(s.shop);
  CHECK(s.fate() == "pending");
  const auto publish = s.story.send(s.shop, message);
  CHECK(s.fate() == "pending");
  const CopyId copy = s.story.accept(s.shop, message, publish, {s.orders})[0];
  CHECK(s.fate() == "pending");
  s.story.handle(copy, s.worker);
  CHECK(s.fate() == "handled");
  const Books books = books_of(s.story);
  CHECK(books.business().effects() == 1);
  CHECK(books.business().effects_by(s.worker.actor) == 1);
  CHECK(books.business().effects_by(s.shop) == 0);
}

TEST_CASE("a message whose ack was lost is handled twice: a duplicate") {
  Shop s;
  const CopyId copy = s.story.publish(s.shop, s.orders);
  const auto first = s.story.deliver(copy, s.worker);
  s.story.arrive(first);
  s.story.start(first);
  s.story.effect(first);
  s.story.end(first.id, first.message, copy, s.worker.actor, Reason::connection_ended);
  s.story.requeue(copy, Reason::connection_lost);
  CHECK(s.fate() == "handled");
  s.story.handle(copy, s.worker);
  CHECK(s.fate() == "duplicated");
  const Books books = books_of(s.story);
  CHECK(books.business().count(Outcome::duplicated) == 1);
  CHECK(books.business().extra_effects() == 1);
  CHECK(books.copies().redelivered == 1);
  CHECK(books.copies().requeued == 1);
}

TEST_CASE("two effects of different names are no duplicate") {
  Shop s;
  const CopyId copy = s.story.publish(s.shop, s.orders);
  const auto delivery = s.story.deliver(copy, s.worker);
  s.story.effect(delivery, "charged");
  s.story.effect(delivery, "mailed");
  CHECK(s.fate() == "handled");
  s.story.effect(delivery, "mailed");
  CHECK(s.fate() == "duplicated");
}

TEST_CASE("a resend of the same business id takes back a loss, and makes the duplicate") {
  Shop s;
  const MessageId first = s.story.compose(s.shop, "order-7");
  const auto lost = s.story.send(s.shop, first, true);
  s.story.end(lost, first, {}, s.story.node, Reason::lost_in_flight);
  CHECK(s.fate() == "lost-before-broker");
  const MessageId second = s.story.compose(s.shop, "order-7");
  CHECK(s.fate() == "pending");
  const auto publish = s.story.send(s.shop, second, true);
  const auto copies = s.story.accept(s.shop, second, publish, {s.orders, s.orders});
  s.story.handle(copies[0], s.worker);
  CHECK(s.fate() == "handled");
  s.story.handle(copies[1], s.worker);
  CHECK(s.fate() == "duplicated");
}

TEST_CASE("what never reached a queue is lost for the reason its publish ended with") {
  const auto [reason, fate] = GENERATE(table<Reason, std::string>({
      {Reason::unroutable, "unroutable"},
      {Reason::returned, "returned"},
      {Reason::refused, "refused"},
      {Reason::no_exchange, "no-exchange"},
      {Reason::rolled_back, "rolled-back"},
      {Reason::ignored_closed, "ignored"},
      {Reason::lost_in_flight, "lost-before-broker"},
  }));
  Shop s;
  const MessageId message = s.story.compose(s.shop);
  s.story.end(s.story.send(s.shop, message), message, {}, s.story.node, reason);
  CHECK(s.fate() == fate);
}

TEST_CASE("what was composed and not sent is lost when its author goes down") {
  Shop s;
  s.story.compose(s.shop);
  CHECK(s.fate() == "pending");
  s.story.kill(s.worker.actor);
  CHECK(s.fate() == "pending");
  s.story.kill(s.shop);
  CHECK(s.fate() == "never-sent");
}

TEST_CASE("what left its queue without a consumer is lost for the reason it left with") {
  const auto [reason, fate] = GENERATE(table<Reason, std::string>({
      {Reason::expired, "expired"},
      {Reason::overflow, "overflow"},
      {Reason::purged, "purged"},
      {Reason::queue_deleted, "queue-deleted"},
      {Reason::rejected, "rejected"},
      {Reason::delivery_limit, "delivery-limit"},
      {Reason::not_persistent, "lost-in-broker"},
      {Reason::not_synced, "lost-in-broker"},
  }));
  Shop s;
  const CopyId copy = s.story.publish(s.shop, s.orders);
  s.story.remove(copy, reason);
  CHECK(s.fate() == fate);
}

TEST_CASE("a dead letter is pending in its new queue, and lost for the reason it leaves that") {
  Shop s;
  const EntityId waiting = s.story.queue("waiting");
  s.story.remove(s.story.publish(s.shop, s.orders), Reason::rejected);
  const CopyId dead = s.story.enqueue(MessageId{1}, waiting, Reason::dead_lettered);
  CHECK(s.fate() == "pending");
  s.story.remove(dead, Reason::expired);
  CHECK(s.fate() == "expired");
}

TEST_CASE(
    "what was acked when it was sent is lost with its client, its connection or its handler") {
  const auto [reason, fate] = GENERATE(table<Reason, std::string>({
      {Reason::lost_in_flight, "auto-acked-then-lost"},
      {Reason::died_with_client, "auto-acked-then-crashed"},
      {Reason::connection_ended, "auto-acked-then-dropped"},
      {Reason::ignored_closed, "auto-acked-then-dropped"},
      {Reason::failed, "auto-acked-then-failed"},
      {Reason::handled, "acked-without-effect"},
  }));
  Shop s(true);
  const auto delivery = s.story.deliver(s.story.publish(s.shop, s.orders), s.worker);
  CHECK(s.fate() == "pending");
  s.story.end(delivery.id, delivery.message, delivery.copy, s.worker.actor, reason);
  CHECK(s.fate() == fate);
}

TEST_CASE("an ack before the work loses what a crash interrupts; an ack without work loses too") {
  Shop s;
  const auto delivery = s.story.deliver(s.story.publish(s.shop, s.orders), s.worker);
  s.story.arrive(delivery);
  s.story.start(delivery);
  s.story.remove(delivery.copy, Reason::acked);
  CHECK(s.fate() == "pending");
  const auto end = GENERATE(Reason::died_with_client, Reason::settled_ack);
  s.story.end(delivery.id, delivery.message, delivery.copy, s.worker.actor, end);
  CHECK(s.fate() ==
        (end == Reason::died_with_client ? "acked-then-crashed" : "acked-without-effect"));
}

TEST_CASE("of the copies of one message, the one that ended last says why it was lost") {
  Shop s(true);
  const EntityId mails = s.story.queue("mails");
  const MessageId message = s.story.compose(s.shop);
  const auto publish = s.story.send(s.shop, message);
  const auto copies = s.story.accept(s.shop, message, publish, {s.orders, mails});
  const auto delivery = s.story.deliver(copies[0], s.worker);
  s.story.remove(copies[1], Reason::expired);
  CHECK(s.fate() == "pending");
  s.story.end(delivery.id, message, copies[0], s.worker.actor, Reason::died_with_client);
  CHECK(s.fate() == "auto-acked-then-crashed");
}

TEST_CASE("books that do not balance name the difference") {
  Shop s;
  const CopyId copy = s.story.publish(s.shop, s.orders);
  s.story.remove(copy, Reason::acked);
  s.story.remove(copy, Reason::acked);
  s.story.end(TransmissionId{77}, MessageId{1}, copy, s.worker.actor, Reason::handled);
  const Books books = books_of(s.story);
  const RowNo rows = s.story.ledger.row_count();
  CHECK(books.differences() ==
        "copies: 1 enqueued, but 0 ready + 0 unacked + 2 removed make 2: 1 too many\n"
        "transmissions: 1 sent, but 0 on the wire + 0 buffered + 0 in hand + 2 finished make 2: "
        "1 too many\n"
        "row " +
            std::to_string(rows - 1) + ": removed, but no broker held the copy (2 such rows)");
  CopiesBook copies;
  copies.enqueued[0] = 3;
  copies.ready = 1;
  CHECK(copies.difference() ==
        "copies: 3 enqueued, but 1 ready + 0 unacked + 0 removed make 1: 2 missing");
}

TEST_CASE("in any history the books balance after every row, and count what the model counts") {
  const std::uint64_t seed = GENERATE(1U, 2U, 3U);
  story::RandomHistory history(seed);
  Books books;
  for (int i = 0; i < 1500; ++i) {
    history.step();
    const LedgerView view = history.story.view();
    while (books.state().row_count() < view.row_count()) {
      books.apply(view, view.row(books.state().row_count() + 1));
      REQUIRE(books.differences().empty());
    }
    // From scratch: the outcomes are counted right, whichever way they came about.
    std::array<std::uint64_t, 4> counts{};
    for (const Business& business : books.business().all()) {
      ++counts[static_cast<std::size_t>(business.outcome())];
    }
    for (const Outcome outcome :
         {Outcome::pending, Outcome::handled, Outcome::duplicated, Outcome::lost}) {
      REQUIRE(books.business().count(outcome) == counts[static_cast<std::size_t>(outcome)]);
    }
  }
  const ledger::Digest& digest = history.story.ledger.digest();
  CHECK(books.copies().removed[static_cast<std::size_t>(Reason::acked)] ==
        digest.count(Fact::removed, Reason::acked));
  CHECK(books.business().effects() == digest.count(Fact::effect));
  CHECK(books.business().count(Outcome::handled) > 0);
  CHECK(books.business().count(Outcome::duplicated) > 0);
  CHECK(books.business().count(Outcome::lost) > 0);
  CHECK(books.business().count(Outcome::pending) > 0);
}

TEST_CASE("every cause of a loss has a word of its own that is read back") {
  std::set<std::string_view> words;
  for (int i = 0; i < kLossCauseCount; ++i) {
    const auto cause = static_cast<LossCause>(i);
    CHECK(words.insert(word(cause)).second);
    CHECK(loss_cause(word(cause)) == cause);
  }
  CHECK_FALSE(loss_cause("bad-luck").has_value());
}
