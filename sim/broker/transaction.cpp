// SPDX-License-Identifier: MIT
// Transactions.
#include "sim/broker/transaction.hpp"

#include <algorithm>
#include <utility>

#include "sim/broker/copies.hpp"
#include "sim/broker/facts.hpp"
#include "sim/broker/publish.hpp"
#include "sim/broker/reply.hpp"
#include "sim/broker/settle.hpp"
#include "sim/broker/teardown.hpp"

namespace mqlab::broker {

Failure select_tx(Node& node, Channel& channel) {
  if (channel.confirming) return fail(errors::confirm_to_tx());
  if (!channel.transaction) channel.transaction.emplace();
  reply(node, channel, ReplyKind::tx_select_ok);
  return nullptr;
}

Failure commit(Node& node, Channel& channel) {
  if (!channel.transaction) return fail(errors::not_transactional());
  std::vector<TxPublish> publishes = std::exchange(channel.transaction->publishes, {});
  std::vector<TxSettle> settles = std::exchange(channel.transaction->settles, {});
  for (std::size_t i = 0; i < publishes.size(); ++i) {
    Failure crash = store_publish(node, channel, std::move(publishes[i]));
    if (!crash) continue;
    while (++i < publishes.size()) {
      const Published& lost = publishes[i].publish;
      facts::finished(node, lost.message->identity, lost.transmission, ledger::Reason::rolled_back);
    }
    return crash;
  }
  // Outside of the transaction, so that they take effect.
  for (TxSettle& settle : settles) {
    std::stable_sort(settle.tags.begin(), settle.tags.end());
    settle_tags(node, channel, settle.tags, settle.kind);
  }
  channel.transaction->committing = true;
  has_urgent_news(node, channel);
  return nullptr;
}

Failure rollback(Node& node, Channel& channel) {
  if (!channel.transaction) return fail(errors::not_transactional());
  for (const auto& [publish, queues, names] : channel.transaction->publishes) {
    facts::finished(node, publish.message->identity, publish.transmission,
                    ledger::Reason::rolled_back);
  }
  for (const TxSettle& settle : channel.transaction->settles) {
    for (const std::uint64_t tag : settle.tags) {
      channel.unacked.set_state(tag, Unacked::State::outstanding);
    }
  }
  channel.transaction.emplace();
  reply(node, channel, ReplyKind::tx_rollback_ok);
  return nullptr;
}

void finish_commit(Node& node, Channel& channel) {
  channel.confirms.forget_decided();
  if (!channel.transaction->committing || channel.confirms.waiting() > 0) return;
  const bool failed = channel.transaction->failed;
  channel.transaction.emplace();
  if (failed) {
    fail_channel(node, channel, errors::blame(errors::partial_tx(), "tx.commit"));
  } else {
    reply(node, channel, ReplyKind::tx_commit_ok);
  }
}

}  // namespace mqlab::broker
