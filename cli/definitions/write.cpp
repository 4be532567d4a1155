// SPDX-License-Identifier: MIT
// From a plan to definitions.json.
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/conform/json.hpp"
#include "cli/definitions/definitions.hpp"
#include "cli/formats/text_forms.hpp"

namespace mqlab::cli {
namespace {

using Json = nlohmann::ordered_json;
using broker::FieldTable;
using broker::FieldValue;

Json table_json(const FieldTable& table);

Json value_json(const FieldValue& value) {
  if (const auto* flag = std::get_if<bool>(&value.content)) return *flag;
  if (const auto* integer = std::get_if<std::int64_t>(&value.content)) return *integer;
  if (const auto* number = std::get_if<double>(&value.content)) return *number;
  if (const auto* text = std::get_if<std::string>(&value.content)) return *text;
  if (const auto* table = std::get_if<FieldTable>(&value.content)) return table_json(*table);
  if (const auto* list = std::get_if<broker::FieldArray>(&value.content)) {
    Json out = Json::array();
    for (const FieldValue& one : *list) out.push_back(value_json(one));
    return out;
  }
  return nullptr;
}

Json table_json(const FieldTable& table) {
  Json out = Json::object();
  for (const auto& [name, value] : table) out[name] = value_json(value);
  return out;
}

// A list with an object on each line.
class Document {
 public:
  void member(const char* name, const std::string& value) {
    out_ += fmt::format("{}  \"{}\": {}", out_.empty() ? "{\n" : ",\n", name, value);
  }
  void list(const char* name, const Json& items) {
    std::string lines;
    for (const Json& item : items) {
      lines += fmt::format("{}    {}", lines.empty() ? "\n" : ",\n", conform::to_line(item));
    }
    member(name, lines.empty() ? "[]" : "[" + lines + "\n  ]");
  }
  std::string text() const { return out_ + "\n}\n"; }

 private:
  std::string out_;
};

Json users_json(const scripting::Plan& plan) {
  Json out = Json::array();
  for (const scripting::PlannedUser& user : plan.users) {
    if (user.name == "guest") continue;
    out.push_back({{"name", user.name}, {"password", user.password}, {"tags", ""}});
  }
  return out;
}

Json permissions_json(const scripting::Plan& plan) {
  Json out = Json::array();
  for (const scripting::PlannedPermission& one : plan.permissions) {
    if (one.user == "guest") continue;
    out.push_back({{"user", one.user},
                   {"vhost", one.vhost},
                   {"configure", one.configure},
                   {"write", one.write},
                   {"read", one.read}});
  }
  return out;
}

Json policies_json(const scripting::Plan& plan) {
  Json out = Json::array();
  for (const scripting::PlannedPolicy& policy : plan.policies) {
    out.push_back({{"vhost", policy.vhost},
                   {"name", policy.name},
                   {"pattern", policy.pattern},
                   {"apply-to", policy.apply_to},
                   {"definition", table_json(policy.definition)},
                   {"priority", policy.priority}});
  }
  return out;
}

// Why a queue is not exported; empty if it is.
std::string_view left_out_for(const scripting::PlannedQueue& queue) {
  if (queue.deleted) return "it was deleted in the run";
  if (queue.exclusive) return "it is exclusive: it belongs to a connection";
  if (queue.server_named) return "the broker gave its name";
  return {};
}

class Exporter {
 public:
  Exporter(const scripting::Plan& plan, std::vector<std::string>& notes)
      : plan_(plan), notes_(notes) {}

