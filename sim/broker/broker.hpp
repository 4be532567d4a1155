// SPDX-License-Identifier: MIT
// The routing core: one RabbitMQ node as a pure state machine with ports.
//
// In go protocol methods, the clock, the disk's answers and alarms; out come frames for clients,
// writes for the disk, and the time of the next deadline. It never looks at a clock, a file or a
// socket, and what the real broker leaves to chance it asks of the choice port. The simulator, the
// benchmark and the transcript replayer all drive this one object.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/choices.hpp"
#include "sim/base/time.hpp"
#include "sim/broker/message.hpp"
#include "sim/broker/method.hpp"
#include "sim/broker/version.hpp"
#include "sim/ledger/ledger.hpp"

namespace mqlab::broker {

using ConnectionId = Id<struct ConnectionTag>;
using ChannelNo = std::uint16_t;

struct Options {
  std::string name = "rabbit";  // of the node, for texts and the ledger
  Version version = Version::v4_0;
  std::uint16_t channel_max = 2047;
  Duration consumer_timeout = seconds(1800);  // ACK-9; 0: none
  Duration consumer_timeout_check = seconds(60);
  std::uint64_t max_message_size = 0;  // PUB-19; 0: the version's own
  bool counts_disk = false;            // for disk_used()
};

// What a client says when it opens a connection.
struct Login {
  std::string name = "connection";  // for the ledger
  std::string user = "guest";
  std::string password = "guest";
  std::string vhost = "/";
  Duration heartbeat{};                // 0: none (CONN-1)
  std::uint16_t channel_max = 0;       // 0: the server's
  bool consumer_cancel_notify = true;  // capabilities
  bool connection_blocked = true;
  bool authentication_failure_close = true;
};

// One frame for a client, in the order in which the broker writes it.
struct Outgoing {
  enum class Kind : std::uint8_t {
    deliver,
    get_ok,
    returned,          // basic.return: error holds code and text
    confirm,           // basic.ack or basic.nack of publishes: tag, multiple, nack
    reply,             // reply holds it
    channel_close,     // error holds it
    connection_close,  // error holds it
    socket_end,        // the server closed the socket
    cancel,            // basic.cancel by the server: consumer_tag
    blocked,           // connection.blocked: error.text holds the reason
    unblocked,
  };
  Kind kind = Kind::reply;
  bool redelivered = false;
  bool no_ack = false;
  bool multiple = false;
  bool nack = false;
  ChannelNo channel = 0;  // 0: the connection itself
  ConnectionId connection;
  std::uint32_t message_count = 0;      // of get_ok: ready messages left
  ledger::CopyId copy;                  // deliver, get_ok
  ledger::TransmissionId transmission;  // deliver, get_ok, returned: its id in the ledger
  NameId consumer_tag;                  // deliver, cancel
  NameId routing_key;                   // deliver, get_ok, returned: as the client sees it
  std::uint64_t tag = 0;                // delivery tag or confirm number
  ledger::RowNo cause = 0;              // the row that tells of it
  MessagePtr message;                   // deliver, get_ok, returned
  PropertiesPtr properties;             // deliver, get_ok: if they differ from message's
  std::unique_ptr<Reply> reply;
  std::unique_ptr<AmqpError> error;
};

// A write that a persistent message's confirm waits for (PUB-5). The driver answers with stored().
struct StoreRequest {
  std::uint64_t token = 0;
  std::uint32_t bytes = 0;
  ledger::RowNo cause = 0;
};

// How a node goes down.
enum class Down : std::uint8_t {
  stop,       // orderly: 320 to all clients (DUR-1)
  kill,       // the process dies; what it wrote to the operating system survives (DUR-4)
  power_off,  // the machine dies; only what was synced survives
};

// What is on the disk of a node that is down. Opaque: made by go_down(), used by recover().
struct Image;
struct ImageDeleter {
  void operator()(Image* image) const;
};
using ImagePtr = std::unique_ptr<Image, ImageDeleter>;

// One queue's content for folds, inspectors and checks.
struct CopyView {
  ledger::CopyId copy;
  ledger::MessageId message;
  bool redelivered = false;
};
struct UnackedView {
  ledger::CopyId copy;
  ledger::MessageId message;
  ledger::EntityId holder;  // subscription, or channel for a get
  std::uint64_t tag = 0;
};
struct QueueView {
  ledger::EntityId id;
  std::string name;
  std::string vhost;
  std::string type;  // classic, quorum, stream
  std::uint32_t consumers = 0;
  std::vector<CopyView> ready;  // in the order of the ledger's order keys
  std::uint32_t counted = 0;    // how many of them the server tells (STREAM-2: not the newest)
  std::vector<UnackedView> unacked;
};
struct BindingView {
  std::string vhost;
  std::string source;
  bool to_queue = true;
  std::string destination;
  std::string routing_key;
  FieldTable arguments;
};
struct ExchangeView {
  ledger::EntityId id;
  std::string name;
  std::string vhost;
  std::string type;
  bool predeclared = false;
};
// All that is there now, in order of name; without the bindings of the default exchange.
struct View {
  std::vector<QueueView> queues;
  std::vector<ExchangeView> exchanges;
  std::vector<BindingView> bindings;
};

struct Node;  // all that a broker holds

class Broker {
 public:
  // `ledger` and `choices` must outlive the broker. `node` is its entity in the ledger.
  Broker(Options options, ledger::Ledger& ledger, Choices& choices, ledger::EntityId node);
  ~Broker();
  Broker(Broker&&) noexcept;
  Broker& operator=(Broker&&) noexcept;

