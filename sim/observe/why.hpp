// SPDX-License-Identifier: MIT
// The life of one message: what happened to it and why, line by line, and a verdict.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/observe/books.hpp"
#include "sim/observe/names.hpp"
#include "sim/observe/texts.hpp"

namespace mqlab::observe {

struct Life {
  Named what;
  std::vector<RowNo> rows;  // what is about it, and what caused that: crashes, errors, ends
  std::string verdict;      // one sentence

  // Heading, one line for each row, and the verdict last.
  std::string text(const NameIndex& names, Language language = Language::english) const;
};

// The life of a message; of one of its copies, if `what` names a copy. `books` and `names` must be
// of the same rows.
Life life(const NameIndex& names, const Books& books, Named what,
          Language language = Language::english);

// The same from a name; the error is NameIndex::find's.
Result<Life> why(const NameIndex& names, const Books& books, std::string_view name,
                 Language language = Language::english);

// What a cause of loss means, as the end of a sentence: "it was acked as it was sent, …".
std::string_view explanation(LossCause cause);

}  // namespace mqlab::observe