  std::string text() {
    Document document;
    const char* version = plan_.version == broker::Version::v3_10 ? "\"3.10.8\"" : "\"4.0.5\"";
    document.member("rabbit_version", version);
    document.member("rabbitmq_version", version);
    document.list("users", users_json(plan_));
    Json vhosts = Json::array({{{"name", "/"}}});
    for (const scripting::PlannedVhost& vhost : plan_.vhosts) {
      vhosts.push_back({{"name", vhost.name}});
    }
    document.list("vhosts", vhosts);
    document.list("permissions", permissions_json(plan_));
    document.list("topic_permissions", Json::array());
    document.list("parameters", Json::array());
    document.list("global_parameters", Json::array());
    document.list("policies", policies_json(plan_));
    document.list("queues", queues());
    document.list("exchanges", exchanges());
    document.list("bindings", bindings());
    return document.text();
  }

 private:
  using Name = std::pair<std::string, std::string>;

  Json queues() {
    Json out = Json::array();
    for (const scripting::PlannedQueue& queue : plan_.queues) {
      if (const std::string_view why = left_out_for(queue); !why.empty()) {
        notes_.push_back(
            fmt::format("queue {}: {}", queue.name.empty() ? "without a name" : queue.name, why));
        queues_left_out_.insert({queue.vhost, queue.name});
        continue;
      }
      out.push_back({{"name", queue.name},
                     {"vhost", queue.vhost},
                     {"durable", queue.durable},
                     {"auto_delete", queue.auto_delete},
                     {"arguments", table_json(queue.arguments)}});
    }
    return out;
  }

  Json exchanges() {
    Json out = Json::array();
    for (const scripting::PlannedExchange& exchange : plan_.exchanges) {
      if (exchange.deleted) {
        notes_.push_back(fmt::format("exchange {}: it was deleted in the run", exchange.name));
        exchanges_left_out_.insert({exchange.vhost, exchange.name});
        continue;
      }
      out.push_back({{"name", exchange.name},
                     {"vhost", exchange.vhost},
                     {"type", exchange.type},
                     {"durable", exchange.durable},
                     {"auto_delete", exchange.auto_delete},
                     {"internal", exchange.internal},
                     {"arguments", table_json(exchange.arguments)}});
    }
    return out;
  }

  Json bindings() const {
    Json out = Json::array();
    for (const scripting::PlannedBinding& one : plan_.bindings) {
      const std::set<Name>& destinations = one.to_queue ? queues_left_out_ : exchanges_left_out_;
      if (one.undone || exchanges_left_out_.count({one.vhost, one.source}) > 0 ||
          destinations.count({one.vhost, one.destination}) > 0) {
        continue;
      }
      out.push_back({{"source", one.source},
                     {"vhost", one.vhost},
                     {"destination", one.destination},
                     {"destination_type", one.to_queue ? "queue" : "exchange"},
                     {"routing_key", one.key},
                     {"arguments", table_json(one.arguments)}});
    }
    return out;
  }

  const scripting::Plan& plan_;
  std::vector<std::string>& notes_;
  std::set<Name> queues_left_out_;
  std::set<Name> exchanges_left_out_;
};

// The first name that JSON cannot hold, or nothing.
const std::string* odd_name(const scripting::Plan& plan) {
  const auto odd = [](const std::string& name) { return utf8_text(name) != name; };
  for (const auto& one : plan.vhosts) {
    if (odd(one.name)) return &one.name;
  }
  for (const auto& one : plan.users) {
    if (odd(one.name)) return &one.name;
  }
  for (const auto& one : plan.exchanges) {
    if (odd(one.name)) return &one.name;
  }
  for (const auto& one : plan.queues) {
    if (odd(one.name)) return &one.name;
  }
  for (const auto& one : plan.bindings) {
    if (odd(one.key)) return &one.key;
  }
  return nullptr;
}

}  // namespace

Result<std::string> write_definitions(const scripting::Plan& plan,
                                      std::vector<std::string>& notes) {
  if (const std::string* name = odd_name(plan)) {
    return make_error(
        fmt::format("the name or key '{}' is not UTF-8, so JSON cannot hold it", utf8_text(*name)));
  }
  return Exporter(plan, notes).text();
}

}  // namespace mqlab::cli
