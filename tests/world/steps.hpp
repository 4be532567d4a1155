// SPDX-License-Identifier: MIT
// A process that does one thing after the other.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "tests/world/story.hpp"

namespace mqlab::world {

// A process whose steps are a list of functions; each is called with the answer to the one before,
// when that has come.
class Steps {
 public:
  using Step = std::function<std::optional<Answer>(const Answer&)>;

  Steps(Story& story, std::string_view name) : story_(story), id_(story.process(name)) {
    story.world.hooks().start = [this](EntityId) { go_on({}); };
    story.world.hooks().resume = [this](EntityId, const Answer& answer) {
      times.push_back(story_.world.now());
      go_on(answer);
    };
  }

  // A connection and a channel come first.
  Steps& with_channel() {
    AccessConfig access;
    access.node = story_.rabbit;
    return with_channel(access);
  }
  Steps& with_channel(const AccessConfig& access) {
    return then([this, access](const Answer&) {
             auto opening = port().connect(access);
             connection = opening.ref;
             return opening.answer;
           })
        .then([this](const Answer&) {
          auto opening = port().open_channel(connection);
          channel = opening.ref;
          return opening.answer;
        });
  }
  Steps& then(Step step) {
    steps_.push_back(std::move(step));
    return *this;
  }
  Steps& call(const broker::Method& method) {
    return then(
        [this, method](const Answer&) { return port().call(channel, broker::Method(method)); });
  }

  ProcessPort port() { return story_.world.process(id_); }
  EntityId id() const { return id_; }

  ConnectionRef connection;
  ChannelRef channel;
  std::vector<Answer> answers;  // one per step done
  std::vector<Time> times;      // when those that had to wait came

 private:
  void go_on(Answer answer) {
    if (started_) answers.push_back(answer);
    started_ = true;
    while (!steps_.empty()) {
      const Step step = std::move(steps_.front());
      steps_.pop_front();
      std::optional<Answer> said = step(answer);
      if (!said) return;
      answer = *said;
      answers.push_back(answer);
    }
  }

  Story& story_;
  EntityId id_;
  std::deque<Step> steps_;
  bool started_ = false;
};

inline Content to(std::string_view queue) {
  Content content;
  content.routing_key = queue;
  return content;
}

}  // namespace mqlab::world
