// SPDX-License-Identifier: MIT
// What transcripts write in place of names that differ from run to run.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/conform/json.hpp"

namespace mqlab::conform {

// Names made by the server are numbered in order of appearance (amq.gen-1, amq.ctag-1), direct
// reply-to addresses lose their token, times of deaths become "T". Steps may use these names.
class Normal {
 public:
  // From now on `actual` is written as `shown`: the name of a virtual host or of a node.
  void replace(std::string actual, std::string shown);

  // Observed texts, everywhere in `value`, as transcripts write them.
  std::string shown(std::string_view text);
  void normalise(Json& value);
  // The time of every death in the properties of a message. `props` as transcripts write them.
  static void hide_times(Json& props);

  // A text of a step as the broker must get it.
  std::string actual(std::string_view text) const;
  void denormalise(Json& value) const;

 private:
  std::string numbered(std::string_view prefix, std::string_view name);

  std::vector<std::pair<std::string, std::string>> replaced_;
  std::map<std::string, std::string, std::less<>> shown_;   // a server's name: amq.gen-N
  std::map<std::string, std::string, std::less<>> actual_;  // and back
  int generated_queues_ = 0;
  int generated_tags_ = 0;
};

}  // namespace mqlab::conform
