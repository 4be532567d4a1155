// SPDX-License-Identifier: MIT
// The C++ side of one run of a script: what it has declared, its world, and its checks.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <lua.hpp>

#include "scripting/call.hpp"
#include "scripting/plan_notes.hpp"
#include "scripting/sandbox/sandbox.hpp"
#include "scripting/scenario.hpp"
#include "sim/base/distribution.hpp"
#include "sim/ledger/view.hpp"
#include "sim/observe/books.hpp"
#include "sim/world/shelf.hpp"
#include "sim/world/world.hpp"

namespace mqlab::scripting {

// -- what the script's objects stand for ----------------------------------------------------------

struct BrokerObject {
  std::string name;
  ledger::EntityId node;
};

struct QueueObject {
  std::uint32_t broker = 0;  // index of its BrokerObject
  std::string vhost;
  std::string name;
  ledger::EntityId last_entity;  // in the ledger; stays when the queue is gone
};

struct ExchangeObject {
  std::uint32_t broker = 0;
  std::string vhost;
  std::string name;  // empty: the default exchange
};

// A publisher, consumer or process with the functions that its options name.
struct ActorObject {
  ObjectKind kind = ObjectKind::publisher;
  std::string name;
  ledger::EntityId entity;
  Place place;              // of its declaration
  std::uint32_t index = 0;  // among the actors
  // publisher: how each part of a message is found
  Value key;
  Value body;
  Value headers;
  std::optional<Function> business;
  std::optional<Function> on_return;
  std::optional<Function> on_confirm;
  std::optional<Function> on_blocked;
  bool has_outbox = false;
  // consumer
  std::optional<Function> handler;
  std::optional<Function> fail;
  // process
  std::optional<Function> body_function;
  lua_State* thread = nullptr;
  int thread_reference = 0;
  bool finished = false;
  // consumer with a `process`: what runs for each delivery
  std::optional<Function> work_function;
  bool leaves = false;  // a handler that returns nothing leaves its message without an answer
  // A coroutine of such a consumer: one of its threads, at work.
  bool is_task = false;
  std::uint32_t task = 0;
  std::string failure;  // what fail() said
  // What a process waits for: turns the world's answer into the results of its call.
  // False: it still waits, with another `receive`.
  using Receive = bool (*)(Host& host, ActorObject& process, const world::Answer& answer,
                           std::vector<Value>& results);
  Receive receive = nullptr;
  std::uint32_t awaited_connection = 0;  // indices of objects
  std::uint32_t awaited_channel = 0;
  std::string awaited_name;  // of the exchange that is being declared
  world::StoreOp::Kind awaited_step = world::StoreOp::Kind::get;  // of a store
  bool awaited_commit = false;                                    // of a transaction
  ledger::MessageId published;                                    // last
};

struct ConnectionObject {
  std::uint32_t process = 0;  // index among the actors
  std::uint32_t broker = 0;
  world::ConnectionRef ref;
  std::string vhost;
};

struct ChannelObject {
  std::uint32_t process = 0;
  std::uint32_t connection = 0;
  world::ChannelRef ref;
};

struct StoreObject {
  std::string name;
  ledger::EntityId entity;
};

// What a transaction will commit.
struct TransactionObject {
  std::uint32_t store = 0;
  std::uint32_t turns = 0;  // of the store, when it began
  std::vector<world::StoreOp> steps;
  bool over = false;
};

struct TimerObject {
  world::TimerId id = 0;
  Function function;
  bool repeats = false;
};

// The hint of the error by which fail() leaves the work of a consumer.
inline constexpr const char* kGaveUp = "the handling of this message failed";

// A condition that is watched while the world runs.
struct Watch {
  enum class Kind : std::uint8_t { always, eventually, sometimes };
  Kind kind = Kind::always;
  std::string text;
  Function condition;
  Place place;
  bool decided = false;  // always: violated; sometimes: seen
  bool last = false;     // eventually: what it was at the last look
  Time at;
  ledger::RowNo row = 0;
};

class Host {
 public:
  Host(const Request& request, Sandbox& sandbox, Report& report);
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  // -- for call.hpp -------------------------------------------------------------------------------
  CallSlot& take_slot();
  void give_back(CallSlot& slot);
  // Remembers an error with its place and hint; returns the text that Lua raises.
  std::string raise(const Error& error);

