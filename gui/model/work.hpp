// SPDX-License-Identifier: MIT
// Work that takes longer than a frame, on a thread of its own.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace mqlab::gui {

// One piece of work at a time. The frame loop asks whether it is done, and never waits: work that
// is not wanted any more is asked to end early, and its result is dropped when it has. Only who
// destroys this waits for that.
template <typename T>
class Work {
 public:
  using Task = std::function<T(const std::atomic<bool>& interrupt)>;

  Work() = default;
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;
  ~Work() {
    stop();
    for (const auto& job : retired_) job->thread.join();
  }

  void start(Task task) {
    stop();
    job_ = std::make_unique<Job>();
    Job& job = *job_;
    job.thread = std::thread([&job, task = std::move(task)] {
      job.result.emplace(task(job.interrupt));
      job.done.store(true);
    });
  }

  bool busy() const { return job_ != nullptr; }

  // The result, once.
  std::optional<T> take() {
    bury();
    if (job_ == nullptr || !job_->done.load()) return std::nullopt;
    job_->thread.join();
    std::optional<T> result = std::move(job_->result);
    job_.reset();
    return result;
  }

  void stop() {
    bury();
    if (job_ == nullptr) return;
    job_->interrupt.store(true);
    retired_.push_back(std::move(job_));
  }

 private:
  struct Job {
    std::thread thread;
    std::atomic<bool> interrupt{false};
    std::atomic<bool> done{false};
    std::optional<T> result;
  };

  // Lets go of what was stopped and has ended since.
  void bury() {
    std::erase_if(retired_, [](const std::unique_ptr<Job>& job) {
      if (!job->done.load()) return false;
      job->thread.join();
      return true;
    });
  }

  std::unique_ptr<Job> job_;
  std::vector<std::unique_ptr<Job>> retired_;
};

}  // namespace mqlab::gui
