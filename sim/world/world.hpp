// SPDX-License-Identifier: MIT
// One object, one run: nodes, links and actors wired on the engine. What happens in it is a pure
// function of its options, of what it is told to build, and of the host's answers.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/choices.hpp"
#include "sim/base/result.hpp"
#include "sim/base/time.hpp"
#include "sim/broker/broker.hpp"
#include "sim/ledger/ledger.hpp"
#include "sim/ledger/snapshot.hpp"
#include "sim/world/config.hpp"
#include "sim/world/hooks.hpp"
#include "sim/world/intervention.hpp"
#include "sim/world/process_port.hpp"
#include "sim/world/work_port.hpp"

namespace mqlab::world {

struct Options {
  std::uint64_t seed = 1;
  ledger::Sink sink = ledger::Sink::full;
  std::vector<Intervention> interventions;  // in any order; of one event: in order
  std::vector<ChoiceOverride> overrides;
  bool keep_choices = false;  // keep the log of choices for a recording
};

// When run() comes back at the latest.
struct Limits {
  Time until = Time::never();  // events at this instant still happen
  // Puts an event that does nothing at this instant, so that now() gets there. A script that goes
  // on after a pause wants that; a viewer that steps through a run must not change it.
  Time pause = Time::never();
  std::uint64_t max_events = 10'000'000;  // of the whole run, not of this call
  // The event after which the ledger has that many rows is the last one.
  std::uint64_t max_rows = std::numeric_limits<std::uint64_t>::max();
  std::function<bool()> interrupt;  // asked after an event; true: come back now
  std::uint64_t ask_every = 1;      // so many events are between two questions
};

enum class Outcome : std::uint8_t {
  drained,      // nothing can happen any more
  until,        // what comes next is later than Limits::until
  event_limit,  // Limits::max_events
  row_limit,    // Limits::max_rows
  interrupted,  // Limits::interrupt, or come_back()
};

std::string_view word(Outcome outcome);

// What a publisher has done so far.
struct PublisherCounts {
  std::uint64_t composed = 0;   // business messages, without resends
  std::uint64_t published = 0;  // sent, with resends
  std::uint64_t confirmed = 0;
  std::uint64_t nacked = 0;
  std::uint64_t returned = 0;
  std::uint64_t timed_out = 0;
  std::uint64_t blocked = 0;      // times the broker told that it reads no more (PUB-14)
  std::uint64_t unconfirmed = 0;  // sent with confirms, neither acked nor nacked
};

// What a consumer has done so far, and what it holds.
struct ConsumerCounts {
  std::uint64_t received = 0;  // deliveries that arrived
  std::uint64_t handled = 0;   // worked off, the handler said ack
  std::uint64_t failed = 0;    // worked off otherwise
  std::uint64_t retried = 0;   // attempts after the first one
  std::uint32_t buffered = 0;
  std::uint32_t in_hand = 0;
};

using TimerId = std::uint32_t;

// Order at one instant: the order in which things were arranged. Timers set before the first run()
// come before all else; then consumers start, then publishers, then processes, each in the order of
// their declaration. A consumer or publisher that starts for the first time is connected and
// subscribed at once; a restarted or reconnecting one pays its round trips, as a process does.
class World {
 public:
  explicit World(const Options& options);   // every choice from options.seed
  World(Options options, Choices choices);  // choices from elsewhere: a recording, a search
  ~World();
  World(World&&) noexcept;
  World& operator=(World&&) noexcept;

  // To be set before the first run().
  Hooks& hooks();

  // -- building: before the first run() or during it
  // -------------------------------------------------- Names are unique among nodes and actors.
  // Errors carry no place.
  Result<EntityId> add_node(NodeConfig config);
  Result<EntityId> add_publisher(PublisherConfig config);
  Result<EntityId> add_consumer(ConsumerConfig config);
  Result<EntityId> add_process(ProcessConfig config);
  Result<EntityId> add_store(StoreConfig config);
  std::optional<EntityId> find(std::string_view name) const;

  // The operator's own connection: carried out at once, with the broker's reply. An AMQP error, or
  // a node that is down, is the error.
  Result<broker::Reply> operate(EntityId node, std::string_view vhost, broker::Method method);
  // Anything else an operator can do to a broker (policies, users, alarms), with what follows.
  Result<void> administer(EntityId node,
                          const std::function<Result<void>(broker::Broker&)>& action);
  // Policies of the broker at this node that limit streams, in vain (Broker::policies_in_vain).
  std::vector<std::pair<std::string, std::string>> policies_in_vain(EntityId node) const;

  // -- time ---------------------------------------------------------------------------------------
  // Lets the world go on. May be called again. Not from a hook.
  Outcome run(const Limits& limits = {});
  // For hooks: run() comes back after the present event, as if it was interrupted.
  void come_back();
  Time now() const;
  std::uint64_t event_count() const;

