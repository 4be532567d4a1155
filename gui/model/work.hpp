// SPDX-License-Identifier: MIT
// Work that takes longer than a frame, on a thread of its own.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <thread>

namespace mqlab::gui {

// One piece of work at a time. The frame loop asks whether it is done; nothing ever waits, except
// for the end of interrupted work when this is destroyed or new work is started.
template <typename T>
class Work {
 public:
  using Task = std::function<T(const std::atomic<bool>& interrupt)>;

  Work() = default;
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;
  ~Work() { stop(); }

  void start(Task task) {
    stop();
    interrupt_.store(false);
    done_.store(false);
    running_ = true;
    thread_ = std::thread([this, task = std::move(task)] {
      result_.emplace(task(interrupt_));
      done_.store(true);
    });
  }

  bool busy() const { return running_; }

  // The result, once.
  std::optional<T> take() {
    if (!running_ || !done_.load()) return std::nullopt;
    thread_.join();
    running_ = false;
    std::optional<T> result = std::move(result_);
    result_.reset();
    return result;
  }

  // Asks the work to end early, and waits until it has.
  void stop() {
    if (!running_) return;
    interrupt_.store(true);
    thread_.join();
    running_ = false;
    result_.reset();
  }

 private:
  std::thread thread_;
  std::atomic<bool> interrupt_{false};
  std::atomic<bool> done_{false};
  std::optional<T> result_;
  bool running_ = false;
};

}  // namespace mqlab::gui
