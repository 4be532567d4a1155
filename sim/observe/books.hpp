// SPDX-License-Identifier: MIT
// The books of a run: copies, transmissions, and the business. All are kept row by row.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/few.hpp"
#include "sim/observe/state.hpp"

namespace mqlab::observe {

using ReasonCounts = std::array<std::uint64_t, ledger::kReasonCount>;

// What brokers hold: enqueued (by reason) = ready + unacked + removed (by reason).
struct CopiesBook {
  ReasonCounts enqueued{};
  ReasonCounts removed{};
  std::uint64_t ready = 0;
  std::uint64_t unacked = 0;
  std::uint64_t delivered = 0;
  std::uint64_t redelivered = 0;
  std::uint64_t requeued = 0;

  // Empty if the book balances, else the sentence that names the difference.
  std::string difference() const;
  bool operator==(const CopiesBook&) const = default;
};

// What is on its way or in a client's hands:
// sent (by kind) = on the wire + buffered + in hand + finished (by reason).
struct TransmissionsBook {
  ReasonCounts sent{};  // by kind
  ReasonCounts finished{};
  std::uint64_t on_wire = 0;
  std::uint64_t buffered = 0;
  std::uint64_t in_hand = 0;

  std::string difference() const;
  bool operator==(const TransmissionsBook&) const = default;
};

// Why a business id came to nothing.
enum class LossCause : std::uint8_t {
  never_sent,               // its author went down before it was sent
  lost_before_broker,       // the publish was on the wire when the connection broke
  ignored,                  // the publish reached a channel that was closed
  no_exchange,              // there was no such exchange
  unroutable,               // no queue, and the publisher did not ask to be told
  returned,                 // no queue, given back
  refused,                  // the queue was full and refuses
  rolled_back,              // published in a transaction that did not commit
  expired,                  // its time in the queue was over
  overflow,                 // the queue was full and dropped it
  purged,                   // the queue was emptied
  queue_deleted,            // the queue went, and it with it
  rejected,                 // by a consumer, and dead lettered nowhere
  delivery_limit,           // came back too often
  lost_in_broker,           // transient or not yet on the platter when its broker went down
  auto_acked_then_lost,     // acked when sent, and lost on the wire
  auto_acked_then_crashed,  // acked when sent, and its client died with it in buffer or hands
  auto_acked_then_dropped,  // acked when sent; its connection or consumer had ended
  auto_acked_then_failed,   // acked when sent; the handling failed
  acked_then_crashed,       // the client acked before it worked, and died
  acked_without_effect,     // handled and acked, but nothing was done
};

inline constexpr int kLossCauseCount = static_cast<int>(LossCause::acked_without_effect) + 1;

// The word for it in scripts, views and files: "auto-acked-then-crashed".
std::string_view word(LossCause cause);
// The cause with this word.
std::optional<LossCause> loss_cause(std::string_view word);

// How it stands with one business id.
enum class Outcome : std::uint8_t {
  pending,     // no effect yet, and something is left that could still lead to one
  handled,     // each of its effects took place once
  duplicated,  // an effect took place more than once
  lost,        // no effect, and nothing is left anywhere
};

std::string_view word(Outcome outcome);

struct Effect {
  NameId name;
  std::uint32_t count = 0;

  bool operator==(const Effect&) const = default;
};

// One business id: what its messages are about.
struct Business {
  NameId id;
  Few<MessageId> messages;     // attempts, in order
  Few<Effect> effects;         // by name, in order of the first of each
  std::uint32_t live = 0;      // copies and transmissions that could lead to an effect
  std::uint32_t unsent = 0;    // messages composed and not yet sent by authors that are up
  std::uint32_t promised = 0;  // rows of stores that promise to send one of its messages
  RowNo first_effect = 0;
  RowNo last_row = 0;  // the last one that changed anything here

  std::uint32_t effect_count() const;
  // Effects beyond the first of each name.
  std::uint32_t extra_effects() const;
  Outcome outcome() const;

  bool operator==(const Business&) const = default;
};

// For each business id, what became of it.
class BusinessBook {
 public:
  // Row number `number` of the ledger; they come in order.
  void apply(const LedgerView& view, const Row& row, RowNo number);

  std::span<const Business> all() const { return businesses_; }
  // nullptr if no message is about it.
  const Business* find(NameId id) const;
  // How many business ids stand so.
  std::uint64_t count(Outcome outcome) const { return counts_[static_cast<std::size_t>(outcome)]; }
  // How often an effect took place that had taken place before.
  std::uint64_t extra_effects() const { return extra_effects_; }
  std::uint64_t effects() const { return effects_; }
  // Effects that this actor brought about.
  std::uint64_t effects_by(EntityId actor) const;

  // Why it is lost, if it is: told from what ended last.
  LossCause cause(const Business& business) const;
  // How many are lost for this cause.
  std::uint64_t lost(LossCause cause) const;

  bool operator==(const BusinessBook&) const = default;

 private:
  // How one message ended, as far as it has.
  struct Account {
    std::uint32_t business = 0;  // position + 1
    bool unsent = false;         // composed, not sent, and the author has not gone down since
    bool promised = false;       // a row of a store says that it will be sent
    LossCause cause = LossCause::never_sent;
    RowNo last = 0;  // the row that gave the cause

    bool operator==(const Account&) const = default;
  };

  Business& open_account(const Row& row);
  Business* business_of(const Row& row);
  Account& account(MessageId message);
  void change(const Row& row, RowNo number, Business& business);
  void add_effect(const Row& row, RowNo number, Business& business);
  void finish(const Row& row, RowNo number, Business& business);
  void promise(const Row& row, Business& business);
  void author_down(const LedgerView& view, EntityId author);

  std::vector<Business> businesses_;
  std::vector<std::uint32_t> by_name_;     // by NameId: position + 1
  std::vector<Account> accounts_;          // by message
  std::vector<Reason> kinds_;              // by transmission: publish, deliver, get; none if ended
  std::vector<Reason> removed_as_;         // by copy
  std::vector<std::uint64_t> effects_by_;  // by actor
  std::array<std::uint64_t, 4> counts_{};
  std::uint64_t effects_ = 0;
  std::uint64_t extra_effects_ = 0;
};

// All books of a run, and the state that goes with them.
class Books {
 public:
  // The next row of the ledger.
  void apply(const LedgerView& view, const Row& row);
  // All rows that are new since.
  void extend(const LedgerView& view);

  const CopiesBook& copies() const { return copies_; }
  const TransmissionsBook& transmissions() const { return transmissions_; }
  const BusinessBook& business() const { return business_; }
  const State& state() const { return state_; }

  // Empty if all books balance and agree with the state; else sentences, one a line, that name the
  // differences. Anything but empty is a bug in mqlab.
  std::string differences() const;

  bool operator==(const Books&) const = default;

 private:
  CopiesBook copies_;
  TransmissionsBook transmissions_;
  BusinessBook business_;
  State state_;
};

}  // namespace mqlab::observe