  // -- Lua ----------------------------------------------------------------------------------------
  lua_State* lua() const { return sandbox_.state(); }
  // Sets a global of the script.
  void set_global(const char* name, const Value& value);
  // Calls a function of the script. An error is also kept as the run's error.
  Result<std::vector<Value>> call(Function function, const std::vector<Value>& args);
  // Compiles another text for the same environment.
  Result<Function> load(const std::string& name, const std::string& text);
  // Notes the first error of the run; the world then comes back at the next event.
  void fail(Error error);
  const std::optional<Error>& failure() const { return failure_; }
  // The error with the place and hint it was raised with, if it is the one remembered by raise().
  Error restore(Error error);

  // A value as print shows it: objects by their names.
  std::string show(const Value& value) const;

  // -- the run ------------------------------------------------------------------------------------
  const Request& request() const { return request_; }
  Report& report() { return report_; }
  world::World& world();  // made when it is first needed
  bool has_world() const { return world_ != nullptr; }
  std::shared_ptr<world::World> share_world() { return world_; }
  void set_seed(std::uint64_t seed) { report_.seed = seed; }
  // What is wrong with a script that has no lab { title = … }.
  Error no_title() const;
  // Runs the world; the text is what run() gives to the script.
  Result<std::string> run(std::optional<Time> until, const Call& call);
  // The run was cut off or interrupted: the script ends there, and checks nothing any more.
  bool ended_early() const { return ended_early_; }
  // A choice of the script itself, in [0, n).
  std::uint64_t choose(std::uint64_t n);
  bool has_decided = false;  // the script lays choices down in advance

  // The folds of the ledger up to now, and what they fold.
  const observe::Books& books();
  const observe::State& state() { return books().state(); }
  ledger::LedgerView view();

  // -- checks -------------------------------------------------------------------------------------
  void add_check(const Call& call, std::string text, bool passed, observe::Words why);
  // Says once that something in the script, at this place, is not simulated.
  void warn(const Place& place, const std::string& what);
  void keep_printed(std::string line) {
    keep_bytes(line.size());
    report_.printed.push_back(std::move(line));
  }
  void add_watch(Watch watch);
  void judge_watches();
  // Compares the fold of the ledger, and the books, with the world; notes a bug in the report.
  void verify();
  // The machine ran out of memory in the middle of an event: the world is not compared any more.
  void note_no_memory() { no_memory_ = true; }

  // What the script makes C++ keep costs steps of its budget, so memory outside of Lua is bounded
  // too. take_cost() tells what was made since the last call of either, and not by the world.
  void start_paying() { paid_ = made(); }
  std::uint64_t take_cost();
  // Bytes that C++ keeps for the script: each is a step.
  void keep_bytes(std::size_t bytes) { bytes_kept_ += bytes; }

  // -- objects ------------------------------------------------------------------------------------
  world::Shelf<BrokerObject> brokers;
  world::Shelf<PlanNotes> plans;  // of the brokers, by the same index
  world::Shelf<QueueObject> queues;
  world::Shelf<ExchangeObject> exchanges;
  world::Shelf<ActorObject> actors;  // publishers, consumers and processes
  world::Shelf<ConnectionObject> connections;
  world::Shelf<ChannelObject> channels;
  world::Shelf<TimerObject> timers;
  world::Shelf<StoreObject> stores;
  world::Shelf<TransactionObject> transactions;
  world::Shelf<ActorObject> tasks;  // of consumers; reused when they are over
  std::vector<Distribution> distributions;

  // The object of a queue or exchange of this name: one for each, however often it is asked for.
  Object queue_object(std::uint32_t broker, std::string_view vhost, std::string_view name);
  Object exchange_object(std::uint32_t broker, std::string_view vhost, std::string_view name);
  // The queue's entity in the ledger, also when it is gone; none if it never was.
  ledger::EntityId queue_entity(std::uint32_t queue);

