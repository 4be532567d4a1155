// SPDX-License-Identifier: MIT
// Declaring, deleting and binding with the checks in the server's order.
#include "sim/broker/topology.hpp"
#include "tests/broker/routing_fixture.hpp"

using namespace mqlab;
using namespace mqlab::broker;

namespace {

// A virtual host with its users and policies; methods are called as guest unless said otherwise.
struct Topology : RoutingFixture {
  explicit Topology(Version v = Version::v4_0) : RoutingFixture(v), version(v) {}

  Access access() const { return {permissions, version, "/", user}; }
  static std::string text(const std::optional<AmqpError>& error) {
    return error ? std::to_string(error->code) + " " + error->text : "ok";
  }

  std::string declare(const ExchangeDeclare& method) {
    return text(declare_exchange(routing, access(), policies, method));
  }
  std::string declare(std::string name, std::string type) {
    ExchangeDeclare method;
    method.exchange = std::move(name);
    method.type = std::move(type);
    return declare(method);
  }
  std::string passive(std::string name, std::string type = "") {
    ExchangeDeclare method;
    method.exchange = std::move(name);
    method.type = std::move(type);
    method.passive = true;
    return declare(method);
  }
  std::string remove(std::string name, bool if_unused = false) {
    return text(delete_exchange(routing, access(), {std::move(name), if_unused, false}));
  }
  std::string bind(std::string exchange, std::string to_queue, std::string key = "",
                   bool locked = false, FieldTable arguments = {}) {
    QueueBind method;
    method.exchange = std::move(exchange);
    method.queue = std::move(to_queue);
    method.routing_key = std::move(key);
    method.arguments = std::move(arguments);
    return text(bind_queue(routing, access(), method, locked, queue_type));
  }
  std::string unbind(std::string exchange, std::string from_queue, std::string key = "",
                     bool locked = false) {
    QueueUnbind method;
    method.exchange = std::move(exchange);
    method.queue = std::move(from_queue);
    method.routing_key = std::move(key);
    return text(unbind_queue(routing, access(), method, locked));
  }
  std::string bind_exchanges(std::string source, std::string destination) {
    ExchangeBind method;
    method.source = std::move(source);
    method.destination = std::move(destination);
    return text(broker::bind_exchange(routing, access(), method));
  }

  Version version;
  Permissions permissions;
  Policies policies;
  std::string user = "guest";
  QueueType queue_type = QueueType::classic;  // of all queues
};

const std::string kDefault = "403 ACCESS_REFUSED - operation not permitted on the default exchange";

}  // namespace

TEST_CASE("an exchange may be declared again if it is the same", "[DECL-1][DECL-6]") {
  Topology t;
  ExchangeDeclare method;
  method.exchange = "x";
  method.type = "direct";
  CHECK(t.declare(method) == "ok");
  CHECK(t.declare(method) == "ok");
  method.arguments = {{"whatever", FieldValue::of(std::int64_t{1})}};
  CHECK(t.declare(method) == "ok");
  const std::string start = "406 PRECONDITION_FAILED - inequivalent arg ";
  method.internal = true;
  CHECK(t.declare(method) ==
        start + "'internal' for exchange 'x' in vhost '/': received 'true' but current is 'false'");
  method.auto_delete = true;
  CHECK(t.declare(method) ==
        start +
            "'auto_delete' for exchange 'x' in vhost '/': received 'true' but current is 'false'");
  method.durable = true;
  CHECK(t.declare(method) ==
        start + "'durable' for exchange 'x' in vhost '/': received 'true' but current is 'false'");
  method.type = "fanout";
  CHECK(t.declare(method) ==
        start + "'type' for exchange 'x' in vhost '/': received 'fanout' but current is 'direct'");
}

TEST_CASE("an alternate exchange added later is refused", "[DECL-6]") {
  Topology t;
  t.declare("x", "direct");
  ExchangeDeclare method;
  method.exchange = "x";
  method.type = "direct";
  method.arguments = {{"alternate-exchange", FieldValue::of(std::string_view("b"))}};
  CHECK(t.declare(method) ==
        "406 PRECONDITION_FAILED - inequivalent arg 'alternate-exchange' for exchange 'x' in vhost "
        "'/': received the value 'b' of type 'longstr' but current is none");
}

