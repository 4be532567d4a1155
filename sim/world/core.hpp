// SPDX-License-Identifier: MIT
// What all parts of a world share: ledger, choices, engine, and the tables of its parts.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sim/base/choices.hpp"
#include "sim/base/distribution.hpp"
#include "sim/base/time.hpp"
#include "sim/broker/message.hpp"
#include "sim/engine/engine.hpp"
#include "sim/ledger/ledger.hpp"
#include "sim/world/hooks.hpp"
#include "sim/world/shelf.hpp"

namespace mqlab::world {

class Connection;
class Client;
class Node;
class Publisher;
class Consumer;
class Process;
class Store;
struct Wires;

// A distribution with the stream of choices that it samples.
struct Timing {
  Distribution span;
  StreamId stream;
};

// The `op` of an event of the engine, whose target is the index and whose arg is the cause.
enum class EventKind : std::uint8_t {
  frame_at_node,    // index: connection
  frame_at_client,  // index: connection
  node_deadline,    // index: node
  disk_synced,      // index: node
  node_booted,      // index: node
  publisher_start,  // index: publisher
  consumer_start,
  process_start,
  publish_tick,      // index: publisher
  confirm_deadline,  // index: publisher
  publisher_reconnect,
  consumer_reconnect,
  work_done,     // index: consumer; detail: thread
  wait_over,     // index: process
  timer,         // index: timer
  store_done,    // index: store; detail: slot of its request
  store_expiry,  // index: store
  comeback,      // index: entity of an actor that crashed
  client_beat,   // index: connection
  node_beat,
  client_check,
  connect_over,  // index: connection
  outbox_scan,   // index: publisher
  pause,         // nothing but the passing of time
};

// What somebody did to the network between an actor and its nodes; for the connections that it has
// and those to come.
struct Cable {
  bool held = false;
  bool cut_to_broker = false;
  bool cut_to_client = false;
  std::optional<std::uint64_t> rate;  // bytes per second, instead of the connection's own
};

// A place for one event to come, which can be moved or called off.
struct Alarm {
  engine::TimerId event;
  Time at = Time::never();
};

// What an entity id stands for in the world.
struct Thing {
  enum class Kind : std::uint8_t { none, node, publisher, consumer, process, store };
  Kind kind = Kind::none;
  std::uint32_t index = 0;
  std::uint32_t composed = 0;  // messages that it composed
};

// Who waits for what a store will say. A ticket is used once.
struct Caller {
  EntityId actor;
  std::uint32_t thread = 0;  // of a consumer
  std::uint64_t ticket = 0;
};

// What the host is to be told when the present event is over.
struct Note {
  struct Confirmed {
    MessageId message;
    bool ack = false;
  };
  struct Blocked {
    bool on = false;
    std::string why;
  };
  struct Started {};
  struct Killed {};
  struct Work {  // a consumer's thread has something for its coroutine
    std::uint32_t thread = 0;
  };
  struct Told {  // what the coroutine of a consumer's thread waited for
    std::uint32_t thread = 0;
    Answer answer;
  };
  using What = std::variant<Answer, Returned, Confirmed, Blocked, Started, Killed, Work, Told>;
  EntityId about;
  ledger::RowNo cause = 0;
  What what;
};

// What a message is about. Without a name of its own it is the name of its first message, which is
// made when somebody asks.
struct Business {
  NameId name;
  EntityId author;
  std::uint32_t ordinal = 0;
};

// A crash that was ordered: at the nth passing of the point from then on.
struct CrashPlan {
  EntityId actor;
  std::string point;
  std::uint64_t passings_left = 1;
  std::optional<Duration> restart_after;
  bool done = false;
};

struct HostTimer {
  std::uint64_t token = 0;
  Duration period{};  // 0: once
  Alarm alarm;
};

struct Core {
  Core(ledger::Sink sink, Choices given);
  ~Core();
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  ledger::Ledger ledger;
  Choices choices;
  engine::Engine engine;
  broker::MessagePool messages;  // those that actors compose
  Hooks hooks;
  bool begun = false;       // run() was called
  bool running = false;     // run() is at work
  bool comes_back = false;  // and is to end after the present event

  // Addresses stay; indices are never reused. A client and its connection have the same index.
  std::unique_ptr<Wires> wires;
  Shelf<Node> nodes;
  Shelf<Connection> connections;
  Shelf<Client> clients;
  Shelf<Publisher> publishers;
  Shelf<Consumer> consumers;
  Shelf<Process> processes;
  Shelf<Store> stores;
  std::deque<HostTimer> timers;
  std::deque<Note> notes;
  std::vector<Thing> things;                           // by entity; missing: none
  std::map<std::string, EntityId, std::less<>> names;  // of things
  std::vector<Business> businesses;                    // by message, from 1
  std::uint64_t last_ticket = 0;
  std::vector<CrashPlan> crash_plans;

  // Names of the frames that most are, from when they are first written down.
  std::array<NameId, 3> frame_names{};

  std::vector<Cable> cables;  // by actor, to all nodes; missing: as it should be
  std::map<std::pair<EntityId, EntityId>, Cable> ways;  // by actor and node, besides
  std::uint32_t hearts = 0;                             // connections that ever had heartbeats

  Time now() const { return ledger.now(); }
  // All that was done to the network between them.
  Cable cable(EntityId actor, EntityId node) const;
  // Nothing will ever happen but heartbeats of connections in good health.
  bool only_hearts_beat();
  Thing thing(EntityId id) const { return id.value < things.size() ? things[id.value] : Thing{}; }
  void set_thing(EntityId id, Thing thing);
  void note(EntityId about, Note::What what) {
    notes.push_back(Note{about, ledger.cause(), std::move(what)});
  }

  // False: nobody will ever read a row, so what is only for rows need not be made.
  bool is_watched() const { return ledger.sink() != ledger::Sink::none; }

  NameId business(MessageId message);

  Duration sample(const Timing& timing) {
    return timing.span.sample([&] { return choices.bits(timing.stream); });
  }

  // The event happens at `at` instead of when the alarm was set for before; never: not at all. An
  // alarm that stands at the same instant already stays as it is. The present cause becomes the
  // cause of the event.
  void set(Alarm& alarm, Time at, EventKind kind, std::uint32_t index, std::uint32_t detail = 0) {
    if (alarm.at != at) move(alarm, at, kind, index, detail);
  }
  void clear(Alarm& alarm) {
    if (alarm.at != Time::never()) engine.cancel(alarm.event);
    alarm.at = Time::never();
  }
  // The same when its event is what happens now: there is nothing to call off.
  static void rang(Alarm& alarm) { alarm.at = Time::never(); }

  ledger::RowNo row(const ledger::Row& row) { return ledger.append(row); }
  // The same for a row that is only made if it is kept: `make` gives it.
  template <typename Make>
  ledger::RowNo tell(Make&& make) {
    return is_watched() ? ledger.write(make()) : 0;
  }

 private:
  void move(Alarm& alarm, Time at, EventKind kind, std::uint32_t index, std::uint32_t detail);
};

}  // namespace mqlab::world
