// SPDX-License-Identifier: MIT
// Keeping policies, and what they make of settings.
#include "sim/broker/policy.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "sim/broker/max_age.hpp"

namespace mqlab::broker {

namespace {

enum class Shape : std::uint8_t { name, not_negative, positive, integer, choice, age, any };

struct Key {
  std::string_view name;
  Shape shape;
  bool classic;  // which types of queue take a policy with this key
  bool quorum;
  bool stream;
  bool simulated;
};

// All keys that the server knows.
constexpr Key kKeys[] = {
    {"alternate-exchange", Shape::name, true, true, true, true},
    {"dead-letter-exchange", Shape::name, true, true, false, true},
    {"dead-letter-routing-key", Shape::name, true, true, false, true},
    {"dead-letter-strategy", Shape::choice, false, true, false, true},
    {"message-ttl", Shape::not_negative, true, true, false, true},
    {"expires", Shape::positive, true, true, false, true},
    {"max-length", Shape::not_negative, true, true, false, true},
    {"max-length-bytes", Shape::not_negative, true, true, true, true},
    {"max-in-memory-length", Shape::not_negative, true, true, false, false},
    {"max-in-memory-bytes", Shape::not_negative, true, true, false, false},
    {"queue-mode", Shape::choice, true, false, false, true},
    {"queue-version", Shape::choice, true, true, true, true},
    {"overflow", Shape::choice, true, true, false, true},
    {"delivery-limit", Shape::integer, false, true, false, true},
    {"max-age", Shape::age, false, false, true, false},
    {"stream-max-segment-size-bytes", Shape::not_negative, false, false, true, false},
    {"stream-filter-size-bytes", Shape::not_negative, true, true, true, false},
    {"queue-leader-locator", Shape::choice, true, true, true, false},
    {"initial-cluster-size", Shape::not_negative, false, false, true, false},
    {"queue-master-locator", Shape::any, true, false, false, false},
    {"consumer-timeout", Shape::not_negative, true, true, true, false},
    {"ha-mode", Shape::any, true, false, false, false},
    {"ha-params", Shape::any, true, false, false, false},
    {"ha-sync-mode", Shape::any, true, false, false, false},
    {"ha-sync-batch-size", Shape::any, true, false, false, false},
    {"ha-promote-on-shutdown", Shape::any, true, false, false, false},
    {"ha-promote-on-failure", Shape::any, true, false, false, false},
};

const Key* find_key(std::string_view name) {
  const auto* found = std::find_if(std::begin(kKeys), std::end(kKeys),
                                   [name](const Key& key) { return key.name == name; });
  return found == std::end(kKeys) ? nullptr : found;
}

bool takes(const Key& key, QueueType type) {
  switch (type) {
    case QueueType::classic:
      return key.classic;
    case QueueType::quorum:
      return key.quorum;
    case QueueType::stream:
      return key.stream;
  }
  return false;
}

bool is_choice(std::string_view key, const FieldValue& value) {
  const auto is = [&](std::initializer_list<std::string_view> words) {
    const auto* text = std::get_if<std::string>(&value.content);
    return text != nullptr && std::find(words.begin(), words.end(), *text) != words.end();
  };
  if (key == "dead-letter-strategy") return is({"at-most-once", "at-least-once"});
  if (key == "queue-mode") return is({"default", "lazy"});
  if (key == "overflow") return is({"drop-head", "reject-publish", "reject-publish-dlx"});
  if (key == "queue-leader-locator") {
    return is({"client-local", "balanced", "random", "least-leaders"});
  }
  return value.is_integer() &&
         (std::get<std::int64_t>(value.content) == 1 || std::get<std::int64_t>(value.content) == 2);
}

bool is_shaped(const Key& key, const FieldValue& value) {
  const auto at_least = [&](std::int64_t least) {
    return value.is_integer() && std::get<std::int64_t>(value.content) >= least;
  };
  switch (key.shape) {
    case Shape::name:
      return value.type == FieldType::text;
    case Shape::not_negative:
      return at_least(0);
    case Shape::positive:
      return at_least(1);
    case Shape::integer:
      return value.is_integer();
    case Shape::choice:
      return is_choice(key.name, value);
    case Shape::age:
      return value.type == FieldType::text &&
             parse_max_age(std::get<std::string>(value.content)).kind == MaxAge::Kind::valid;
    case Shape::any:
      return true;
  }
  return false;
}

std::optional<Error> check_definition(const FieldTable& definition) {
  if (definition.empty()) return Error{{}, "the policy sets nothing", "give it a definition"};
  for (const auto& [name, value] : definition) {
    const Key* key = find_key(name);
    if (key == nullptr) {
      const bool prefixed = name.starts_with("x-") && find_key(name.substr(2)) != nullptr;
      return Error{{},
                   fmt::format("a policy has no setting '{}'", name),
                   prefixed ? fmt::format("without x-: {}", name.substr(2)) : ""};
    }
    if (!is_shaped(*key, value)) {
      return Error{{}, fmt::format("the policy's '{}' has a value that it cannot have", name), ""};
    }
  }
  return std::nullopt;
}

std::optional<std::int64_t> integer_setting(const Policy& policy, std::string_view key) {
  const FieldValue* value = find_field(policy.definition, key);
  if (value == nullptr) return std::nullopt;
  return std::get<std::int64_t>(value->content);
}

std::optional<std::string> text_setting(const Policy& policy, std::string_view key) {
  const FieldValue* value = find_field(policy.definition, key);
  if (value == nullptr) return std::nullopt;
  return std::get<std::string>(value->content);
}

std::optional<std::int64_t> smaller(std::optional<std::int64_t> a, std::optional<std::int64_t> b) {
  if (!a) return b;
  if (!b) return a;
  return std::min(*a, *b);
}

// 4.0 takes a negative limit for none, so that the other one counts.
std::optional<std::int64_t> smaller_limit(Version version, std::optional<std::int64_t> a,
                                          std::optional<std::int64_t> b) {
  const bool none = (a && *a < 0) || (b && *b < 0);
  if (version == Version::v4_0 && a && b && none) return std::max(*a, *b);
  return smaller(a, b);
}

}  // namespace

Result<void> Policies::set(std::string_view name, std::string_view pattern,
                           const FieldTable& definition, PolicyTarget target, int priority) {
  Result<Pattern> parsed = Pattern::parse(pattern);
  if (!parsed) return parsed.error();
  if (auto error = check_definition(definition)) return *error;
  clear(name);
  policies_.push_back({std::string(name), std::move(*parsed), target, priority, definition});
  std::stable_sort(policies_.begin(), policies_.end(), [](const Policy& a, const Policy& b) {
    return std::tuple(b.priority, std::string_view(a.name)) <
           std::tuple(a.priority, std::string_view(b.name));
  });
  return {};
}

bool Policies::clear(std::string_view name) {
  return std::erase_if(policies_, [name](const Policy& p) { return p.name == name; }) > 0;
}

const Policy* Policies::for_queue(std::string_view queue, QueueType type) const {
  for (const Policy& policy : policies_) {
    if (policy.target == PolicyTarget::exchanges) continue;
    const bool applicable =
        std::all_of(policy.definition.begin(), policy.definition.end(),
                    [type](const auto& field) { return takes(*find_key(field.first), type); });
    if (applicable && policy.pattern.search(queue)) return &policy;
  }
  return nullptr;
}

const Policy* Policies::for_exchange(std::string_view exchange) const {
  for (const Policy& policy : policies_) {
    if (policy.target != PolicyTarget::queues && policy.pattern.search(exchange)) return &policy;
  }
  return nullptr;
}

QueueSettings with_policy(Version version, const FieldTable& arguments, const Policy* policy) {
  QueueSettings settings = declared_settings(arguments);
  if (policy == nullptr) return settle(version, settings);
  const bool quorum = settings.type == QueueType::quorum;
  const auto integer = [&](std::string_view key) { return integer_setting(*policy, key); };
  const auto declared = [&](std::string_view key) { return find_field(arguments, key) != nullptr; };

  settings.message_ttl_ms = smaller(settings.message_ttl_ms, integer("message-ttl"));
  settings.max_length = smaller(settings.max_length, integer("max-length"));
  settings.max_length_bytes = smaller(settings.max_length_bytes, integer("max-length-bytes"));
  settings.delivery_limit =
      smaller_limit(version, settings.delivery_limit, integer("delivery-limit"));
  // A quorum queue of 3.10 lets the policy win.
  const auto expires = integer("expires");
  settings.expires_ms = quorum && version == Version::v3_10 && expires
                            ? expires
                            : smaller(settings.expires_ms, expires);
  if (!settings.dead_letter_exchange) {  // DLX-2
    settings.dead_letter_exchange = text_setting(*policy, "dead-letter-exchange");
  }
  if (!settings.dead_letter_routing_key) {
    settings.dead_letter_routing_key = text_setting(*policy, "dead-letter-routing-key");
  }
  // So does a quorum queue's overflow in both versions.
  if (const auto overflow = text_setting(*policy, "overflow");
      overflow && (quorum || !declared("x-overflow"))) {
    settings.overflow = overflow_of(*overflow);
  }
  if (const auto mode = text_setting(*policy, "queue-mode"); mode && !declared("x-queue-mode")) {
    settings.mode = *mode == "lazy" ? QueueMode::lazy : QueueMode::normal;
  }
  if (const auto strategy = text_setting(*policy, "dead-letter-strategy");
      strategy && !declared("x-dead-letter-strategy")) {
    settings.dead_letter_strategy = *strategy == "at-least-once" ? DeadLetterStrategy::at_least_once
                                                                 : DeadLetterStrategy::at_most_once;
  }
  return settle(version, settings);
}

std::optional<std::string> policy_alternate(const Policy* policy) {
  if (policy == nullptr) return std::nullopt;
  return text_setting(*policy, "alternate-exchange");
}

std::vector<std::string> unsimulated_policy_keys(const FieldTable& definition) {
  std::vector<std::string> names;
  for (const auto& [name, value] : definition) {
    const Key* key = find_key(name);
    if (key != nullptr && !key->simulated) names.push_back(name);
  }
  return names;
}

}  // namespace mqlab::broker