  // -- protocol -----------------------------------------------------------------------------------
  // Opens a connection: connection_open_ok or connection_close (ERR-5, PERM-2) is the answer.
  ConnectionId open(const Login& login);
  // The client's connection.close with code 200.
  void close(ConnectionId connection);
  // The socket is gone without a word (QUEUE-9, CONN-2).
  void drop(ConnectionId connection, ledger::Reason reason);
  // Carries out one method. While the connection is not read (PUB-14) it waits inside, in order.
  void handle(ConnectionId connection, ChannelNo channel, Method&& method);
  // The same for the two that most methods are, on a shorter way if nothing stands in it.
  void handle(ConnectionId connection, ChannelNo channel, BasicPublish&& method);
  void handle(ConnectionId connection, ChannelNo channel, BasicAck method);
  // Bytes came from the client that are no method: its heartbeats (CONN-1).
  void traffic(ConnectionId connection);
  // True while the broker does not read this connection because of an alarm.
  bool reading_paused(ConnectionId connection) const;

  // -- time ---------------------------------------------------------------------------------------
  // Moves the broker's clock and lets everything happen that is due by `now`, in order.
  void advance(Time now);
  // When something happens by itself next; Time::never() if nothing will. It is the present when
  // confirms are still to be sent or dead letters to arrive. Both come from queues, which work
  // beside the channel: they follow the methods that came together with the publish, so that the
  // channel may merge confirms or be closed by then, and what it publishes to a queue is there
  // before a dead letter.
  Time next_deadline() const;
  // True if nothing will happen by itself but looks at whether clients are silent (CONN-1). Costs
  // a look at every deadline.
  bool only_watches_heartbeats() const;

  // -- frames out
  // ----------------------------------------------------------------------------------- What the
  // calls since the last clear wrote to clients. The driver reads and clears it.
  std::vector<Outgoing>& out();

  // For messages of drivers that publish without a world.
  MessagePool& messages();

  // -- disk
  // -----------------------------------------------------------------------------------------
  // Writes that were asked for since the last clear.
  std::vector<StoreRequest>& store_requests();
  // All writes up to and including `token` are on the platter.
  void stored(std::uint64_t token);
  // Ends the node: every connection ends, and what survives is returned. Writes the ledger rows.
  ImagePtr go_down(Down how);
  // Starts a node that went down, at the broker's present clock (DUR-1…DUR-6).
  void recover(ImagePtr image);

  // -- operator -----------------------------------------------------------------------------------
  enum class Resource : std::uint8_t { memory, disk };
  void alarm(Resource resource, bool on);
  void add_vhost(std::string_view name);
  void add_user(std::string_view user, std::string_view password);
  // Patterns are regular expressions on names (PERM-1). Error if a pattern is malformed.
  Result<void> permit(std::string_view vhost, std::string_view user, std::string_view configure,
                      std::string_view write, std::string_view read);
  enum class PolicyTarget : std::uint8_t { queues, exchanges, all };
  Result<void> set_policy(std::string_view vhost, std::string_view name, std::string_view pattern,
                          const FieldTable& definition, PolicyTarget target, int priority);
  void clear_policy(std::string_view vhost, std::string_view name);
  void close_connection(ConnectionId connection, std::string_view reason);  // CONN-5
  void set_consumer_timeout(Duration timeout, Duration check_every);

  // -- looking in ---------------------------------------------------------------------------------
  View view() const;
  // The memory that messages take, as mqlab counts it: kMemoryPerMessage for each copy, ready or
  // unacked, and the bodies of the ready ones, but not in lazy queues, which have them on the disk.
  static constexpr std::uint64_t kMemoryPerMessage = 1024;
  std::uint64_t memory_used() const;
  // Policies that came to limit a stream, by virtual host and name: here it keeps everything all
  // the same, and a run can say so.
  std::vector<std::pair<std::string, std::string>> policies_in_vain() const;
  // Bytes of bodies on the disk (DiskUse), if Options::counts_disk.
  std::uint64_t disk_used() const;
  // The ledger's entity of a subscription, channel, connection, queue or exchange (0 if none).
  ledger::EntityId entity(ConnectionId connection) const;
  ledger::EntityId entity(ConnectionId connection, ChannelNo channel) const;
  ledger::EntityId subscription(ConnectionId connection, ChannelNo channel,
                                std::string_view tag) const;
  ledger::EntityId queue_entity(std::string_view vhost, std::string_view queue) const;
  ledger::EntityId exchange_entity(std::string_view vhost, std::string_view exchange) const;
  // Deep check of everything that must hold; nullopt, or what is broken. For tests.
  std::optional<std::string> validate() const;

 private:
  std::unique_ptr<Node> node_;
};

}  // namespace mqlab::broker
