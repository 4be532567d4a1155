// SPDX-License-Identifier: MIT
// Calling the script, and letting the script's world call it.
#include "scripting/host.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "scripting/object.hpp"
#include "scripting/options.hpp"
#include "sim/base/assert.hpp"
#include "sim/base/text.hpp"

namespace mqlab::scripting {

namespace {

// What the ledger of a run may hold: --max-events makes room for more.
ledger::RowNo row_limit_of(const Request& request) {
  constexpr std::uint64_t kOfAnEvent = 5;
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max() / kOfAnEvent;
  return std::max(request.max_rows, std::min(request.max_events, kMost) * kOfAnEvent);
}

}  // namespace

Host::Host(const Request& request, Sandbox& sandbox, Report& report)
    : request_(request), sandbox_(sandbox), report_(report) {
  set_host(lua(), this);
}

Host::~Host() {
  set_host(lua(), nullptr);
}

CallSlot& Host::take_slot() {
  if (free_slots_.empty()) {
    slots_.emplace_back();
    free_slots_.push_back(&slots_.back());
  }
  CallSlot* slot = free_slots_.back();
  free_slots_.pop_back();
  return *slot;
}

void Host::give_back(CallSlot& slot) {
  slot.args.clear();
  slot.results.clear();
  slot.problem.clear();
  free_slots_.push_back(&slot);
}

std::string Host::raise(const Error& error) {
  raised_ = error;
  return error.what;
}

Error Host::restore(Error error) {
  if (raised_ && error.what == raised_->what) return *raised_;
  return error;
}

void Host::fail(Error error) {
  if (!failure_) failure_ = restore(std::move(error));
  if (has_world()) world().come_back();
}

// Where the function begins.
Place Host::place_of(Function function) const {
  lua_Debug about;
  lua_rawgeti(lua(), LUA_REGISTRYINDEX, function.reference);
  lua_getinfo(lua(), ">S", &about);
  if (about.linedefined <= 0 || *about.source != '@') return Place{request_.main.name, 0};
  return Place{about.source + 1, about.linedefined};
}

Result<std::vector<Value>> Host::call(Function function, const std::vector<Value>& args) {
  lua_State* L = lua();
  const int base = lua_gettop(L);
  lua_rawgeti(L, LUA_REGISTRYINDEX, function.reference);
  for (const Value& value : args) push_value(L, value);
  const Result<void> called = sandbox_.call(L, static_cast<int>(args.size()), LUA_MULTRET);
  if (!called.ok()) {
    Error error = restore(called.error());
    if (error.place.line == 0) error.place = place_of(function);
    fail(error);
    return error;
  }
  std::vector<Value> results(static_cast<std::size_t>(lua_gettop(L) - base));
  std::string problem;
  for (std::size_t i = 0; i < results.size() && problem.empty(); ++i) {
    read_value(L, base + 1 + static_cast<int>(i), results[i], problem);
  }
  lua_settop(L, base);
  if (problem.empty()) return results;
  const Error error{place_of(function), problem, {}};
  fail(error);
  return error;
}

Result<Function> Host::load(const std::string& name, const std::string& text) {
  const Result<void> loaded = sandbox_.load(lua(), name, text);
  if (!loaded.ok()) return loaded.error();
  return Function{luaL_ref(lua(), LUA_REGISTRYINDEX)};
}

void Host::set_global(const char* name, const Value& value) {
  push_value(lua(), value);
  lua_setglobal(lua(), name);
}

std::string Host::show(const Value& value) const {
  if (value.is_nil()) return "nil";
  if (const bool* flag = value.boolean()) return *flag ? "true" : "false";
  if (const std::int64_t* integer = value.integer()) return fmt::format("{}", *integer);
  if (const double* number = value.number()) return fmt::format("{}", *number);
  if (const std::string* text = value.text()) return *text;
  if (const Object* object = value.object()) {
    switch (object->kind) {
      case ObjectKind::broker:
        return brokers[object->index].name;
      case ObjectKind::queue:
        return queues[object->index].name;
      case ObjectKind::exchange:
        return exchanges[object->index].name;
      case ObjectKind::publisher:
      case ObjectKind::consumer:
      case ObjectKind::process:
        return actors[object->index].name;
      case ObjectKind::distribution:
        return distributions[object->index].describe();
      case ObjectKind::store:
        return stores[object->index].name;
      case ObjectKind::connection:
      case ObjectKind::channel:
      case ObjectKind::timer:
      case ObjectKind::transaction:
        break;
    }
    return fmt::format("{} #{}", word(object->kind), object->index + 1);
  }
  if (const Table* table = value.table()) {
    std::string out;
    for (const Value& element : table->list) {
      out += fmt::format("{}{}", out.empty() ? "" : ", ", show(element));
    }
    for (const auto& [name, field] : table->fields) {
      out += fmt::format("{}{} = {}", out.empty() ? "" : ", ", name, show(field));
    }
    return fmt::format("{{{}}}", out);
  }
  return "function";
}

world::World& Host::world() {
  if (!world_) {
    world::Options options;
    options.seed = report_.seed;
    options.sink = request_.sink;
    options.interventions = request_.interventions;
    options.overrides = request_.overrides;
    options.keep_choices = request_.note_events;
    world_ = std::make_shared<world::World>(std::move(options));
    world_->ledger().keep_messages();
    set_hooks();
  }
  return *world_;
}

std::uint64_t Host::choose(std::uint64_t n) {
  Choices& choices = world().choices();
  if (!stream_) stream_ = choices.stream("script");
  return choices.below(*stream_, n);
}

ledger::LedgerView Host::view() {
  return ledger::LedgerView(world().ledger());
}

const observe::Books& Host::books() {
  books_.extend(view());
  return books_;
}

Error Host::no_title() const {
  return Error{Place{request_.main.name, 1}, "a scenario starts with lab { title = … }",
               "lab { title = \"What it shows\" }"};
}

Result<std::string> Host::run(std::optional<Time> until, const Call& call) {
  if (running_) {
    return call.error("run() cannot be called while the world runs",
                      "call it once all is declared, outside of callbacks");
  }
  if (ended_early_) return call.error("the run ended early");
  if (report_.title.empty()) return no_title();
  world::Limits limits;
  const std::uint64_t cut_event = request_.until_event.value_or(request_.max_events);
  limits.max_events = std::min(cut_event, request_.max_events);
  const Time own_end = until.value_or(Time::never());
  const Time cut = request_.until.value_or(Time::never());
  limits.until = std::min(own_end, cut);
  limits.pause = own_end;  // a script that goes on after a pause does so at its end
  limits.max_rows = row_limit_of(request_);
  limits.ask_every = 16;
  constexpr std::uint64_t kTellEvery = 4096 / 16;
  limits.interrupt = [this, looks = std::uint64_t{0}]() mutable {
    if (request_.progress && ++looks % kTellEvery == 0) {
      request_.progress(world_->event_count(), world_->now());
    }
    return request_.interrupt != nullptr && request_.interrupt->load();
  };
  if (failure_) world().come_back();
  running_ = true;
  if (request_.note_events) note_event();
  const ledger::RowNo rows_before = world().ledger().row_count();
  const world::Outcome outcome = world().run(limits);
  rows_of_runs_ += world().ledger().row_count() - rows_before;
  running_ = false;
  if (request_.note_events) report_.choices = world().choices().log();
  if (failure_) return *failure_;
  switch (outcome) {
    case world::Outcome::drained:
      report_.ending = Ending::drained;
      break;
    case world::Outcome::until:
      report_.ending = cut < own_end ? Ending::cut : Ending::until;
      break;
    case world::Outcome::event_limit:
      report_.ending = request_.until_event ? Ending::cut : Ending::event_limit;
      break;
    case world::Outcome::row_limit:
      report_.ending = Ending::row_limit;
      break;
    case world::Outcome::interrupted:
      report_.ending = Ending::interrupted;
      break;
  }
  ended_early_ = report_.ending != Ending::drained && report_.ending != Ending::until;
  if (ended_early_) return call.error("the run ended early");
  return std::string(world::word(outcome));
}

void Host::add_check(const Call& call, std::string text, bool passed, observe::Words why) {
  if (ended_early_) return;
  Check check;
  check.place = call.place;
  check.text = std::move(text);
  std::size_t bytes = check.text.size();
  for (const std::string& value : why.values) bytes += value.size();
  keep_bytes(bytes);
  check.verdict = passed ? Verdict::pass : Verdict::fail;
  if (!passed) check.why = std::move(why);
  if (has_world()) {
    check.at = world().now();
    write_checked(check);
  }
  report_.checks.push_back(std::move(check));
}

// The ledger tells of checks too, so that a recording has them.
void Host::write_checked(Check& check) {
  ledger::Ledger& ledger = world().ledger();
  ledger::Row row;
  row.fact = ledger::Fact::checked;
  row.text = ledger.names().intern(check.text);
  row.reason = check.verdict == Verdict::pass ? ledger::Reason::passed : ledger::Reason::violated;
  check.row = ledger.append(row);
}

void Host::note_event() {
  std::vector<ledger::RowNo>& rows = report_.rows_after;
  rows.resize(world().event_count() + 1, rows.empty() ? 0 : rows.back());
  rows.back() = world().ledger().row_count();
  std::vector<std::uint64_t>& choices = report_.choices_after;
  choices.resize(rows.size(), choices.empty() ? 0 : choices.back());
  choices.back() = world().choices().log().choices.size();
}

void Host::warn(const Place& place, const std::string& what) {
  std::vector<std::string>& known = report_.warnings;
  const std::string text = Error{place, what, {}}.text();
  if (std::find(known.begin(), known.end(), text) == known.end()) known.push_back(text);
}

void Host::add_watch(Watch watch) {
  watches_.push_back(std::move(watch));
  if (has_world()) look_after_events();
}

void Host::look_at_watches() {
  if (watches_.empty() || failure_) return;
  for (Watch& watch : watches_) {
    if (watch.decided) continue;
    const Result<std::vector<Value>> result = call(watch.condition, {});
    if (!result.ok()) return;
    const bool* flag = result->empty() ? nullptr : result->front().boolean();
    if (flag == nullptr) {
      fail(Error{watch.place, "the condition of a watch must return true or false", {}});
      return;
    }
    watch.last = *flag;
    const bool decides = watch.kind == Watch::Kind::always ? !*flag : *flag;
    if (!decides || watch.kind == Watch::Kind::eventually) continue;
    watch.decided = true;
    watch.at = world().now();
    watch.row = world().ledger().row_count();
  }
}

void Host::judge_watches() {
  using observe::Key;
  if (ended_early_) return;
  look_at_watches();
  for (const Watch& watch : watches_) {
    Check check;
    check.place = watch.place;
    check.text = watch.text;
    check.at = watch.at;
    check.row = watch.row;
    bool passed = false;
    switch (watch.kind) {
      case Watch::Kind::always:
        passed = !watch.decided;
        check.why = {Key::check_not_at, {format_short(watch.at), std::to_string(watch.row)}};
        break;
      case Watch::Kind::eventually:
        passed = watch.last;
        check.why = {Key::check_not_at_end, {}};
        break;
      case Watch::Kind::sometimes:
        passed = watch.decided;
        check.why = {Key::check_never, {}};
        break;
    }
    check.verdict = passed ? Verdict::pass : Verdict::fail;
    if (passed) check.why = {};
    if (has_world() && check.row == 0) {
      check.at = world().now();
      write_checked(check);
    }
    report_.checks.push_back(std::move(check));
  }
}

void Host::verify() {
  if (no_memory_ || !has_world() || !report_.bug.empty() || request_.sink != ledger::Sink::full)
    return;
  report_.bug = books().differences();
  if (report_.bug.empty() && observe::snapshot(view(), state()) != world().snapshot()) {
    report_.bug = fmt::format("after event {} the fold of the ledger differs from the world",
                              world().event_count());
  }
}

PlanNotes& Host::plan_of(ledger::EntityId node) {
  std::size_t index = 0;
  while (index < brokers.size() && brokers[index].node != node) ++index;
  MQLAB_ASSERT(index < brokers.size());
  return plans[index];
}

ActorObject* Host::actor_of(ledger::EntityId entity) {
  if (entity.value >= actor_of_entity_.size() || actor_of_entity_[entity.value] == 0) {
    return nullptr;
  }
  return &actors[actor_of_entity_[entity.value] - 1];
}

ActorObject* Host::process_on(lua_State* thread) const {
  ActorObject* coroutine = coroutine_on(thread);
  return coroutine == nullptr || coroutine->is_task ? nullptr : coroutine;
}

ActorObject* Host::coroutine_on(lua_State* thread) const {
  return at_work_ != nullptr && at_work_->thread == thread ? at_work_ : nullptr;
}

bool Host::is_alive(const ActorObject& coroutine) {
  if (!coroutine.is_task) return world().is_up(coroutine.entity);
  return world().work(coroutine.entity, coroutine.task).is_at_work();
}

Object Host::object_of(const ActorObject& actor) const {
  return Object{actor.kind, actor.index};
}

Object Host::add_actor(ActorObject actor) {
  actor.index = static_cast<std::uint32_t>(actors.size());
  const std::uint32_t entity = actor.entity.value;
  if (actor_of_entity_.size() <= entity) actor_of_entity_.resize(entity + std::size_t{1});
  actor_of_entity_[entity] = actor.index + 1;
  actors.emplace_back(std::move(actor));
  return object_of(actors.back());
}

Object Host::queue_object(std::uint32_t broker, std::string_view vhost, std::string_view name) {
  const auto next = static_cast<std::uint32_t>(queues.size());
  const auto [found, added] =
      queue_index_.emplace(Path{broker, std::string(vhost), std::string(name)}, next);
  if (added) queues.emplace_back(QueueObject{broker, std::string(vhost), std::string(name), {}});
  return Object{ObjectKind::queue, found->second};
}

Object Host::exchange_object(std::uint32_t broker, std::string_view vhost, std::string_view name) {
  const auto next = static_cast<std::uint32_t>(exchanges.size());
  const auto [found, added] =
      exchange_index_.emplace(Path{broker, std::string(vhost), std::string(name)}, next);
  if (added) exchanges.emplace_back(ExchangeObject{broker, std::string(vhost), std::string(name)});
  return Object{ObjectKind::exchange, found->second};
}

std::uint64_t Host::take_cost() {
  const std::uint64_t now = made();
  const std::uint64_t cost = now > paid_ ? now - paid_ : 0;
  paid_ = now;
  return cost;
}

std::uint64_t Host::made() const {
  constexpr std::uint64_t kStepsOfActor = 10'000;
  constexpr std::uint64_t kStepsOfQueue = 2'000;
  constexpr std::uint64_t kStepsOfThing = 200;
  constexpr std::uint64_t kStepsOfRow = 50;
  const std::size_t actors_made =
      brokers.size() + actors.size() + connections.size() + channels.size();
  const std::size_t things = timers.size() + distributions.size() + watches_.size() +
                             report_.checks.size() + report_.printed.size();
  const ledger::RowNo rows = has_world() ? world_->ledger().row_count() - rows_of_runs_ : 0;
  return actors_made * kStepsOfActor + (queues.size() + exchanges.size()) * kStepsOfQueue +
         things * kStepsOfThing + rows * kStepsOfRow + bytes_kept_;
}

ledger::EntityId Host::queue_entity(std::uint32_t queue) {
  QueueObject& object = queues[queue];
  const ledger::EntityId now =
      world().broker(brokers[object.broker].node).queue_entity(object.vhost, object.name);
  if (now) object.last_entity = now;
  return object.last_entity;
}

std::string Host::message_name(ledger::MessageId message) {
  const ledger::MessageName& name = world().ledger().message(message);
  return fmt::format("{}.{}", world().ledger().name(name.author), name.ordinal);
}

}  // namespace mqlab::scripting