  const Distribution& distribution(Object object) const { return distributions[object.index]; }
  ActorObject& actor(Object object) { return actors[object.index]; }
  ActorObject* actor_of(ledger::EntityId entity);
  // The plan of the broker that is this node.
  PlanNotes& plan_of(ledger::EntityId node);
  // The process that runs on this Lua thread, or nullptr.
  ActorObject* process_on(lua_State* thread) const;
  // Gives it its place among the actors.
  Object add_actor(ActorObject actor);
  // The process whose function runs now, also in a coroutine of its own, or nullptr.
  ActorObject* running_process() const {
    return at_work_ == nullptr || at_work_->is_task ? nullptr : at_work_;
  }
  // The same, or the work of a consumer.
  ActorObject* coroutine_on(lua_State* thread) const;
  // Whether a coroutine may go on: its actor has not died under it.
  bool is_alive(const ActorObject& coroutine);
  Object object_of(const ActorObject& actor) const;

  // The stable name of a message, "shop.3".
  std::string message_name(ledger::MessageId message);
  // A delivery as scripts see it.
  Value message_value(const world::Delivery& delivery);

  // Lets a process go on with these results of its call.
  void resume(ActorObject& process, const std::vector<Value>& results);

 private:
  Place place_of(Function function) const;
  std::uint64_t made() const;  // so far, in steps
  void set_hooks();
  void make_message(ledger::EntityId publisher, std::uint64_t i, world::Content& content);
  world::Decision handle(ledger::EntityId consumer, const world::Delivery& delivery);
  world::Decision decide(ActorObject& consumer, const world::Delivery& delivery);
  void on_return(ledger::EntityId publisher, const world::Returned& returned);
  void on_confirm(ledger::EntityId publisher, ledger::MessageId message, bool ack);
  void on_blocked(ledger::EntityId publisher, bool on, std::string_view why);
  void on_timer(std::uint64_t token);
  void start_process(ledger::EntityId process);
  void begin_work(ledger::EntityId consumer, std::uint32_t thread, const world::Delivery& delivery);
  void end_work(ActorObject& task, world::Decision decision);
  void drop_coroutine(ActorObject& coroutine);
  void drop_coroutines(ledger::EntityId actor);  // of an actor, all
  void go_on(ActorObject& coroutine, const world::Answer& answer);
  world::Decision decision_of(const ActorObject& consumer, const Value& answer);
  void look_at_watches();
  void look_after_events();
  void note_event();  // how many rows there are by now
  void write_checked(Check& check);

  const Request& request_;
  Sandbox& sandbox_;
  Report& report_;
  std::shared_ptr<world::World> world_;
  world::Shelf<CallSlot> slots_;
  std::vector<CallSlot*> free_slots_;
  std::optional<Error> raised_;   // the last one given to Lua
  std::optional<Error> failure_;  // the first that ended a callback
  std::vector<Watch> watches_;
  observe::Books books_;
  std::optional<StreamId> stream_;
  const Value nothing_ = Value{Table{}};  // that most messages have in place of headers and so on
  ActorObject* at_work_ = nullptr;        // the coroutine that runs now
  // The tasks at work, by consumer and thread; and those that are over.
  std::map<std::pair<ledger::EntityId, std::uint32_t>, ActorObject*> working_;
  std::vector<ActorObject*> free_tasks_;
  std::uint64_t paid_ = 0;
  std::uint64_t bytes_kept_ = 0;                // of checks, printed lines and bodies
  ledger::RowNo rows_of_runs_ = 0;              // that the world wrote, not the script
  std::vector<std::uint32_t> actor_of_entity_;  // index + 1, by entity
  using Path = std::tuple<std::uint32_t, std::string, std::string>;  // broker, vhost, name
  std::map<Path, std::uint32_t> queue_index_;
  std::map<Path, std::uint32_t> exchange_index_;
  bool running_ = false;
  bool ended_early_ = false;
  bool no_memory_ = false;
};

}  // namespace mqlab::scripting
