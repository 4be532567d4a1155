// SPDX-License-Identifier: MIT
// One connection to a live broker: steps go out as AMQP methods, frames come in as observations.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "cli/conform/client.hpp"
#include "cli/conform/live/librabbitmq.hpp"

namespace mqlab::conform {

// Where a live broker listens, and who one is there.
struct Address {
  std::string host = "localhost";
  int port = 5672;
  std::string user = "guest";
  std::string password = "guest";
  std::string vhost = "/";
};

// From amqp://user:password@host:port/vhost. Error for anything else.
Result<Address> parse_address(const std::string& url);

class Wire {
 public:
  // Connects and logs in with what the connection.open step asks for. The answer, refusals too,
  // goes to `client` under the step's connection name. Nothing is returned unless it is open.
  // Error: nobody answers there.
  static Result<std::unique_ptr<Wire>> open(const Step& step, const Address& address,
                                            const std::string& shown_name, Client& client);
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  // The version that the broker gave itself when greeting.
  std::string broker_version() const;

  // Sends the method of a step. Its names must be the actual ones.
  void send(const Step& step);
  // Between hold(true) and hold(false) what is sent is collected, and then leaves in one go.
  void hold(bool on);
  // Reads one frame if one is there, and answers a close by the server.
  enum class Read { nothing, frame, end };
  Read read(Client& client);
  // Closes orderly, or drops the socket: with a reset or not.
  void close();
  void drop(bool reset);
  int socket() const;

 private:
  struct Content {
    amqp_method_number_t method = 0;
    std::string consumer_tag;
    Json message;
    std::uint64_t left = 0;  // bytes of body that are still to come
    std::string body;
  };

  Wire(std::string name, amqp_connection_state_t state) : name_(std::move(name)), state_(state) {}

  static Content content_of(const amqp_method_t& method);

  void send_publish(const Step& step);
  void send_method(int channel, amqp_method_number_t id, void* method);
  void take_method(Client& client, int channel, const amqp_method_t& method);
  void take_close(Client& client, int channel, const amqp_method_t& method);
  void take_header(Client& client, int channel, const amqp_frame_t& frame);
  void finish_content(Client& client, int channel);

  std::string name_;
  amqp_connection_state_t state_;
  std::map<int, Content> contents_;
};

}  // namespace mqlab::conform
