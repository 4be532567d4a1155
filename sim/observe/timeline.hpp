// SPDX-License-Identifier: MIT
// Walking through a run both ways: keyframes of the state, and folding forward from them.
#pragma once

#include <cstddef>
#include <vector>

#include "sim/observe/state.hpp"

namespace mqlab::observe {

// Keeps a state every so many rows. When they take more memory than allowed, every second one is
// dropped and the spacing doubles: the budget holds for a run of any length, and any row is
// reached by folding at most one spacing.
class Timeline {
 public:
  struct Options {
    std::size_t budget_bytes = std::size_t{64} << 20;
    RowNo spacing = 4096;  // at the beginning, in rows; at least 1
  };

  explicit Timeline(LedgerView view) : Timeline(view, Options{}) {}
  Timeline(LedgerView view, Options options);

  // The same ledger, grown.
  void extend(LedgerView view) { view_ = view; }

  // The state where the last seek ended.
  const State& state() const { return state_; }

  // Goes to just after row `row` (0: before everything; beyond the end: the end).
  const State& seek(RowNo row);
  // Goes to just after everything that happened up to and at `at`.
  const State& seek(Time at) { return seek(view_.row_at(at)); }
  // Like seek, but folds at most `rows` rows; true if it arrived. Call again to go on.
  bool seek_some(RowNo row, RowNo rows);

  // Rows up to here were folded before, so going there is quick.
  RowNo known() const { return known_; }
  RowNo spacing() const { return spacing_; }
  std::size_t keyframe_count() const { return keyframes_.size(); }
  std::size_t keyframe_bytes() const { return bytes_; }

 private:
  struct Keyframe {
    State state;
    std::size_t bytes = 0;
  };

  void approach(RowNo row);
  void keep();
  void thin_out();

  LedgerView view_;
  std::size_t budget_;
  RowNo spacing_;
  RowNo known_ = 0;
  std::size_t bytes_ = 0;
  std::vector<Keyframe> keyframes_;  // of rows spacing_, 2 * spacing_, …
  State state_;
};

}  // namespace mqlab::observe
