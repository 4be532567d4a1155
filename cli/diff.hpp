// SPDX-License-Identifier: MIT
// Two runs side by side: where they part, and how their books differ.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/observe/books.hpp"
#include "sim/observe/names.hpp"
#include "sim/observe/texts.hpp"

namespace mqlab::cli {

// One run as it is compared. Both must outlive the comparison.
struct Side {
  const observe::NameIndex& names;
  const observe::Books& books;
};

struct Difference {
  // One account of the books.
  struct Account {
    std::string book;  // business, copies, transmissions
    std::string name;
    std::uint64_t first = 0;
    std::uint64_t second = 0;
  };
  // How it stands with one business id in one run.
  struct Fate {
    std::optional<observe::Outcome> outcome;  // none: no message is about it
    std::optional<observe::LossCause> cause;  // of a loss
    std::uint32_t effects = 0;
    std::uint32_t messages = 0;

    bool operator==(const Fate&) const = default;
  };
  struct Message {
    std::string business;
    Fate first;
    Fate second;
  };

  // The first row that is not the same in both; one beyond the shorter run if that is all.
  // 0: there is none.
  ledger::RowNo row = 0;
  std::string fields;  // in what these two rows differ: "time, reason"; empty beyond an end
  std::vector<Account> accounts;  // all, also those that agree
  std::vector<Message> messages;  // those that differ, in order of the first run, then the second
  std::size_t message_count = 0;  // of both

  bool same() const { return row == 0; }
};

// Rows are compared by what they say, with names instead of numbers, so runs of two variants or two
// versions of a script can be compared, too. The language is that of the accounts' names.
Difference difference_of(const Side& first, const Side& second,
                         observe::Language language = observe::Language::english);

}  // namespace mqlab::cli
