// SPDX-License-Identifier: MIT
// expect.…, always, eventually, sometimes: what a scenario claims.
#include <array>

#include <fmt/format.h>

#include "scripting/host.hpp"
#include "scripting/ledger_queries.hpp"
#include "scripting/options.hpp"
#include "scripting/vocabulary.hpp"
#include "sim/base/suggest.hpp"
#include "sim/base/text.hpp"

namespace mqlab::scripting {
namespace {

using observe::Key;

// "expect.ready(orders, 4)": the call as the script has it, with values for names.
std::string text_of(const Call& call, const char* word) {
  std::string arguments;
  for (const Value& value : call.args) {
    if (!arguments.empty()) arguments += ", ";
    const bool quoted = value.text() != nullptr;
    arguments += quoted ? fmt::format("\"{}\"", *value.text()) : call.host.show(value);
  }
  return fmt::format("expect.{}({})", word, arguments);
}

Result<std::uint64_t> number_at(const Call& call, const char* word, std::size_t position) {
  const std::int64_t* number = call.arg(position).integer();
  if (number != nullptr && *number >= 0) return static_cast<std::uint64_t>(*number);
  return call.error(
      fmt::format("expect.{}: the expected number is {}", word, call.arg(position).kind_text()),
      "a whole number from 0");
}

// The world must be there before it can be asked.
Result<void> ready_to_ask(const Call& call) {
  if (call.host.has_world()) return {};
  return call.error("there is no world yet to expect anything of", "declare a broker first");
}

Result<Then> compare(Call& call, const char* word, std::size_t position, std::uint64_t got) {
  const Result<std::uint64_t> expected = number_at(call, word, position);
  if (!expected.ok()) return expected.error();
  call.host.add_check(call, text_of(call, word), got == *expected,
                      {Key::check_expected, {std::to_string(*expected), std::to_string(got)}});
  return Then::reply;
}

Result<ledger::EntityId> queue_at(Call& call, const char* word, std::size_t position) {
  const Object* object = call.arg(position).object();
  if (object != nullptr && object->kind == ObjectKind::queue) {
    return call.host.queue_entity(object->index);
  }
  return call.error(
      fmt::format("expect.{} asks about a queue, not {}", word, call.arg(position).kind_text()));
}

Result<ledger::EntityId> actor_at(Call& call, const char* word, std::size_t position) {
  const Object* object = call.arg(position).object();
  if (object != nullptr &&
      (object->kind == ObjectKind::publisher || object->kind == ObjectKind::consumer ||
       object->kind == ObjectKind::process)) {
    return call.host.actor(*object).entity;
  }
  return call.error(
      fmt::format("expect.{} asks about an actor, not {}", word, call.arg(position).kind_text()));
}

// -- the business -------------------------------------------------------------------------------

Result<Then> expect_handled(Call& call) {
  const observe::BusinessBook& book = call.host.books().business();
  if (call.arg(0).integer() != nullptr) return compare(call, "handled", 0, book.effects());
  if (call.arg(0).is_nil()) return compare(call, "handled", 1, book.effects());
  const Result<ledger::EntityId> actor = actor_at(call, "handled", 0);
  if (!actor.ok()) return actor.error();
  return compare(call, "handled", 1, book.effects_by(*actor));
}

Result<Then> expect_lost(Call& call) {
  const observe::BusinessBook& book = call.host.books().business();
  const Value& cause = call.arg(1);
  if (cause.is_nil()) return compare(call, "lost", 0, book.count(observe::Outcome::lost));
  const std::optional<observe::LossCause> known =
      cause.text() != nullptr ? observe::loss_cause(*cause.text()) : std::nullopt;
  if (!known) {
    std::vector<std::string> words;
    for (int i = 0; i < observe::kLossCauseCount; ++i) {
      words.emplace_back(observe::word(static_cast<observe::LossCause>(i)));
    }
    const std::string near = cause.text() != nullptr ? suggest(*cause.text(), words) : "";
    return call.error(fmt::format("expect.lost: {} is no cause of a loss", cause.kind_text()),
                      near.empty() ? fmt::format("the causes are {}", fmt::join(words, ", "))
                                   : fmt::format("did you mean '{}'?", near));
  }
  return compare(call, "lost", 0, book.lost(*known));
}

Result<Then> expect_duplicated(Call& call) {
  return compare(call, "duplicated", 0, call.host.books().business().extra_effects());
}

Result<Then> expect_pending(Call& call) {
  return compare(call, "pending", 0, call.host.books().business().count(observe::Outcome::pending));
}

Result<Then> expect_effects(Call& call) {
  const std::string* id = call.arg(0).text();
  if (id == nullptr) return call.error("expect.effects asks about a business id, a text");
  const std::optional<NameId> name = call.host.world().ledger().names().find(*id);
  const observe::Business* business = name ? call.host.books().business().find(*name) : nullptr;
  return compare(call, "effects", 1, business != nullptr ? business->effect_count() : 0);
}

// -- queues -------------------------------------------------------------------------------------

Result<Then> expect_ready(Call& call) {
  const Result<ledger::EntityId> queue = queue_at(call, "ready", 0);
  if (!queue.ok()) return queue.error();
  return compare(call, "ready", 1, call.host.books().state().ready_count(*queue));
}

Result<Then> expect_unacked(Call& call) {
  const Result<ledger::EntityId> queue = queue_at(call, "unacked", 0);
  if (!queue.ok()) return queue.error();
  return compare(call, "unacked", 1, call.host.books().state().unacked_count(*queue));
}

Result<Then> expect_empty(Call& call) {
  const Result<ledger::EntityId> queue = queue_at(call, "empty", 0);
  if (!queue.ok()) return queue.error();
  const observe::State& state = call.host.books().state();
  const std::size_t ready = state.ready_count(*queue);
  const std::size_t unacked = state.unacked_count(*queue);
  call.host.add_check(call, text_of(call, "empty"), ready + unacked == 0,
                      {Key::check_holds, {std::to_string(ready), std::to_string(unacked)}});
  return Then::reply;
}

// Compares lists of message names and says where they part.
Result<Then> compare_names(Call& call, const char* word, const std::vector<std::string>& got) {
  const Table* wanted = call.arg(1).table();
  if (wanted == nullptr) {
    return call.error(fmt::format("expect.{} takes a list of message names", word),
                      "{ \"shop.1\", \"shop.2\" }");
  }
  std::vector<std::string> expected;
  for (const Value& name : wanted->list) {
    if (name.text() == nullptr) {
      return call.error(fmt::format("expect.{}: a message's name is text", word));
    }
    expected.push_back(*name.text());
  }
  call.host.add_check(call, text_of(call, word), got == expected,
                      {Key::check_expected,
                       {fmt::format("{{{}}}", fmt::join(expected, ", ")),
                        fmt::format("{{{}}}", fmt::join(got, ", "))}});
  return Then::reply;
}

Result<Then> expect_contents(Call& call) {
  const Result<ledger::EntityId> queue = queue_at(call, "contents", 0);
  if (!queue.ok()) return queue.error();
  std::vector<std::string> got;
  for (const observe::Copy& copy : call.host.books().state().ready(*queue)) {
    got.push_back(call.host.message_name(copy.message));
  }
  return compare_names(call, "contents", got);
}

Result<Then> expect_received(Call& call) {
  const Result<ledger::EntityId> actor = actor_at(call, "received", 0);
  if (!actor.ok()) return actor.error();
  std::vector<std::string> got;
  for (const MessageId message : received_by(call.host.view(), *actor)) {
    got.push_back(call.host.message_name(message));
  }
  return compare_names(call, "received", got);
}

Result<Then> deliveries(Call& call, const char* word, bool only_redelivered) {
  const Object* object = call.arg(0).object();
  if (object != nullptr && object->kind == ObjectKind::queue) {
    return compare(
        call, word, 1,
        deliveries_from(call.host.view(), call.host.queue_entity(object->index), only_redelivered));
  }
  const Result<ledger::EntityId> actor = actor_at(call, word, 0);
  if (!actor.ok()) return actor.error();
  return compare(call, word, 1, deliveries_to(call.host.view(), *actor, only_redelivered));
}

Result<Then> expect_delivered(Call& call) {
  return deliveries(call, "delivered", false);
}
Result<Then> expect_redelivered(Call& call) {
  return deliveries(call, "redelivered", true);
}

Result<Then> expect_inversions(Call& call) {
  const Result<ledger::EntityId> actor = actor_at(call, "inversions", 0);
  if (!actor.ok()) return actor.error();
  const LedgerView view = call.host.view();
  return compare(call, "inversions", 1, inversions(view, received_by(view, *actor)));
}

Result<Then> ended(Call& call, const char* word, Reason reason) {
  const Result<ledger::EntityId> queue = queue_at(call, word, 0);
  if (!queue.ok()) return queue.error();
  return compare(call, word, 1, removed_from(call.host.view(), *queue, reason));
}

Result<Then> expect_expired(Call& call) {
  return ended(call, "expired", Reason::expired);
}
Result<Then> expect_dropped(Call& call) {
  return ended(call, "dropped", Reason::overflow);
}
Result<Then> expect_purged(Call& call) {
  return ended(call, "purged", Reason::purged);
}
Result<Then> expect_acked(Call& call) {
  return ended(call, "acked", Reason::acked);
}
Result<Then> expect_rejected(Call& call) {
  return ended(call, "rejected", Reason::rejected);
}

Result<Then> expect_dead_lettered(Call& call) {
  const Result<ledger::EntityId> queue = queue_at(call, "dead_lettered", 0);
  if (!queue.ok()) return queue.error();
  std::optional<Reason> reason;
  if (const std::string* word = call.arg(2).text()) {
    // The words of the x-death header.
    constexpr std::array<std::pair<std::string_view, Reason>, 4> kReasons{
        {{"rejected", Reason::rejected},
         {"expired", Reason::expired},
         {"maxlen", Reason::overflow},
         {"delivery_limit", Reason::delivery_limit}}};
    for (const auto& [known, meaning] : kReasons) {
      if (known == *word) reason = meaning;
    }
    if (!reason) {
      return call.error(fmt::format("expect.dead_lettered: nothing dies of '{}'", *word),
                        "rejected, expired, maxlen or delivery_limit");
    }
  }
  return compare(call, "dead_lettered", 1, dead_lettered_from(call.host.view(), *queue, reason));
}

// -- publishers ---------------------------------------------------------------------------------

Result<ledger::EntityId> publisher_at(Call& call, const char* word) {
  const Object* object = call.arg(0).object();
  if (object != nullptr && object->kind == ObjectKind::publisher) {
    return call.host.actor(*object).entity;
  }
  return call.error(
      fmt::format("expect.{} asks about a publisher, not {}", word, call.arg(0).kind_text()));
}

Result<Then> learned(Call& call, const char* word, Reason reason) {
  const Result<ledger::EntityId> publisher = publisher_at(call, word);
  if (!publisher.ok()) return publisher.error();
  return compare(call, word, 1, learned_by(call.host.view(), *publisher, reason));
}

Result<Then> expect_confirmed(Call& call) {
  return learned(call, "confirmed", Reason::ack);
}
Result<Then> expect_nacked(Call& call) {
  return learned(call, "nacked", Reason::nack);
}
Result<Then> expect_returned(Call& call) {
  return learned(call, "returned", Reason::returned);
}

Result<Then> expect_published(Call& call) {
  const Result<ledger::EntityId> publisher = publisher_at(call, "published");
  if (!publisher.ok()) return publisher.error();
  return compare(call, "published", 1, published_by(call.host.view(), *publisher));
}

Result<Then> expect_unconfirmed(Call& call) {
  const Result<ledger::EntityId> publisher = publisher_at(call, "unconfirmed");
  if (!publisher.ok()) return publisher.error();
  return compare(call, "unconfirmed", 1, call.host.books().state().window(*publisher).size());
}

Result<Then> expect_unroutable(Call& call) {
  return compare(
      call, "unroutable", 0,
      call.host.world().ledger().digest().count(ledger::Fact::finished, Reason::unroutable));
}

// -- anything -----------------------------------------------------------------------------------

bool same(const Value& a, const Value& b) {
  if (a.integer() != nullptr && b.number() != nullptr) {
    return static_cast<double>(*a.integer()) == *b.number();
  }
  if (a.number() != nullptr && b.integer() != nullptr) return same(b, a);
  const Table* left = a.table();
  const Table* right = b.table();
  if (left == nullptr || right == nullptr) {
    if (a.function() != nullptr || b.function() != nullptr) return false;
    if (a.content.index() != b.content.index()) return false;
    if (a.boolean() != nullptr) return *a.boolean() == *b.boolean();
    if (a.integer() != nullptr) return *a.integer() == *b.integer();
    if (a.number() != nullptr) return *a.number() == *b.number();
    if (a.text() != nullptr) return *a.text() == *b.text();
    if (a.object() != nullptr) return *a.object() == *b.object();
    return true;
  }
  if (left->list.size() != right->list.size() || left->fields.size() != right->fields.size()) {
    return false;
  }
  for (std::size_t i = 0; i < left->list.size(); ++i) {
    if (!same(left->list[i], right->list[i])) return false;
  }
  for (std::size_t i = 0; i < left->fields.size(); ++i) {
    if (left->fields[i].first != right->fields[i].first) return false;
    if (!same(left->fields[i].second, right->fields[i].second)) return false;
  }
  return true;
}

// The script's own words for a check, or the call.
std::string words_of(const Call& call, const char* word, std::size_t position) {
  const std::string* text = call.arg(position).text();
  return text != nullptr ? *text : text_of(call, word);
}

Result<Then> expect_equal(Call& call) {
  call.host.add_check(
      call, words_of(call, "equal", 2), same(call.arg(0), call.arg(1)),
      {Key::check_expected, {call.host.show(call.arg(1)), call.host.show(call.arg(0))}});
  return Then::reply;
}

Result<Then> expect_is_true(Call& call) {
  const bool* flag = call.arg(0).boolean();
  call.host.add_check(call, words_of(call, "is_true", 1), flag != nullptr && *flag,
                      {Key::check_got, {call.host.show(call.arg(0))}});
  return Then::reply;
}

Result<Then> expect_error(Call& call) {
  const std::int64_t* code = call.arg(1).integer();
  if (code == nullptr) {
    return call.error("expect.error takes an error and its code",
                      "expect.error(err, 404, \"no queue\")");
  }
  const std::string* part = call.arg(2).text();
  const Table* error = call.arg(0).table();
  const Value* got_code = error != nullptr ? error->find("code") : nullptr;
  const Value* got_text = error != nullptr ? error->find("text") : nullptr;
  const bool right_code =
      got_code != nullptr && got_code->integer() != nullptr && *got_code->integer() == *code;
  const bool right_text = part == nullptr || (got_text != nullptr && got_text->text() != nullptr &&
                                              got_text->text()->find(*part) != std::string::npos);
  observe::Words why{Key::check_no_error, {}};
  if (got_code != nullptr) {
    const std::string shown = got_text != nullptr ? call.host.show(*got_text) : "";
    why = {Key::check_got, {fmt::format("{} {}", call.host.show(*got_code), shown)}};
  }
  call.host.add_check(call,
                      fmt::format("expect.error({}{})", *code,
                                  part != nullptr ? fmt::format(", \"{}\"", *part) : std::string()),
                      right_code && right_text, std::move(why));
  return Then::reply;
}

Result<Then> expect_drained(Call& call) {
  const Ending ending = call.host.report().ending;
  call.host.add_check(call, "expect.drained()", ending == Ending::drained,
                      {Key::check_ended, {std::string(word(ending))}});
  return Then::reply;
}

Result<Then> expect_time(Call& call) {
  const Result<Duration> time = duration_of(call, call.arg(0), "expect.time: the time");
  if (!time.ok()) return time.error();
  const Time now = call.host.world().now();
  call.host.add_check(call, fmt::format("expect.time({})", format_short(*time)), now.ns == time->ns,
                      {Key::check_time, {format_short(now)}});
  return Then::reply;
}

// Asks only when there is a world.
template <Callable F>
int asking(lua_State* L) {
  return run_callable(L, [](Call& call) -> Result<Then> {
    if (Result<void> ready = ready_to_ask(call); !ready.ok()) return ready.error();
    return F(call);
  });
}

struct Word {
  const char* name;
  lua_CFunction function;
};

constexpr Word kWords[] = {
    {"handled", asking<expect_handled>},
    {"lost", asking<expect_lost>},
    {"duplicated", asking<expect_duplicated>},
    {"pending", asking<expect_pending>},
    {"effects", asking<expect_effects>},
    {"ready", asking<expect_ready>},
    {"unacked", asking<expect_unacked>},
    {"empty", asking<expect_empty>},
    {"contents", asking<expect_contents>},
    {"received", asking<expect_received>},
    {"delivered", asking<expect_delivered>},
    {"redelivered", asking<expect_redelivered>},
    {"inversions", asking<expect_inversions>},
    {"expired", asking<expect_expired>},
    {"dropped", asking<expect_dropped>},
    {"purged", asking<expect_purged>},
    {"acked", asking<expect_acked>},
    {"rejected", asking<expect_rejected>},
    {"dead_lettered", asking<expect_dead_lettered>},
    {"published", asking<expect_published>},
    {"confirmed", asking<expect_confirmed>},
    {"nacked", asking<expect_nacked>},
    {"returned", asking<expect_returned>},
    {"unconfirmed", asking<expect_unconfirmed>},
    {"unroutable", asking<expect_unroutable>},
    {"equal", callable<expect_equal>},
    {"is_true", callable<expect_is_true>},
    {"error", callable<expect_error>},
    {"drained", callable<expect_drained>},
    {"time", asking<expect_time>},
};

template <Watch::Kind kind>
Result<Then> watch(Call& call) {
  const std::string* text = call.arg(0).text();
  const Function* condition = call.arg(1).function();
  constexpr const char* kNames[] = {"always", "eventually", "sometimes"};
  const char* name = kNames[static_cast<std::size_t>(kind)];
  if (text == nullptr || condition == nullptr) {
    return call.error(fmt::format("{} takes a text and a function", name),
                      fmt::format("{}(\"never more than 10\", function() return … end)", name));
  }
  Watch entry;
  entry.kind = kind;
  entry.text = fmt::format("{}: {}", name, *text);
  entry.condition = *condition;
  entry.place = call.place;
  call.host.add_watch(std::move(entry));
  return Then::reply;
}

}  // namespace

void add_expect_words(lua_State* L) {
  lua_createtable(L, 0, static_cast<int>(std::size(kWords)));
  for (const Word& entry : kWords) {
    lua_pushcfunction(L, entry.function);
    lua_setfield(L, -2, entry.name);
  }
  lua_setglobal(L, "expect");
  lua_register(L, "always", callable<watch<Watch::Kind::always>>);
  lua_register(L, "eventually", callable<watch<Watch::Kind::eventually>>);
  lua_register(L, "sometimes", callable<watch<Watch::Kind::sometimes>>);
}

std::vector<std::string> expect_names() {
  std::vector<std::string> names;
  for (const Word& entry : kWords) names.emplace_back(entry.name);
  return names;
}

}  // namespace mqlab::scripting
