// SPDX-License-Identifier: MIT
// `mqlab conform --broker`: the core and a live RabbitMQ do the same random operations.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "sim/base/result.hpp"

namespace mqlab::conform {

struct LiveOptions {
  std::string url;         // amqp://user:password@host:port/vhost
  std::string node;        // Erlang name of a node of one's own; empty: no console
  std::string cookie;      // its secret
  int quiet_ms = 30;       // how long nothing may arrive before a step is over
  std::uint64_t seed = 1;  // of the first run; the next ones count up
  int runs = 20;
  int at_most_s = 0;    // no new run begins after that many seconds; 0: no such bound
  std::string save_to;  // folder for transcripts; empty: not saved
  // Whether a file may be written to that folder, and writing it whole or not at all.
  std::function<Result<void>(const std::string& path)> may_save;
  std::function<Result<void>(const std::string& path, const std::string& content)> save;
  const std::atomic<bool>* interrupt = nullptr;  // ends it with 130, if it becomes true
};

// Per run, one random sequence is recorded from the broker and played on the core of the broker's
// version; `out` gets a line for each. A sequence that differs is recorded again: if the broker
// itself does not repeat it, that is said and nothing follows; else it is shortened and written to
// `save_to`, of which is asked before the first run whether it takes the files of all of them. With
// a console each run has a virtual host of its own, which is deleted afterwards; without one, names
// get a prefix, steps that need a console are left out, and what was declared is deleted again.
//
// Returns 0 if nothing differed, 1 if something did, 2 if there is no verdict (no broker answers,
// it is of a version that the core does not show, mqlab was built without librabbitmq), 64 for a
// broken address, 65 if what is to be saved cannot be.
int conform_live(const LiveOptions& options, std::ostream& out, std::ostream& err);

// Records cases (or transcripts again) from the live broker: for each file a transcript of the same
// name in `save_to`. Returns 0, or 65 for broken files and such that cannot be saved, 2 and 64 as
// above.
int record_live(const std::vector<std::string>& files, const LiveOptions& options,
                std::ostream& out, std::ostream& err);

}  // namespace mqlab::conform
