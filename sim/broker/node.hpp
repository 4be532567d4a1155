// SPDX-License-Identifier: MIT
// Everything one broker holds, as one value. The rules live in the files around it, each a set of
// functions on this.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/assert.hpp"
#include "sim/base/choices.hpp"
#include "sim/broker/channel.hpp"
#include "sim/broker/disk_use.hpp"
#include "sim/broker/failure.hpp"
#include "sim/broker/permission.hpp"
#include "sim/broker/policy.hpp"
#include "sim/broker/queue.hpp"
#include "sim/broker/routing.hpp"
#include "sim/broker/stores.hpp"

namespace mqlab::broker {

struct Vhost {
  std::string name;
  ledger::EntityId entity;
  Routing routing;
  Policies policies;
};

// A dead letter on its way to a queue. It arrives behind the methods that came with what killed it,
// as between the processes of the real broker.
struct Cast {
  QueueId queue;
  MessagePtr message;
  ledger::RowNo cause = 0;
};

// Things by id: made in order, never given the same id again.
template <typename T, typename IdType>
class Table {
 public:
  T& add(std::unique_ptr<T> thing) {
    thing->id = IdType{count_++};
    things_.push_back(std::move(thing));
    return *things_.back();
  }
  // nullptr if it is gone, or for none.
  MQLAB_ALWAYS_INLINE T* find(IdType id) const {
    return id.value < count_ ? things_[id.value].get() : nullptr;
  }
  MQLAB_ALWAYS_INLINE T& get(IdType id) const {
    T* const found = find(id);
    MQLAB_ASSERT(found != nullptr);
    return *found;
  }
  void remove(IdType id) { things_[id.value].reset(); }
  // Calls `see` for all that are there, in order of id.
  template <typename See>
  void each(See&& see) const {
    for (std::size_t i = 0; i < things_.size(); ++i) {
      if (things_[i]) see(*things_[i]);
    }
  }

 private:
  std::vector<std::unique_ptr<T>> things_ = std::vector<std::unique_ptr<T>>(1);
  std::uint32_t count_ = 1;  // of things_
};

// PUB-19. The largest that can be set, and that the version has by itself.
inline constexpr std::uint64_t kLargestMessage = std::uint64_t{512} << 20;
std::uint64_t largest_message(const Options& options);

struct Node {
  Node(Options given, ledger::Ledger& book, Choices& chances, ledger::EntityId itself);

  Options options;
  std::uint64_t largest_message;  // bytes of a body
  ledger::Ledger& ledger;
  Choices& choices;
  ledger::EntityId entity;
  StreamId name_choices;    // names made by the server
  StreamId wakeup_choices;  // which queue gets a freed place first (CONS-4)
  StreamId route_choices;   // which queue a local random exchange takes (ROUTE-23)
  Time now;
  MessagePool messages;  // those that it makes, and that drivers without a world publish
  bool running = true;
  bool crashing = false;  // going down without a chance to do anything more

  Permissions permissions;
  std::uint32_t permissions_version = 1;  // counts changes
  std::vector<std::unique_ptr<Vhost>> vhosts;
  Table<Connection, ConnectionId> connections;
  Table<Channel, ChannelId> channels;
  Table<Queue, QueueId> queues;
  Table<Consumer, ConsumerId> consumers;

  Timers timers;
  PendingWrites writes;
  std::vector<Cast> casts;
  std::size_t next_cast = 0;
  std::vector<QueueId> quorum_news;    // quorum queues with something to hear or to say
  std::vector<ChannelId> news;         // channels with confirms to send
  std::vector<ChannelId> urgent_news;  // with confirms of their own, or a commit to finish

  // The book of copies: made = ready + unacked + removed.
  std::uint64_t copies_made = 0;
  std::uint64_t copies_removed = 0;
  DiskUse disk;

  bool memory_alarm = false;
  bool disk_alarm = false;

  // Policies that limit a stream, by virtual host and name: it keeps everything.
  std::set<std::pair<std::string, std::string>> policies_in_vain;

  std::vector<Outgoing> out;
  std::vector<StoreRequest> store_requests;

  // Scratch space of routing: of publishes, and of the dead letters they may cause.
  std::vector<NameId> route_keys;
  std::vector<QueueRef> route_queues;
  std::vector<NameId> letter_keys;
  std::vector<QueueRef> letter_queues;
  std::vector<DecidedPublish> decided;
  std::vector<ConfirmFrame> confirm_frames;

  Vhost* find_vhost(std::string_view name) const;
  Queue* find_queue(const Vhost& vhost, NameId name) const;
  std::string_view text(NameId name) const { return ledger.text(name); }
  NameId intern(std::string_view text_of) { return ledger.names().intern(text_of); }
  Resource resource(const Queue& queue) const {
    return Resource::queue(text(queue.name), queue.vhost->name);
  }
  Access access(const Connection& connection) const {
    return {permissions, options.version, connection.vhost->name, connection.login.user};
  }
  bool is_v3() const { return options.version == Version::v3_10; }
  // A name as the server makes them: `prefix`, then 22 characters of base64url.
  std::string make_name(std::string_view prefix);
};

}  // namespace mqlab::broker
