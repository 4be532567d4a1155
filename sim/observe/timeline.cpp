// SPDX-License-Identifier: MIT
// Keyframes: where they are kept, and which one a seek starts from.
#include "sim/observe/timeline.hpp"

#include <algorithm>
#include <utility>

namespace mqlab::observe {

Timeline::Timeline(LedgerView view, Options options)
    : view_(view), budget_(options.budget_bytes), spacing_(std::max<RowNo>(options.spacing, 1)) {}

const State& Timeline::seek(RowNo row) {
  seek_some(row, view_.row_count());
  return state_;
}

bool Timeline::seek_some(RowNo row, RowNo rows) {
  row = std::min(row, view_.row_count());
  approach(row);
  const RowNo stop = row - state_.row_count() > rows ? state_.row_count() + rows : row;
  while (state_.row_count() < stop) {
    state_.apply(view_, view_.row(state_.row_count() + 1));
    if (state_.row_count() > known_) {
      known_ = state_.row_count();
      if (known_ % spacing_ == 0) keep();
    }
  }
  return state_.row_count() == row;
}

// Starts from the nearest known state that is not after `row`: the present one or a keyframe.
void Timeline::approach(RowNo row) {
  const std::size_t before = std::min<std::size_t>(keyframes_.size(), row / spacing_);
  const RowNo keyframe = before * spacing_;
  if (state_.row_count() <= row && state_.row_count() >= keyframe) return;
  if (before == 0) {
    state_ = State{};
  } else {
    state_ = keyframes_[before - 1].state;
  }
}

void Timeline::keep() {
  Keyframe keyframe{state_, 0};
  keyframe.bytes = keyframe.state.bytes();
  bytes_ += keyframe.bytes;
  keyframes_.push_back(std::move(keyframe));
  while (bytes_ > budget_ && keyframes_.size() > 1) thin_out();
}

void Timeline::thin_out() {
  std::vector<Keyframe> kept;
  bytes_ = 0;
  for (std::size_t i = 1; i < keyframes_.size(); i += 2) {
    bytes_ += keyframes_[i].bytes;
    kept.push_back(std::move(keyframes_[i]));
  }
  keyframes_ = std::move(kept);
  spacing_ *= 2;
}

}  // namespace mqlab::observe
