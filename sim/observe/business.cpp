// SPDX-License-Identifier: MIT
// The business book: effects by business id, and why there are none.
#include <algorithm>

#include "sim/observe/books.hpp"

namespace mqlab::observe {

namespace {

template <typename T>
T& at_index(std::vector<T>& table, std::uint32_t index) {
  if (index >= table.size()) table.resize(index + std::size_t{1});
  return table[index];
}

// What the end of a publish means, if it means the end of the message.
std::optional<LossCause> end_of_publish(Reason reason) {
  if (reason == Reason::unroutable) return LossCause::unroutable;
  if (reason == Reason::returned) return LossCause::returned;
  if (reason == Reason::refused) return LossCause::refused;
  if (reason == Reason::no_exchange) return LossCause::no_exchange;
  if (reason == Reason::rolled_back) return LossCause::rolled_back;
  if (reason == Reason::ignored_closed) return LossCause::ignored;
  if (reason == Reason::accepted) return std::nullopt;
  return LossCause::lost_before_broker;
}

// What the end of a copy means; for one that was acked, as long as no more is known.
LossCause end_of_copy(Reason reason) {
  if (reason == Reason::expired) return LossCause::expired;
  if (reason == Reason::overflow) return LossCause::overflow;
  if (reason == Reason::purged) return LossCause::purged;
  if (reason == Reason::queue_deleted) return LossCause::queue_deleted;
  if (reason == Reason::rejected) return LossCause::rejected;
  if (reason == Reason::delivery_limit) return LossCause::delivery_limit;
  if (reason == Reason::rolled_back) return LossCause::rolled_back;
  if (reason == Reason::refused) return LossCause::refused;
  if (reason == Reason::acked) return LossCause::acked_without_effect;
  if (reason == Reason::auto_acked) return LossCause::auto_acked_then_lost;
  return LossCause::lost_in_broker;
}

// What the end of a delivery means for a message whose copy was removed as `removed`.
std::optional<LossCause> end_of_delivery(Reason removed, Reason reason) {
  if (removed == Reason::acked) {
    return reason == Reason::died_with_client ? LossCause::acked_then_crashed
                                              : LossCause::acked_without_effect;
  }
  if (removed != Reason::auto_acked) return std::nullopt;
  if (reason == Reason::lost_in_flight) return LossCause::auto_acked_then_lost;
  if (reason == Reason::died_with_client) return LossCause::auto_acked_then_crashed;
  if (reason == Reason::connection_ended) return LossCause::auto_acked_then_dropped;
  if (reason == Reason::ignored_closed) return LossCause::auto_acked_then_dropped;
  if (reason == Reason::failed) return LossCause::auto_acked_then_failed;
  return LossCause::acked_without_effect;
}

// Rows of other facts change nothing of what became of a message.
bool is_of_business(Fact fact) {
  return fact == Fact::composed || fact == Fact::sent || fact == Fact::enqueued ||
         fact == Fact::removed || fact == Fact::finished || fact == Fact::written ||
         fact == Fact::effect;
}

bool can_lead_to_effect(Reason kind) {
  return kind == Reason::publish || kind == Reason::deliver || kind == Reason::get;
}

void less(std::uint32_t& count) {
  if (count > 0) --count;
}

}  // namespace

std::uint32_t Business::effect_count() const {
  std::uint32_t sum = 0;
  for (const Effect& effect : effects) sum += effect.count;
  return sum;
}

std::uint32_t Business::extra_effects() const {
  return effect_count() - static_cast<std::uint32_t>(effects.size());
}

Outcome Business::outcome() const {
  if (extra_effects() > 0) return Outcome::duplicated;
  if (!effects.empty()) return Outcome::handled;
  return live > 0 || unsent > 0 || promised > 0 ? Outcome::pending : Outcome::lost;
}

BusinessBook::Account& BusinessBook::account(MessageId message) {
  return at_index(accounts_, message.value);
}

// The business that a composed message or an effect is about; made if it is new.
Business& BusinessBook::open_account(const Row& row) {
  std::uint32_t& known =
      row.text ? at_index(by_name_, row.text.value) : account(row.message).business;
  if (known == 0) {
    businesses_.emplace_back().id = row.text;
    known = static_cast<std::uint32_t>(businesses_.size());
    ++counts_[static_cast<std::size_t>(businesses_.back().outcome())];
  }
  const std::uint32_t position = known;
  if (row.message && account(row.message).business == 0) {
    account(row.message).business = position;
  }
  return businesses_[position - 1];
}

Business* BusinessBook::business_of(const Row& row) {
  if (row.fact == Fact::composed || row.fact == Fact::effect) return &open_account(row);
  if (!row.message || row.message.value >= accounts_.size()) return nullptr;
  const std::uint32_t position = accounts_[row.message.value].business;
  return position == 0 ? nullptr : &businesses_[position - 1];
}

void BusinessBook::apply(const LedgerView& view, const Row& row, RowNo number) {
  if (row.fact == Fact::down) return author_down(view, row.subject);
  if (!is_of_business(row.fact)) return;
  Business* business = business_of(row);
  if (business == nullptr) return;
  --counts_[static_cast<std::size_t>(business->outcome())];
  change(row, number, *business);
  ++counts_[static_cast<std::size_t>(business->outcome())];
}

void BusinessBook::change(const Row& row, RowNo number, Business& business) {
  Account& account = this->account(row.message);
  if (row.fact == Fact::composed) {
    business.messages.push_back(row.message);
    account.unsent = true;
    ++business.unsent;
  } else if (row.fact == Fact::sent) {
    if (!can_lead_to_effect(row.reason)) return;
    at_index(kinds_, row.transmission.value) = row.reason;
    ++business.live;
    if (account.unsent) less(business.unsent);
    account.unsent = false;
  } else if (row.fact == Fact::enqueued) {
    at_index(removed_as_, row.copy.value) = Reason::none;
    ++business.live;
  } else if (row.fact == Fact::removed) {
    at_index(removed_as_, row.copy.value) = row.reason;
    less(business.live);
    account.cause = end_of_copy(row.reason);
    account.last = number;
  } else if (row.fact == Fact::finished) {
    finish(row, number, business);
  } else if (row.fact == Fact::written) {
    promise(row, business);
  } else if (row.fact == Fact::effect) {
    add_effect(row, number, business);
  } else {
    return;
  }
  business.last_row = number;
}

void BusinessBook::finish(const Row& row, RowNo number, Business& business) {
  Reason& kind = at_index(kinds_, row.transmission.value);
  if (!can_lead_to_effect(kind)) return;
  less(business.live);
  // A direct reply has no copy: it is gone when it is sent.
  const Reason removed = row.copy ? at_index(removed_as_, row.copy.value) : Reason::auto_acked;
  const std::optional<LossCause> cause =
      kind == Reason::publish ? end_of_publish(row.reason) : end_of_delivery(removed, row.reason);
  kind = Reason::none;
  if (!cause) return;
  account(row.message).cause = *cause;
  account(row.message).last = number;
}

// A row that was lost or taken away promises nothing; one that was updated has kept its word.
void BusinessBook::promise(const Row& row, Business& business) {
  Account& account = this->account(row.message);
  const bool begins = row.reason == Reason::inserted;
  if (account.promised == begins) return;
  account.promised = begins;
  if (begins) {
    ++business.promised;
    return;
  }
  less(business.promised);
  if (row.reason == Reason::updated || !account.unsent) return;
  account.unsent = false;
  less(business.unsent);
}

void BusinessBook::add_effect(const Row& row, RowNo number, Business& business) {
  ++effects_;
  ++at_index(effects_by_, row.subject.value);
  if (business.first_effect == 0) business.first_effect = number;
  const NameId name{row.extra};
  const auto found = std::find_if(business.effects.begin(), business.effects.end(),
                                  [&](const Effect& effect) { return effect.name == name; });
  if (found == business.effects.end()) {
    business.effects.push_back(Effect{name, 1});
  } else {
    ++found->count;
    ++extra_effects_;
  }
}

// What it had composed and not sent went with it.
void BusinessBook::author_down(const LedgerView& view, EntityId author) {
  for (std::uint32_t id = 1; id < accounts_.size(); ++id) {
    Account& account = accounts_[id];
    if (!account.unsent || view.message(MessageId{id}).author != author) continue;
    Business& business = businesses_[account.business - 1];
    --counts_[static_cast<std::size_t>(business.outcome())];
    account.unsent = false;
    less(business.unsent);
    ++counts_[static_cast<std::size_t>(business.outcome())];
  }
}

const Business* BusinessBook::find(NameId id) const {
  if (!id || id.value >= by_name_.size() || by_name_[id.value] == 0) return nullptr;
  return &businesses_[by_name_[id.value] - 1];
}

std::uint64_t BusinessBook::effects_by(EntityId actor) const {
  return actor.value < effects_by_.size() ? effects_by_[actor.value] : 0;
}

LossCause BusinessBook::cause(const Business& business) const {
  const Account* last = nullptr;
  for (const MessageId message : business.messages) {
    const Account& account = accounts_[message.value];
    if (last == nullptr || account.last > last->last) last = &account;
  }
  return last == nullptr ? LossCause::never_sent : last->cause;
}

std::uint64_t BusinessBook::lost(LossCause cause) const {
  if (count(Outcome::lost) == 0) return 0;
  return static_cast<std::uint64_t>(
      std::count_if(businesses_.begin(), businesses_.end(), [&](const Business& business) {
        return business.outcome() == Outcome::lost && this->cause(business) == cause;
      }));
}

}  // namespace mqlab::observe
