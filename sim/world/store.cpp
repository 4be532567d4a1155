// SPDX-License-Identifier: MIT
// How a store carries out requests, forgets what expired, and crashes.
#include "sim/world/store.hpp"

#include <algorithm>

#include "sim/world/caller.hpp"
#include "sim/world/compose.hpp"

namespace mqlab::world {

using ledger::CauseScope;
using ledger::Fact;
using ledger::Reason;
using ledger::Row;
using Status = StoreReply::Status;

std::string_view word(StoreReply::Status status) {
  switch (status) {
    case Status::done:
      return "done";
    case Status::exists:
      return "exists";
    case Status::missing:
      return "missing";
    case Status::stale:
      return "stale";
    case Status::down:
      return "down";
  }
  MQLAB_ASSERT(false && "every status has a word");
}

Store::Store(Core& core, std::uint32_t index, EntityId id, StoreConfig config)
    : config_(std::move(config)),
      id_(id),
      index_(index),
      read_{config_.read, core.choices.stream(config_.name + ".read")},
      write_{config_.write, core.choices.stream(config_.name + ".write")} {}

std::vector<StoreRow> Store::rows(const std::string& table) const {
  std::vector<StoreRow> found;
  for (auto it = cells_.lower_bound({table, ""}); it != cells_.end() && it->first.first == table;
       ++it) {
    found.push_back(StoreRow{it->first.second, it->second.value, it->second.version});
  }
  return found;
}

std::vector<ledger::Snapshot::Stored> Store::stored() const {
  std::vector<ledger::Snapshot::Stored> found;
  for (const auto& [place, cell] : cells_) found.push_back({cell.name, cell.version});
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.place < b.place; });
  return found;
}

// -- requests
// ---------------------------------------------------------------------------------------

std::optional<StoreReply> Store::ask(Core& core, Caller caller, StoreRequest request) {
  if (!up_) {
    StoreReply refused;
    refused.status = Status::down;
    return refused;
  }
  const bool reuse = !free_slots_.empty();
  const auto slot = reuse ? *free_slots_.begin() : static_cast<std::uint32_t>(pending_.size());
  free_slots_.erase(slot);
  Pending& pending = pending_[slot];
  pending.caller = caller;
  pending.request = std::move(request);
  const bool changes = pending.request.commit &&
                       std::any_of(pending.request.steps.begin(), pending.request.steps.end(),
                                   [](const StoreOp& step) { return writes(step.kind); });
  core.set(pending.done, core.now() + core.sample(changes ? write_ : read_), EventKind::store_done,
           index_, slot);
  return std::nullopt;
}

void Store::carry_out(Core& core, std::uint32_t slot) {
  Pending pending = std::move(pending_.at(slot));
  pending_.erase(slot);
  free_slots_.insert(slot);
  core.clear(pending.done);
  answer_caller(core, pending.caller, apply(core, pending.caller, pending.request));
}

Status Store::judge(const StoreOp& step, const std::optional<Cell>& cell) {
  switch (step.kind) {
    case StoreOp::Kind::get:
    case StoreOp::Kind::count:
    case StoreOp::Kind::scan:
    case StoreOp::Kind::put:
    case StoreOp::Kind::effect:
      return Status::done;
    case StoreOp::Kind::insert:
      return cell ? Status::exists : Status::done;
    case StoreOp::Kind::update:
    case StoreOp::Kind::remove:
      if (!cell) return Status::missing;
      return step.version && *step.version != cell->version ? Status::stale : Status::done;
  }
  MQLAB_ASSERT(false && "every step is judged");
}

void Store::read(const Overlay& changed, const StoreOp& step, StoreReply& reply) const {
  reply.rows.clear();
  if (step.kind == StoreOp::Kind::get) {
    if (const std::optional<Cell> cell = look(changed, {step.table, step.key})) {
      reply.rows.push_back(StoreRow{step.key, cell->value, cell->version});
    }
  } else {
    std::map<std::string, StoreRow> rows;
    for (StoreRow& row : this->rows(step.table)) rows[row.key] = std::move(row);
    for (const auto& [place, cell] : changed) {
      if (place.first != step.table) continue;
      rows.erase(place.second);
      if (cell) rows[place.second] = StoreRow{place.second, cell->value, cell->version};
    }
    for (auto& [key, row] : rows) reply.rows.push_back(std::move(row));
  }
  reply.count = reply.rows.size();
  if (step.kind == StoreOp::Kind::count) reply.rows.clear();
}

std::optional<Store::Cell> Store::look(const Overlay& changed, const Place& place) const {
  if (const auto found = changed.find(place); found != changed.end()) return found->second;
  const auto found = cells_.find(place);
  return found == cells_.end() ? std::nullopt : std::optional<Cell>(found->second);
}

