// SPDX-License-Identifier: MIT
// The client's side of a transcript: what it knows of its channels, and what it observed in a step.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/conform/normal.hpp"
#include "cli/conform/transcript.hpp"

namespace mqlab::conform {

// True if the broker answers this method (with nowait it does not).
bool is_answered(const Step& step);

// Whoever drives a broker, simulated or live, reports to a Client what it sends and what arrives;
// the Client gives the observation of each step as transcripts write it. Connections are known by
// their names, channel 0 is the connection itself.
class Client {
 public:
  struct Channel {
    bool open = false;
    bool confirms = false;
    bool transactional = false;
    int awaited = 0;              // replies that are due
    std::uint64_t published = 0;  // since confirm.select
    std::set<std::uint64_t> unconfirmed;
    std::vector<std::uint64_t> held;        // delivery tags not settled, in order of arrival
    std::map<std::string, bool> automatic;  // by consumer tag: is nothing to be acknowledged?
    std::deque<bool> unnamed;               // the same for consumers that await their tag
    std::deque<bool> gets;                  // and for each basic.get on its way
  };
  struct Connection {
    bool open = false;
    std::map<int, Channel> channels;
  };

  // -- before a step --
  // Why this step cannot be sent, if so: what the format calls skipped.
  std::optional<std::string> why_not(const Step& step) const;
  // Clears the observation.
  void begin();
  // The step, or one method of a burst, goes to the broker now.
  void sending(const Step& step);

  // -- what arrives --
  void opened(const std::string& connection);
  void reply(const std::string& connection, int channel, Json reply);
  void deliver(const std::string& connection, int channel, const std::string& consumer_tag,
               Json delivery);
  void returned(const std::string& connection, int channel, Json message);
  void confirmed(const std::string& connection, int channel, std::uint64_t number, bool multiple,
                 bool nack);
  void cancelled(const std::string& connection, int channel, const std::string& consumer_tag);
  // Closed by the server; channel 0: the connection. `method` is the one blamed, or "".
  void closed(const std::string& connection, int channel, int code, const std::string& text,
              const std::string& method);
  void socket_end(const std::string& connection);
  void blocked(const std::string& connection, const std::string& reason);
  void unblocked(const std::string& connection);
  void inspected(Json answer);

  // -- after a step --
  // The observation of `step`, normalised.
  Json observation(const Step& step);

  bool is_open(const std::string& connection) const;
  const std::map<std::string, Connection>& connections() const { return connections_; }
  // Publishes on open connections that are neither confirmed nor refused yet.
  bool awaits_confirms() const;
  bool awaits_replies() const;

  Normal& normal() { return normal_; }

 private:
  Json& place(const std::string& connection, int channel);
  void settle(Channel& channel, const Step& step);
  void note_missing_reply(const Step& method);

  Normal normal_;
  std::map<std::string, Connection> connections_;
  std::map<std::string, Json> observed_;
  // Mandatory publishes of this step that a confirm is due for, and their places.
  struct Sent {
    std::string place;
    std::uint64_t number = 0;
    std::string exchange;
    std::string routing_key;
    bool returned = false;
  };
  std::vector<Sent> sent_;
  bool confirmed_before_return(const std::string& connection, int channel, const Json& message);
};

}  // namespace mqlab::conform
