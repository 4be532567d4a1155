// SPDX-License-Identifier: MIT
// The tools with which random cases are put together.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/conform/random_case.hpp"
#include "sim/base/random.hpp"

namespace mqlab::conform {

struct ChannelName {
  const char* connection;
  int number;
};

// Draws, and the steps so far.
class CaseMaker {
 public:
  explicit CaseMaker(const RandomCaseOptions& options);

  std::uint64_t below(std::uint64_t n) { return random_.below(n); }
  int number(std::uint64_t n) { return static_cast<int>(below(n)); }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  template <typename List>
  auto pick(const List& list) {
    return list[below(list.size())];
  }

  // Steps that an operator does (policies, inspect) are possible.
  bool has_console() const { return options_.inspects; }
  // The name of a queue or exchange: kind and number behind the prefix of all names.
  std::string named(std::string_view kind, std::uint64_t number) const;

  void add(const char* op, Json members = Json::object());
  void on(ChannelName at, const char* op, Json members = Json::object());
  void add(Step step) { steps_.push_back(std::move(step)); }
  // Opens the channel if it is not open, and its connection too.
  void open(ChannelName at);
  // Looks at everything, if there is a console.
  void inspect();

  std::vector<Step> take_steps() { return std::move(steps_); }

 private:
  RandomCaseOptions options_;
  RandomStream random_;
  std::vector<Step> steps_;
};

Step step_of(const char* op, Json members = Json::object());
Json with(ChannelName at, Json members);

// Some properties, and headers of all kinds; nothing that is acted on.
Json some_properties(CaseMaker& maker);

// Typed values of tables.
Json text(std::string_view value);
Json whole(int value);
Json truth(bool value);
Json nothing();
Json texts(const std::vector<std::string>& values);  // an array

// What a case is about. Each makes all of its steps.
void make_mixture(CaseMaker& maker);     // classic queues: publishing, consuming, settling, losing
void make_topology(CaseMaker& maker);    // declaring, binding, deleting, and their errors
void make_replicated(CaseMaker& maker);  // quorum queues
void make_streams(CaseMaker& maker);

}  // namespace mqlab::conform