TEST_CASE("an unknown exchange type ends the connection in 3.10, the channel in 4.0", "[ERR-4]") {
  Topology old(Version::v3_10);
  Topology now(Version::v4_0);
  CHECK(old.declare("x", "rubbish") == "503 COMMAND_INVALID - unknown exchange type 'rubbish'");
  CHECK(now.declare("x", "rubbish") == "406 PRECONDITION_FAILED - unknown exchange type 'rubbish'");
  CHECK(old.declare("x", "rabbit") == "503 COMMAND_INVALID - invalid exchange type 'rabbit'");
  CHECK(old.declare("x", "yes") == "503 COMMAND_INVALID - invalid exchange type 'yes'");
  CHECK(old.declare("x", "Direct") == "503 COMMAND_INVALID - unknown exchange type 'Direct'");
  CHECK(now.declare("x", "") == "406 PRECONDITION_FAILED - invalid exchange type ''");
  CHECK(errors::exchange_type(Version::v3_10, "rubbish").connection);
  CHECK_FALSE(errors::exchange_type(Version::v4_0, "rubbish").connection);
}

TEST_CASE("the type is checked before anything else, but not for passive", "[DECL-7][DECL-4]") {
  Topology t;
  CHECK(t.declare("", "rubbish") != kDefault);
  CHECK(t.passive("amq.direct", "rubbish") == "ok");
  CHECK(t.passive("nope", "rubbish") == "404 NOT_FOUND - no exchange 'nope' in vhost '/'");
}

TEST_CASE("nothing can be done to the default exchange", "[ROUTE-2]") {
  Topology t;
  t.queue("q");
  CHECK(t.declare("", "direct") == kDefault);
  CHECK(t.passive("") == kDefault);
  CHECK(t.remove("") == kDefault);
  CHECK(t.bind("", "q") == kDefault);
  CHECK(t.unbind("", "q") == kDefault);
  CHECK(t.bind_exchanges("", "amq.fanout") == kDefault);
  CHECK(t.bind_exchanges("amq.fanout", "") == kDefault);
}

TEST_CASE("names that begin with amq. are the server's", "[DECL-2][DECL-3]") {
  Topology t;
  CHECK(t.declare("amq.new", "direct") ==
        "403 ACCESS_REFUSED - exchange name 'amq.new' contains reserved prefix 'amq.*'");
  ExchangeDeclare same;
  same.exchange = "amq.direct";
  same.type = "direct";
  same.durable = true;
  CHECK(t.declare(same) == "ok");
  CHECK(t.declare("amq", "direct") == "ok");
  for (const char* name : {"amq.direct", "amq.nope"}) {
    CHECK(t.remove(name) == "403 ACCESS_REFUSED - deletion of system exchange '" +
                                std::string(name) + "' in vhost '/' not allowed");
  }
  CHECK(check_queue_name("amq.mine")->text ==
        "ACCESS_REFUSED - queue name 'amq.mine' contains reserved prefix 'amq.*'");
  CHECK_FALSE(check_queue_name("amqx"));
}

TEST_CASE("deleting an exchange that is missing succeeds, one in use may be protected",
          "[DECL-11]") {
  Topology t;
  t.declare("x", "fanout");
  t.queue("q");
  CHECK(t.remove("nope") == "ok");
  CHECK(t.bind("x", "q") == "ok");
  CHECK(t.remove("x", true) == "406 PRECONDITION_FAILED - exchange 'x' in vhost '/' in use");
  CHECK(t.bind_exchanges("amq.fanout", "x") == "ok");
  CHECK(t.unbind("x", "q") == "ok");
  CHECK(t.remove("x", true) == "ok");
  CHECK(t.routing.binding_count() == 0);
}

TEST_CASE("a bind with something missing names the exchange first", "[ROUTE-20]") {
  Topology t;
  t.queue("q");
  CHECK(t.bind("nope", "q") == "404 NOT_FOUND - no exchange 'nope' in vhost '/'");
  CHECK(t.bind("amq.direct", "missing") == "404 NOT_FOUND - no queue 'missing' in vhost '/'");
  CHECK(t.bind("nope", "missing") == "404 NOT_FOUND - no exchange 'nope' in vhost '/'");
  CHECK(t.bind_exchanges("nope", "nope2") == "404 NOT_FOUND - no exchange 'nope' in vhost '/'");
  CHECK(t.bind_exchanges("amq.direct", "nope2") ==
        "404 NOT_FOUND - no exchange 'nope2' in vhost '/'");
}

