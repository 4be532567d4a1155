// SPDX-License-Identifier: MIT
// Which policy applies, and what it makes of a queue.
#include "sim/broker/policy.hpp"
#include "tests/catch.hpp"

using namespace mqlab;
using namespace mqlab::broker;

namespace {

FieldValue number(std::int64_t value) {
  return FieldValue::of(value);
}
FieldValue text(std::string_view value) {
  return FieldValue::of(value);
}

FieldTable ttl(std::int64_t ms) {
  return {{"message-ttl", number(ms)}};
}

std::string name_of(const Policy* policy) {
  return policy == nullptr ? "" : policy->name;
}

// The settings of a queue with these arguments under a policy of this definition.
QueueSettings under(const FieldTable& definition, const FieldTable& arguments,
                    Version version = Version::v4_0) {
  Policies policies;
  REQUIRE(policies.set("p", "", definition, PolicyTarget::all, 0).ok());
  return with_policy(version, arguments, policies.for_queue("q", queue_type(arguments)));
}

}  // namespace

TEST_CASE("a queue has one policy, that of the highest priority", "[POL-2]") {
  Policies policies;
  REQUIRE(policies.set("low", ".*", ttl(1), PolicyTarget::queues, 1).ok());
  REQUIRE(policies.set("high", "^q", ttl(2), PolicyTarget::queues, 5).ok());
  REQUIRE(policies.set("also-high", "^r", ttl(3), PolicyTarget::queues, 5).ok());
  CHECK(name_of(policies.for_queue("q", QueueType::classic)) == "high");
  CHECK(name_of(policies.for_queue("r", QueueType::classic)) == "also-high");
  CHECK(name_of(policies.for_queue("s", QueueType::classic)) == "low");
  CHECK(policies.clear("high"));
  CHECK_FALSE(policies.clear("high"));
  CHECK(name_of(policies.for_queue("q", QueueType::classic)) == "low");
}

TEST_CASE("a policy set again replaces the one of that name") {
  Policies policies;
  REQUIRE(policies.set("p", "^a", ttl(1), PolicyTarget::queues, 0).ok());
  REQUIRE(policies.set("p", "^b", ttl(2), PolicyTarget::queues, 0).ok());
  CHECK(policies.for_queue("a", QueueType::classic) == nullptr);
  CHECK(name_of(policies.for_queue("b", QueueType::classic)) == "p");
}

TEST_CASE("policies are for queues, exchanges or both") {
  Policies policies;
  const FieldTable alternate = {{"alternate-exchange", text("ae")}};
  REQUIRE(policies.set("x", "", alternate, PolicyTarget::exchanges, 1).ok());
  REQUIRE(policies.set("q", "", ttl(1), PolicyTarget::queues, 2).ok());
  CHECK(name_of(policies.for_exchange("any")) == "x");
  CHECK(name_of(policies.for_queue("any", QueueType::classic)) == "q");
  CHECK(policy_alternate(policies.for_exchange("any")) == "ae");
  CHECK_FALSE(policy_alternate(nullptr));
}

TEST_CASE("a policy with a setting that a queue type does not know is passed over", "[POL-2]") {
  Policies policies;
  REQUIRE(policies.set("limit", "", {{"delivery-limit", number(3)}}, PolicyTarget::queues, 9).ok());
  REQUIRE(policies.set("ttl", "", ttl(1), PolicyTarget::queues, 0).ok());
  CHECK(name_of(policies.for_queue("q", QueueType::classic)) == "ttl");
  CHECK(name_of(policies.for_queue("q", QueueType::quorum)) == "limit");
  CHECK(policies.for_queue("q", QueueType::stream) == nullptr);
}

TEST_CASE("of numbers in policy and argument the smaller holds", "[POL-1][TTL-4]") {
  CHECK(under(ttl(5), {{"x-message-ttl", number(9)}}).message_ttl_ms == 5);
  CHECK(under(ttl(9), {{"x-message-ttl", number(5)}}).message_ttl_ms == 5);
  CHECK(under(ttl(9), {}).message_ttl_ms == 9);
  CHECK(under({{"max-length", number(2)}}, {{"x-max-length", number(3)}}).max_length == 2);
  CHECK(under({{"max-length-bytes", number(4)}}, {{"x-max-length-bytes", number(3)}})
            .max_length_bytes == 3);
  CHECK(under({{"expires", number(4)}}, {{"x-expires", number(3)}}).expires_ms == 3);
}

TEST_CASE("of other settings the argument wins", "[POL-1]") {
  const FieldTable reject = {{"overflow", text("reject-publish")}};
  CHECK(under(reject, {}).overflow == Overflow::reject_publish);
  CHECK(under(reject, {{"x-overflow", text("drop-head")}}).overflow == Overflow::drop_head);
  const FieldTable dead = {{"dead-letter-exchange", text("p")},
                           {"dead-letter-routing-key", text("k")}};
  CHECK(under(dead, {}).dead_letter_exchange == "p");
  const QueueSettings mixed = under(dead, {{"x-dead-letter-exchange", text("a")}});
  CHECK(mixed.dead_letter_exchange == "a");
  CHECK(mixed.dead_letter_routing_key == "k");
}

TEST_CASE("a quorum queue lets the policy decide on overflow, in 3.10 on expiry too", "[POL-1]") {
  const FieldTable quorum = {{"x-queue-type", text("quorum")},
                             {"x-overflow", text("drop-head")},
                             {"x-expires", number(3)}};
  const FieldTable policy = {{"overflow", text("reject-publish")}, {"expires", number(9)}};
  CHECK(under(policy, quorum).overflow == Overflow::reject_publish);
  CHECK(under(policy, quorum, Version::v4_0).expires_ms == 3);
  CHECK(under(policy, quorum, Version::v3_10).expires_ms == 9);
}

TEST_CASE("a policy's delivery limit takes the place of 4.0's default", "[QQ-5]") {
  const FieldTable quorum = {{"x-queue-type", text("quorum")}};
  CHECK(under({{"delivery-limit", number(50)}}, quorum).delivery_limit == 50);
  FieldTable limited = quorum;
  set_field(limited, "x-delivery-limit", number(7));
  CHECK(under({{"delivery-limit", number(50)}}, limited).delivery_limit == 7);
  CHECK(under({{"delivery-limit", number(-1)}}, limited).delivery_limit == 7);
}

TEST_CASE("definitions and patterns that the server refuses are errors") {
  Policies policies;
  const auto refused = [&](const FieldTable& definition) {
    return !policies.set("p", "", definition, PolicyTarget::queues, 0).ok();
  };
  CHECK(refused({}));
  CHECK(refused({{"nonsense", number(1)}}));
  CHECK(refused({{"x-message-ttl", number(1)}}));
  CHECK(refused(ttl(-1)));
  CHECK(refused({{"expires", number(0)}}));
  CHECK(refused({{"message-ttl", text("1")}}));
  CHECK(refused({{"overflow", text("nope")}}));
  CHECK_FALSE(policies.set("p", "(", ttl(1), PolicyTarget::queues, 0).ok());
  CHECK(policies.for_queue("q", QueueType::classic) == nullptr);
}

TEST_CASE("policy settings that have no effect here are named") {
  CHECK(unsimulated_policy_keys({{"ha-mode", text("all")}, {"message-ttl", number(1)}}) ==
        std::vector<std::string>{"ha-mode"});
}
