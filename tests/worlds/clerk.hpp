// SPDX-License-Identifier: MIT
// A process of a random world: it publishes orders one by one, or works off a queue, and begins
// anew with another connection whenever something went wrong.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tests/world/story.hpp"

namespace mqlab::world {

// One transaction: the record in the table "done" that it is done, and what is done.
StoreRequest record_and_do(const std::string& business);

class Clerk {
 public:
  struct Task {
    AccessConfig access;
    // To publish; none: it works off "work".
    std::uint64_t orders = 0;
    std::string exchange;
    std::string key;
    Duration pause{};       // before each order
    bool confirms = false;  // waits for each, and publishes again what is not confirmed
    bool gives_up = false;  // publishes nothing again
    // Of work.
    bool automatic = false;  // acks
    EntityId db;             // where what is done is recorded, together with the effect
    bool records = false;    // in db
  };

  Clerk(Story& story, std::string_view name, Task task);

  EntityId id() const { return id_; }
  bool publishes() const { return task_.orders > 0; }
  // For the hooks of the same names.
  void start();
  void resume(const Answer& answer);

 private:
  enum class Step : std::uint8_t {
    resting,
    connecting,
    opening,
    preparing,
    pausing,
    publishing,
    confirming,
    receiving,
    recording,
    settling,
    done,
  };

  ProcessPort port() { return story_.world.process(id_); }
  // Each does something and returns the answer, if it is there already.
  std::optional<Answer> go_on(const Answer& answer);
  std::optional<Answer> rest();
  std::optional<Answer> connect();
  std::optional<Answer> open();
  std::optional<Answer> prepare();
  std::optional<Answer> next_order();
  std::optional<Answer> publish();
  std::optional<Answer> published();
  std::optional<Answer> judge(const Answer& answer);
  std::optional<Answer> receive();
  std::optional<Answer> work(const Answer& answer);
  std::optional<Answer> settle(bool is_done);

  Story& story_;
  Task task_;
  EntityId id_;
  Step step_ = Step::resting;
  ConnectionRef connection_;
  ChannelRef channel_;
  std::uint64_t published_ = 0;
  Delivery delivery_;
};

}  // namespace mqlab::world