TEST_CASE("unbinding what is missing succeeds, even from a locked queue", "[ROUTE-14][DECL-14]") {
  Topology t;
  t.queue("q");
  CHECK(t.unbind("nope", "q") == "ok");
  CHECK(t.unbind("amq.direct", "missing") == "ok");
  CHECK(t.unbind("amq.direct", "q", "k", true) == "ok");
}

TEST_CASE("a locked queue cannot be bound or unbound", "[DECL-14]") {
  Topology t;
  t.queue("q");
  const std::string locked =
      "405 RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'q' in vhost '/'. It "
      "could be originally declared on another connection or the exclusive property value does "
      "not match that of the original declaration.";
  CHECK(t.bind("amq.direct", "q", "k", true) == locked);
  CHECK(t.bind("amq.direct", "q", "k") == "ok");
  CHECK(t.unbind("amq.direct", "q", "k", true) == locked);
  CHECK(t.routing.binding_count() == 1);
}

TEST_CASE("a bad x-match is refused by headers exchanges only", "[ROUTE-12]") {
  Topology t;
  t.queue("q");
  const FieldTable bad = {{"x-match", FieldValue::of(std::string_view("none"))}};
  CHECK(t.bind("amq.headers", "q", "", false, bad).substr(0, 3) == "406");
  CHECK(t.bind("amq.match", "q", "", true, bad).substr(0, 3) == "406");
  CHECK(t.bind("amq.topic", "q", "", false, bad) == "ok");
}

TEST_CASE("CR and LF are stripped from the names in declare, bind, unbind and delete",
          "[DECL-17]") {
  Topology t;
  t.queue("q");
  CHECK(t.declare("a\r\nb", "fanout") == "ok");
  CHECK(t.passive("a\nb") == "ok");
  CHECK(t.exchange("ab") != kNoRef);
  CHECK(t.bind("a\nb", "\rq") == "ok");
  CHECK(t.unbind("ab\n", "q") == "ok");
  CHECK(t.routing.binding_count() == 0);
  CHECK(t.remove("ab\r") == "ok");
  CHECK(t.exchange("ab") == kNoRef);
}

TEST_CASE("binding asks for write on the destination, then read on the source", "[PERM-1]") {
  Topology t;
  t.user = "lab";
  t.permissions.add_user("lab", "p");
  REQUIRE(t.permissions.permit("/", "lab", "^mine", "^mine", "^mine").ok());
  t.queue("mine");
  t.queue("open");
  CHECK(t.bind("amq.direct", "open") ==
        "403 ACCESS_REFUSED - write access to queue 'open' in vhost '/' refused for user 'lab'");
  CHECK(t.bind("amq.direct", "mine") ==
        "403 ACCESS_REFUSED - read access to exchange 'amq.direct' in vhost '/' refused for user "
        "'lab'");
  CHECK(t.bind("", "mine") == kDefault);
  CHECK(t.declare("mx", "fanout") ==
        "403 ACCESS_REFUSED - configure access to exchange 'mx' in vhost '/' refused for user "
        "'lab'");
  CHECK(t.declare("minex", "fanout") == "ok");
  CHECK(t.bind("minex", "mine") == "ok");
  CHECK(t.passive("amq.direct") == "ok");
}

TEST_CASE("naming a dead letter or alternate exchange needs write on it and read on oneself",
          "[PERM-1]") {
  Topology t;
  t.user = "lab";
  t.permissions.add_user("lab", "p");
  REQUIRE(t.permissions.permit("/", "lab", ".*", "^mine", "^mine").ok());
  ExchangeDeclare method;
  method.exchange = "mine";
  method.type = "fanout";
  method.arguments = {{"alternate-exchange", FieldValue::of(std::string_view("other"))}};
  CHECK(t.declare(method).find("write access to exchange 'other'") != std::string::npos);
  method.exchange = "ours";
  CHECK(t.declare(method).find("read access to exchange 'ours'") != std::string::npos);
  const FieldTable dead = {{"x-dead-letter-exchange", FieldValue::of(std::string_view("other"))}};
  CHECK(Topology::text(check_new_queue(t.access(), "ours", {}, dead))
            .find("read access to queue 'ours'") != std::string::npos);
  CHECK(Topology::text(check_new_queue(t.access(), "mine", {}, dead))
            .find("write access to exchange 'other'") != std::string::npos);
  const FieldTable mine = {{"x-dead-letter-exchange", FieldValue::of(std::string_view("mine"))}};
  CHECK(Topology::text(check_new_queue(t.access(), "mine", {}, mine)) == "ok");
}

