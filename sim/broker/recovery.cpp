// SPDX-License-Identifier: MIT
// Going down and coming back.
#include "sim/broker/recovery.hpp"

#include <utility>

#include "sim/broker/copies.hpp"
#include "sim/broker/expiry.hpp"
#include "sim/broker/facts.hpp"
#include "sim/broker/methods.hpp"
#include "sim/broker/overflow.hpp"
#include "sim/broker/priority.hpp"
#include "sim/broker/quorum.hpp"
#include "sim/broker/reply.hpp"
#include "sim/broker/teardown.hpp"

namespace mqlab::broker {
namespace {

using ledger::Reason;

Reason end_of_connections(Down how) {
  switch (how) {
    case Down::stop:
      return Reason::broker_stopped;
    case Down::kill:
      return Reason::broker_killed;
    case Down::power_off:
      return Reason::broker_powered_off;
  }
  MQLAB_ASSERT(false && "every way to go down ends connections");
}

Reason way_down(Down how) {
  switch (how) {
    case Down::stop:
      return Reason::stopped;
    case Down::kill:
      return Reason::killed;
    case Down::power_off:
      return Reason::powered_off;
  }
  MQLAB_ASSERT(false && "every way to go down has a word");
}

ledger::RowNo write_state(Node& node, ledger::Fact fact, Reason reason) {
  ledger::Row row;
  row.fact = fact;
  row.reason = reason;
  row.subject = node.entity;
  return node.ledger.append(row);
}

// Why a copy is lost with the node; none if it survives.
Reason loss(const Node& node, const Queue& queue, const Entry& entry, Down how) {
  if (!queue.is_durable()) return Reason::queue_deleted;
  if (queue.is_classic() && !entry.message->persistent()) return Reason::not_persistent;
  // What was written outlives the process; an orderly stop syncs.
  const bool on_platter = entry.token == 0 || node.writes.written(entry.token);
  return how == Down::power_off && !on_platter ? Reason::not_synced : Reason::none;
}

void keep_survivors(Node& node, Queue& queue, Down how) {
  Ready survivors(lanes_of(queue.settings));
  while (!queue.ready.empty()) {
    Entry entry = queue.ready.pop_front();
    const Reason lost = loss(node, queue, entry, how);
    if (lost != Reason::none) {
      facts::removed(node, queue, entry, lost);
      count_out(node, queue, entry);
      continue;
    }
    entry.token = 0;
    survivors.push_back(std::move(entry));
  }
  queue.ready = std::move(survivors);
  std::erase_if(queue.kept, [&](Kept& one) {
    const Reason lost = loss(node, queue, one.entry, how);
    one.entry.token = 0;
    if (lost == Reason::none) return false;
    facts::removed(node, queue, one.entry, lost);
    count_out(node, queue, one.entry);
    return true;
  });
}

void end_transient_queues(Node& node, Down how) {
  std::vector<QueueId> transient;
  node.queues.each([&](Queue& queue) {
    keep_survivors(node, queue, how);
    if (!queue.is_durable()) transient.push_back(queue.id);
  });
  for (const QueueId id : transient) {
    facts::ended(node, node.queues.get(id).entity, Reason::not_durable);
    node.queues.remove(id);
  }
  for (const auto& vhost : node.vhosts) vhost->routing.drop_transient();
}

// A queue as it comes back: without consumers and timers.
void reset(Queue& queue, Time now) {
  queue.line = {};
  queue.quorum = {};
  queue.consumers.clear();
  queue.had_consumers = false;
  queue.holder = {};
  queue.head_expiry = {};
  queue.queue_expiry = {};
  queue.letter_retry = {};
  queue.unacked = 0;
  queue.begun = now;
  queue.counted = queue.ready.size();
  queue.counted_at = 0;
}

}  // namespace

ImagePtr go_down(Node& node, Down how) {
  MQLAB_ASSERT(node.running);
  const ledger::CauseScope cause(node.ledger, write_state(node, ledger::Fact::down, way_down(how)));
  node.running = false;
  node.crashing = how != Down::stop;
  if (node.crashing) node.casts.clear();  // they were in the memory of processes
  end_all_connections(node, end_of_connections(how), how == Down::stop);
  node.crashing = false;
  if (how == Down::stop) settle_down(node, Then::more_timers);
  node.news.clear();
  node.quorum_news.clear();
  node.urgent_news.clear();
  end_transient_queues(node, how);
  node.writes.abandon();
  node.store_requests.clear();
  node.timers = {};

  ImagePtr image(new Image);
  image->how = how;
  image->permissions = std::move(node.permissions);
  image->vhosts = std::move(node.vhosts);
  image->queues = std::exchange(node.queues, {});
  image->casts = std::exchange(node.casts, {});
  node.vhosts.clear();
  return image;
}

void recover(Node& node, ImagePtr image) {
  MQLAB_ASSERT(!node.running);
  const ledger::CauseScope cause(node.ledger,
                                 write_state(node, ledger::Fact::up, Reason::restarted));
  node.running = true;
  node.memory_alarm = false;
  node.disk_alarm = false;
  node.permissions = std::move(image->permissions);
  ++node.permissions_version;
  node.vhosts = std::move(image->vhosts);
  node.queues = std::move(image->queues);
  node.casts = std::move(image->casts);
  const bool crashed = image->how != Down::stop;
  node.queues.each([&](Queue& queue) {
    reset(queue, node.now);
    if (crashed && queue.is_classic()) {
      queue.ready.mark_redelivered();
      queue.ready.each(
          [&](const Entry& entry) { facts::requeued(node, queue, entry, Reason::recovered); });
    }
    touch(node, queue);
    if (queue.is_classic()) {
      drop_heads(node, queue);
      examine_head(node, queue);
    } else if (queue.settings.type == QueueType::quorum) {
      retry_letters(node, queue);
      checkout(node, queue);
    }
  });
  settle_down(node, Then::more_timers);
}

void ImageDeleter::operator()(Image* image) const {
  delete image;
}

}  // namespace mqlab::broker