  // hooks.on_timer(token) at an instant (now, if it is past).
  TimerId at(Time when, std::uint64_t token);
  // The same again and again; first after one period, which is positive.
  TimerId every(Duration period, std::uint64_t token);
  void cancel(TimerId timer);

  // -- faults and orders; what makes no sense in the present state does nothing
  // --------------------- A node's process or an actor dies at once; of an actor's connection, what
  // it wrote still goes out, followed by the end of the stream.
  void kill(EntityId node_or_actor);
  // A node: DUR-1. A publisher publishes no more, waits for its confirms and closes; a consumer
  // cancels, works off and settles what it has and closes.
  void stop(EntityId node_or_actor);
  void power_off(EntityId node);
  // A node recovers its image; an actor that is down starts anew with a new connection.
  void restart(EntityId node_or_actor);
  // Faults of the network between an actor and a node; without a node, all nodes are meant.
  // All connections break at once, at both ends.
  void drop_connections(EntityId actor, EntityId node = {});
  // What is on the wire arrives later, and what is sent behind it.
  void delay(EntityId actor, Duration span, EntityId node = {});
  // Those below are also about connections to come. held: bytes wait where they are, and go on as
  // if nothing had been when it is released. partition: what is sent gets nowhere, in silence; when
  // it is healed, TCP sends it again. Both last until they are taken back, and stop the ends of
  // streams, too: each end finds out by its heartbeats. What was done to the way to one node is
  // taken back for that node, or with all else that was done to the actor.
  void hold(EntityId actor, EntityId node = {});
  void release(EntityId actor, EntityId node = {});
  enum class Way : std::uint8_t { both, to_broker, to_client };
  void partition(EntityId actor, Way way, EntityId node = {});
  void heal(EntityId actor, EntityId node = {});
  // Bytes per second from now on, each way, for what has not left yet, too; 0: as it was declared.
  void clog(EntityId actor, std::uint64_t bytes_per_second, EntityId node = {});
  // The actor crashes at the nth passing (from 1) of the point from now on, and starts again after
  // that time, if there is one. Points: fault_point.hpp.
  void crash_at(EntityId actor, std::string_view point, std::uint64_t nth,
                std::optional<Duration> restart_after);
  // The actor passes a point of its own. True: it crashed there.
  bool pass(EntityId actor, std::string_view point);
  // Crashes that were ordered and did not come to pass, "worker at after_effect".
  std::vector<std::string> unmet_crashes() const;
  // How long the disk of a node takes for an fsync, from the next one on.
  void set_fsync(EntityId node, Distribution fsync);
  // An error if this node or actor is down: no fault can befall it. (An actor that has not started
  // is not down.)
  Result<void> can_suffer(EntityId node_or_actor) const;
  // Whether the actor may have a link to this node: a process to any, others to their own.
  bool has_link(EntityId actor, EntityId node) const;
  // When its event has happened, like those of the options. An error if that event is past.
  Result<void> plan(const Intervention& intervention);
  // Interventions that could not be applied when their event came.
  const std::vector<Error>& failed_interventions() const;
  // Now. An error if there is no node or actor of that name, or it cannot be done to it.
  Result<void> apply(const Intervention& intervention);

  // -- processes
  // ------------------------------------------------------------------------------------
  ProcessPort process(EntityId process);
  WorkPort work(EntityId consumer, std::uint32_t thread);
  // The business effect `effect` of `business` took place at the actor.
  void effect(EntityId actor, std::string_view effect, std::string_view business,
              MessageId message = {});

  // -- looking in
  // -----------------------------------------------------------------------------------
  bool is_up(EntityId node_or_actor) const;
  PublisherCounts publisher(EntityId publisher) const;
  ConsumerCounts consumer(EntityId consumer) const;
  // Why the broker does not read the publisher's connection, as it was told; nothing: it does.
  std::optional<std::string> blocked(EntityId publisher) const;
  const broker::Broker& broker(EntityId node) const;
  std::vector<StoreRow> rows(EntityId store, const std::string& table) const;
  // How often the store went down or came back: a transaction does not outlive that.
  std::uint32_t store_turns(EntityId store) const;
  ledger::Snapshot snapshot() const;

  ledger::Ledger& ledger();
  const ledger::Ledger& ledger() const;
  Choices& choices();

 private:
  struct Script;  // the interventions
  // Faults of an actor's link.
  Result<void> disturb(EntityId actor, EntityId node, const Intervention& intervention);
  std::unique_ptr<Core> core_;
  std::unique_ptr<Script> script_;
};

}  // namespace mqlab::world