TEST_CASE("a policy gives an alternate exchange to old and new exchanges", "[POL-1][ROUTE-16]") {
  Topology t;
  t.declare("old", "direct");
  t.RoutingFixture::bind("amq.fanout", "rest", "");
  const FieldTable definition = {
      {"alternate-exchange", FieldValue::of(std::string_view("amq.fanout"))}};
  REQUIRE(t.policies.set("p", "^(old|new)$", definition, PolicyTarget::exchanges, 0).ok());
  apply_to_exchanges(t.routing, t.policies);
  t.declare("new", "direct");
  CHECK(t.route("old", "k") == Queues{"rest"});
  CHECK(t.route("new", "k") == Queues{"rest"});
  t.policies.clear("p");
  apply_to_exchanges(t.routing, t.policies);
  CHECK(t.route("old", "k").empty());
}

TEST_CASE("a local random exchange takes classic queues with an empty key", "[ROUTE-23]") {
  Topology t;
  REQUIRE(t.declare("r", "x-local-random") == "ok");
  CHECK(t.declare("r", "x-local-random") == "ok");
  CHECK(t.declare("r", "direct") ==
        "406 PRECONDITION_FAILED - inequivalent arg 'type' for exchange 'r' in vhost '/': received "
        "'direct' but current is ''x-local-random''");
  t.queue("q");
  CHECK(t.bind("r", "q") == "ok");
  CHECK(t.bind("r", "q", "k") ==
        "406 PRECONDITION_FAILED - Non empty binding 'k' key not permitted");
  t.queue_type = QueueType::quorum;
  CHECK(
      t.bind("r", "q") ==
      "406 PRECONDITION_FAILED - Queue type rabbit_quorum_queue not valid for this exchange type");
  CHECK(t.bind_exchanges("r", "amq.fanout") == "406 PRECONDITION_FAILED - Destination not found");
  Topology old(Version::v3_10);
  CHECK(old.declare("r", "x-local-random") ==
        "503 COMMAND_INVALID - unknown exchange type 'x-local-random'");
}

TEST_CASE("a reply text has at most 255 bytes", "[ERR-1]") {
  const std::string name(219, 'x');
  for (const Version version : {Version::v3_10, Version::v4_0}) {
    const auto text = [version](std::string_view queue) {
      return errors::as_sent(version, errors::not_found(Resource::queue(queue, "/")))->text;
    };
    CHECK(text(name).size() == 255);
    CHECK(text(name).ends_with("x' in vhost '/'"));
    CHECK(text(name + "x").size() == 255);
    CHECK(text(name + "x").ends_with("x' in vhost..."));
  }
}

TEST_CASE("4.0 cuts a reply text by characters, and cannot write what has more bytes", "[ERR-1]") {
  const auto sent = [](Version version, const std::string& queue) {
    return errors::as_sent(version, errors::not_found(Resource::queue(queue, "/")));
  };
  std::string umlauts;
  for (int i = 0; i < 109; ++i) umlauts += "\xc3\xbc";
  REQUIRE(sent(Version::v4_0, umlauts));
  CHECK(sent(Version::v4_0, umlauts)->text.size() == 254);
  CHECK_FALSE(sent(Version::v4_0, umlauts + "\xc3\xbc"));
  REQUIRE(sent(Version::v3_10, umlauts + "\xc3\xbc"));
  CHECK(sent(Version::v3_10, umlauts + "\xc3\xbc")->text.size() == 255);
  // Where the cut takes all of them away there is nothing left to fail over.
  const std::string late = std::string(230, 'x') + umlauts.substr(0, 24);
  REQUIRE(sent(Version::v4_0, late));
  CHECK(sent(Version::v4_0, late)->text.ends_with("xxx..."));
}

TEST_CASE("errors are blamed on a method, but a crash on none", "[ERR-1]") {
  CHECK(errors::blame(errors::no_previous_queue(), "queue.bind").method == "queue.bind");
  CHECK(errors::blame(errors::crash(), "queue.bind").method.empty());
}
