// SPDX-License-Identifier: MIT
// Telling parts and connections from the rows of a whole run.
#include "sim/observe/cast.hpp"

#include <algorithm>

#include "sim/observe/marks.hpp"

namespace mqlab::observe {

using ledger::EntityKind;

namespace {

class Casting {
 public:
  explicit Casting(const LedgerView& view) : view_(view) {
    for (std::uint32_t id = 1; id <= view.entity_count(); ++id) {
      const ledger::Entity& entity = view.entity(EntityId{id});
      if (entity.kind == EntityKind::actor) actors_.emplace(entity.name, EntityId{id});
    }
    for (std::uint32_t id = 1; id <= view.entity_count(); ++id) {
      const ledger::Entity& entity = view.entity(EntityId{id});
      if (entity.kind == EntityKind::channel) find_actor(EntityId{id}, entity.parent);
      if (entity.kind == EntityKind::subscription) {
        find_actor(EntityId{id}, view.entity(entity.parent).parent);
      }
    }
  }

  Cast run() {
    for (const Row& row : view_.rows()) take_in(row);
    for (std::uint32_t id = 1; id <= view_.entity_count(); ++id) {
      const EntityId entity{id};
      const EntityKind kind = view_.entity(entity).kind;
      if (publishers_.contains(entity)) cast_.publishers.push_back(entity);
      if (kind == EntityKind::exchange && exchanges_.contains(entity)) {
        cast_.exchanges.push_back(entity);
      }
      if (kind == EntityKind::queue) cast_.queues.push_back(entity);
      if (consumers_.contains(entity)) cast_.consumers.push_back(entity);
    }
    return std::move(cast_);
  }

 private:
  void find_actor(EntityId id, EntityId connection) {
    const auto found = actors_.find(view_.entity(connection).name);
    if (found != actors_.end()) cast_.actor_of[id] = found->second;
  }

  template <typename T>
  static T& at(std::vector<T>& table, std::uint32_t index) {
    if (index >= table.size()) table.resize(index + std::size_t{1});
    return table[index];
  }

  void consume(EntityId queue, EntityId holder) {
    const auto actor = cast_.actor_of.find(holder);
    if (!queue || actor == cast_.actor_of.end()) return;
    cast_.consumes.emplace(queue, actor->second);
    consumers_.insert(actor->second);
  }

  void take_in(const Row& row) {
    if (row.fact == Fact::composed) {
      publishers_.insert(row.subject);
    } else if (row.fact == Fact::sent && row.reason == Reason::publish) {
      at(senders_, row.transmission.value) = row.subject;
    } else if (row.fact == Fact::published && row.subject) {
      exchanges_.insert(row.subject);
      at(cast_.exchange_of, row.transmission.value) = row.subject;
      at(came_through_, row.message.value) = row.subject;
      const EntityId sender = at(senders_, row.transmission.value);
      if (sender) cast_.publishes.emplace(sender, row.subject);
    } else if (row.fact == Fact::bound) {
      exchanges_.insert(row.subject);
      if (view_.entity(row.object).kind == EntityKind::exchange) exchanges_.insert(row.object);
      cast_.routes.emplace(row.subject, row.object);
    } else if (row.fact == Fact::enqueued) {
      enqueue(row);
    } else if (row.fact == Fact::removed) {
      at(left_, row.message.value) = row;
    } else if (row.fact == Fact::delivered && row.copy) {
      consume(row.subject, row.object);
    } else if (row.fact == Fact::created &&
               view_.entity(row.subject).kind == EntityKind::subscription) {
      consume(EntityId{row.extra}, row.subject);
    }
  }

  void enqueue(const Row& row) {
    if (row.reason == Reason::dead_lettered) {
      const Row& left = at(left_, row.message.value);
      if (left.subject) cast_.dead_letters.emplace(left.subject, row.subject);
      at(cast_.letter_of, row.copy.value) = cause_letter(left.reason);
      return;
    }
    const EntityId exchange = at(came_through_, row.message.value);
    if (exchange && view_.name(exchange).empty()) cast_.routes.emplace(exchange, row.subject);
  }

  LedgerView view_;
  Cast cast_;
  std::map<NameId, EntityId> actors_;  // by name
  std::set<EntityId> publishers_;
  std::set<EntityId> exchanges_;
  std::set<EntityId> consumers_;
  std::vector<EntityId> senders_;       // by transmission
  std::vector<EntityId> came_through_;  // by message: the exchange of its last publish
  std::vector<Row> left_;               // by message: the last row that removed a copy of it
};

}  // namespace

Cast cast_of(const LedgerView& view) {
  return Casting(view).run();
}

}  // namespace mqlab::observe
