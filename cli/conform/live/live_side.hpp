// SPDX-License-Identifier: MIT
// A live broker as one that transcripts are recorded from.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "cli/conform/client.hpp"
#include "cli/conform/live/console.hpp"
#include "cli/conform/live/wire.hpp"

namespace mqlab::conform {

// One recording on a live broker, in a virtual host of its own if there is a console, else in the
// address's. Real time passes: a step ends when all answers are there and nothing has arrived for
// the quiet time.
class LiveSide {
 public:
  LiveSide(Address address, const Console& console, std::string vhost, int quiet_ms);
  ~LiveSide();
  LiveSide(const LiveSide&) = delete;
  LiveSide& operator=(const LiveSide&) = delete;

  // Makes the virtual host. Call once, first.
  Result<void> begin();

  // Carries out one step; the same result as CoreSide::perform.
  Result<Json> perform(const Step& step);

  const Client& client() const { return client_; }
  // Known after the first connection was opened.
  const std::string& broker_version() const { return version_; }

 private:
  Result<void> send(const Step& step);
  Result<void> send_to_connection(const Step& step);
  void settle(int at_most_ms);
  bool read_all();

  Address address_;
  const Console& console_;
  std::string vhost_;
  int quiet_ms_;
  std::string version_;
  Client client_;
  std::map<std::string, std::unique_ptr<Wire>> wires_;
};

}  // namespace mqlab::conform