Store::Cell Store::changed_cell(Core& core, const StoreOp& step,
                                const std::optional<Cell>& before) const {
  Cell cell;
  cell.value = step.value;
  cell.version = before ? before->version + 1 : 1;
  if (step.expires) {
    cell.until = core.now() + *step.expires;
  } else if (before && step.kind == StoreOp::Kind::update) {
    cell.until = before->until;
  }
  cell.name = before ? before->name : core.ledger.names().intern(step.table + "/" + step.key);
  if (before) cell.message = before->message;
  return cell;
}

StoreReply Store::apply(Core& core, const Caller& caller, const StoreRequest& request) {
  StoreReply reply;
  Overlay changed;
  std::vector<Entry> log;
  for (std::size_t i = 0; i < request.steps.size(); ++i) {
    const StoreOp& step = request.steps[i];
    if (!writes(step.kind)) {
      read(changed, step, reply);
      continue;
    }
    if (step.kind == StoreOp::Kind::effect) {
      log.push_back(Entry{Reason::none, {}, &step});
      continue;
    }
    const Place place{step.table, step.key};
    const std::optional<Cell> before = look(changed, place);
    reply.status = judge(step, before);
    reply.rows.clear();
    if (reply.status != Status::done) {
      reply.failed = i;
      if (before) reply.rows.push_back(StoreRow{step.key, before->value, before->version});
      return reply;
    }
    if (step.kind == StoreOp::Kind::remove) {
      changed[place] = std::nullopt;
      log.push_back(Entry{Reason::deleted, *before, nullptr});
      continue;
    }
    Cell cell = changed_cell(core, step, before);
    reply.rows.push_back(StoreRow{step.key, cell.value, cell.version});
    log.push_back(Entry{before ? Reason::updated : Reason::inserted, cell, nullptr});
    changed[place] = std::move(cell);
  }
  if (request.commit) commit(core, caller, request, std::move(changed), std::move(log));
  return reply;
}

void Store::commit(Core& core, const Caller& caller, const StoreRequest& request, Overlay&& changed,
                   std::vector<Entry> log) {
  const MessageId promised = request.promises ? promised_message(core, caller) : MessageId{};
  for (auto& [place, cell] : changed) {
    if (cell && promised) cell->message = promised;
    if (cell) row_written(core, caller, id_, place.first);
    set(place, std::move(cell));
  }
  for (Entry& entry : log) {
    if (entry.effect != nullptr) {
      write_effect(core, caller.actor, entry.effect->table,
                   core.ledger.names().intern(entry.effect->key), entry.effect->message);
      continue;
    }
    if (promised) entry.cell.message = promised;
    note(core, caller.actor, entry.cell, entry.reason);
  }
  watch_expiry(core);
}

void Store::set(const Place& place, std::optional<Cell> cell) {
  if (const auto old = cells_.find(place); old != cells_.end()) {
    if (old->second.until != Time::never()) expiries_.erase({old->second.until, place});
    cells_.erase(old);
  }
  if (!cell) return;
  if (cell->until != Time::never()) expiries_.insert({cell->until, place});
  cells_[place] = std::move(*cell);
}

void Store::note(Core& core, EntityId author, const Cell& cell, Reason reason) const {
  Row row;
  row.fact = Fact::written;
  row.reason = reason;
  row.subject = id_;
  row.object = author;
  row.text = cell.name;
  row.value = cell.version;
  row.message = cell.message;
  core.row(row);
}

// -- expiry
// -----------------------------------------------------------------------------------------

void Store::watch_expiry(Core& core) {
  core.set(expiry_, expiries_.empty() ? Time::never() : expiries_.begin()->first,
           EventKind::store_expiry, index_);
}

void Store::expire(Core& core) {
  core.clear(expiry_);
  while (!expiries_.empty() && expiries_.begin()->first <= core.now()) {
    const Place place = expiries_.begin()->second;
    const Cell cell = cells_.at(place);
    set(place, std::nullopt);
    note(core, {}, cell, Reason::expired);
  }
  watch_expiry(core);
}

// -- crashes
// ----------------------------------------------------------------------------------------

void Store::crash(Core& core) {
  if (!up_) return;
  up_ = false;
  ++turns_;
  const CauseScope scope(core.ledger, mark(core, Fact::down, Reason::killed, id_));
  if (!config_.durable) {
    for (const auto& [place, cell] : cells_) note(core, {}, cell, Reason::not_durable);
    cells_.clear();
    expiries_.clear();
    watch_expiry(core);
  }
  std::map<std::uint32_t, Pending> lost = std::move(pending_);
  pending_.clear();
  free_slots_.clear();
  for (auto& [slot, pending] : lost) {
    core.clear(pending.done);
    StoreReply reply;
    reply.status = Status::down;
    answer_caller(core, pending.caller, std::move(reply));
  }
}

void Store::restart(Core& core) {
  if (up_) return;
  up_ = true;
  ++turns_;
  const CauseScope scope(core.ledger, mark(core, Fact::up, Reason::restarted, id_));
  store_is_back(core, id_);
}

}  // namespace mqlab::world
