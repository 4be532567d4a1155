// SPDX-License-Identifier: MIT
// From the members of definitions.json to a plan.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

#include "cli/definitions/definitions.hpp"
#include "cli/definitions/json_tree.hpp"
#include "sim/broker/arguments.hpp"
#include "sim/broker/policy.hpp"

namespace mqlab::cli {
namespace {

using scripting::Plan;
using Kind = JsonNode::Kind;

constexpr std::size_t kMostNotes = 100;

// Notes, each text once.
class Notes {
 public:
  explicit Notes(std::vector<std::string>& into) : into_(into) {}
  void add(std::string text) {
    if (into_.size() > kMostNotes || !known_.insert(text).second) return;
    if (into_.size() == kMostNotes) text = "and more";
    into_.push_back(std::move(text));
  }

 private:
  std::vector<std::string>& into_;
  std::set<std::string> known_;
};

// One object of a list: its members are asked for by name, and what nobody asked for is noted.
class Entry {
 public:
  Entry(const JsonNode& node, std::string path, const std::string& file,
        std::optional<Error>& error)
      : node_(node), path_(std::move(path)), file_(file), error_(error) {
    if (node.kind != Kind::object) wrong(node, "", Kind::object);
  }

  Place place() const { return {file_, node_.line}; }

  std::string text(const char* member, const std::optional<std::string>& otherwise = std::nullopt) {
    const JsonNode* found = take(member, Kind::text, !otherwise);
    return found == nullptr ? otherwise.value_or("") : found->text;
  }
  bool flag(const char* member) {
    const JsonNode* found = take(member, Kind::boolean, false);
    return found != nullptr && found->flag;
  }
  std::int64_t integer(const char* member) {
    const JsonNode* found = take(member, Kind::integer, false);
    return found == nullptr ? 0 : found->integer;
  }
  broker::FieldTable table(const char* member) {
    asked_.insert(member);
    const JsonNode* found = node_.find(member);
    // Erlang's empty table is written as an empty list by some versions.
    if (found != nullptr && found->kind == Kind::list && found->items.empty()) return {};
    found = take(member, Kind::object, false);
    return found == nullptr ? broker::FieldTable{} : field_table(*found);
  }
  void skip(std::initializer_list<const char*> members) {
    for (const char* member : members) asked_.insert(member);
  }
  void note_unknown(const std::string& kind, Notes& notes) const {
    for (const auto& [name, value] : node_.members) {
      if (asked_.count(name) == 0) notes.add(fmt::format("{}: unknown key \"{}\"", kind, name));
    }
  }
  void fail(std::string what, std::string hint = {}) {
    if (!error_) error_ = Error{place(), fmt::format("{}: {}", path_, what), std::move(hint)};
  }

 private:
  const JsonNode* take(const char* member, Kind kind, bool required) {
    asked_.insert(member);
    const JsonNode* found = node_.find(member);
    if (found == nullptr || (found->kind == Kind::null && !required)) {
      if (required) fail(fmt::format("\"{}\" is missing", member));
      return nullptr;
    }
    if (found->kind == kind) return found;
    wrong(*found, member, kind);
    return nullptr;
  }
  void wrong(const JsonNode& node, std::string_view member, Kind kind) {
    if (error_) return;
    const std::string name = member.empty() ? path_ : fmt::format("{}.{}", path_, member);
    error_ =
        Error{Place{file_, node.line},
              fmt::format("{} must be {}, not {}", name, kind_word(kind), kind_word(node.kind)),
              {}};
  }

  const JsonNode& node_;
  std::string path_;
  const std::string& file_;
  std::optional<Error>& error_;
  std::set<std::string> asked_;
};

class Reader {
 public:
  Reader(const JsonNode& root, const std::string& file, Definitions& out)
      : root_(root), file_(file), plan_(out.plan), notes_(out.notes) {}

  std::optional<Error> read() {
    if (root_.kind != Kind::object) {
      return Error{Place{file_, root_.line},
                   fmt::format("definitions are an object, not {}", kind_word(root_.kind)),
                   "rabbitmqctl export_definitions FILE writes them"};
    }
    const bool looks_right =
        std::any_of(root_.members.begin(), root_.members.end(), [](const JsonMember& member) {
          return member.name == "queues" || member.name == "exchanges" || member.name == "vhosts" ||
                 member.name == "users" || member.name == "bindings";
        });
    if (!looks_right) {
      return Error{Place{file_, root_.line}, "holds no definitions: no queues, exchanges or vhosts",
                   "rabbitmqctl export_definitions FILE writes them"};
    }
    read_version();
    each("vhosts", "virtual host", [this](Entry& entry) { vhost(entry); });
    each("users", "user", [this](Entry& entry) { user(entry); });
    each("permissions", "permission", [this](Entry& entry) { permission(entry); });
    each("policies", "policy", [this](Entry& entry) { policy(entry); });
    each("exchanges", "exchange", [this](Entry& entry) { exchange(entry); });
    each("queues", "queue", [this](Entry& entry) { queue(entry); });
    each("bindings", "binding", [this](Entry& entry) { binding(entry); });
    for (const auto& [name, node] : root_.members) other(name, node);
    return error_;
  }

 private:
  template <typename Read>
  void each(const char* list, const char* kind, const Read& read) {
    const JsonNode* found = root_.find(list);
    if (found == nullptr || error_) return;
    if (found->kind != Kind::list) {
      error_ = Error{Place{file_, found->line},
                     fmt::format("\"{}\" must be a list, not {}", list, kind_word(found->kind)),
                     {}};
      return;
    }
    for (std::size_t i = 0; i < found->items.size() && !error_; ++i) {
      Entry entry(found->items[i], fmt::format("{}[{}]", list, i), file_, error_);
      if (error_) return;
      read(entry);
      entry.note_unknown(kind, notes_);
    }
  }

  void read_version() {
    for (const char* member : {"rabbitmq_version", "rabbit_version"}) {
      const JsonNode* found = root_.find(member);
      if (found == nullptr || found->kind != Kind::text) continue;
      const bool old = found->text.starts_with("3.");
      plan_.version = old ? broker::Version::v3_10 : broker::Version::v4_0;
      const char* simulated = old ? "3.10" : "4.0";
      if (!found->text.starts_with(simulated)) {
        notes_.add(fmt::format("RabbitMQ {}: simulated as {}", found->text, simulated));
      }
      return;
    }
  }

  void vhost(Entry& entry) {
    const std::string name = entry.text("name");
    entry.skip({"description", "tags", "metadata", "limits", "tracing"});
    const std::string type = entry.text("default_queue_type", "");
    if (!type.empty() && type != "classic" && type != "undefined") {
      notes_.add(fmt::format("default queue type {} of virtual host {}", type, name));
    }
    if (name != "/") plan_.vhosts.push_back({entry.place(), name});
  }

  void user(Entry& entry) {
    const std::string name = entry.text("name");
    const std::string password = entry.text("password", name);
    entry.skip({"password_hash", "hashing_algorithm", "tags", "limits"});
    if (name == "guest") return;  // every broker has it
    notes_.add("passwords: each user's is its name, unless the file has it in plain text");
    plan_.users.push_back({entry.place(), name, password});
  }

  void permission(Entry& entry) {
    scripting::PlannedPermission permission{
        entry.place(),           entry.text("user"),  entry.text("vhost", "/"),
        entry.text("configure"), entry.text("write"), entry.text("read")};
    if (permission.user == "guest") return;
    plan_.permissions.push_back(std::move(permission));
  }

  void policy(Entry& entry) {
    scripting::PlannedPolicy policy{entry.place(),
                                    entry.text("vhost", "/"),
                                    entry.text("name"),
                                    entry.text("pattern"),
                                    entry.text("apply-to", "all"),
                                    0,
                                    entry.table("definition")};
    const std::int64_t priority = entry.integer("priority");
    if (priority < -1'000'000 || priority > 1'000'000) {
      entry.fail("\"priority\" must be from -1000000 to 1000000");
      return;
    }
    policy.priority = static_cast<int>(priority);
    if (policy.apply_to != "queues" && policy.apply_to != "exchanges" && policy.apply_to != "all") {
      notes_.add(fmt::format("policy {}: applies to {}", policy.name, policy.apply_to));
      return;
    }
    for (const std::string& key : broker::unsimulated_policy_keys(policy.definition)) {
      notes_.add(fmt::format("policy key {}", key));
      broker::remove_field(policy.definition, key);
    }
    if (!policy.definition.empty()) plan_.policies.push_back(std::move(policy));
  }

  void add_notes(broker::ArgumentsOf what, const broker::FieldTable& arguments) {
    for (const std::string& note : broker::argument_notes(what, arguments)) notes_.add(note);
  }

  void exchange(Entry& entry) {
    scripting::PlannedExchange exchange{
        entry.place(),          entry.text("vhost", "/"), entry.text("name"),
        entry.text("type"),     entry.flag("durable"),    entry.flag("auto_delete"),
        entry.flag("internal"), entry.table("arguments"), false};
    entry.skip({"policy", "user_who_performed_action"});
    if (broker::is_reserved(exchange.name) || exchange.name.empty()) return;  // everybody has it
    if (!broker::exchange_type(plan_.version, exchange.type)) {
      notes_.add(fmt::format("exchange {}: type {}", exchange.name, exchange.type));
      left_out_.insert({exchange.vhost, exchange.name});
      return;
    }
    add_notes(broker::ArgumentsOf::exchange, exchange.arguments);
    plan_.exchanges.push_back(std::move(exchange));
  }

  void queue(Entry& entry) {
    scripting::PlannedQueue queue;
    queue.place = entry.place();
    queue.vhost = entry.text("vhost", "/");
    queue.name = entry.text("name");
    queue.durable = entry.flag("durable");
    queue.auto_delete = entry.flag("auto_delete");
    queue.arguments = entry.table("arguments");
    entry.skip({"policy", "user_who_performed_action", "exclusive", "node", "slave_nodes"});
    const std::string type = entry.text("type", "classic");
    if ((type == "quorum" || type == "stream") &&
        broker::find_field(queue.arguments, "x-queue-type") == nullptr) {
      broker::set_field(queue.arguments, "x-queue-type",
                        broker::FieldValue::of(std::string_view(type)));
    }
    add_notes(broker::ArgumentsOf::queue, queue.arguments);
    plan_.queues.push_back(std::move(queue));
  }

  void binding(Entry& entry) {
    scripting::PlannedBinding binding;
    binding.place = entry.place();
    binding.vhost = entry.text("vhost", "/");
    binding.source = entry.text("source");
    binding.destination = entry.text("destination");
    const std::string type = entry.text("destination_type", "queue");
    binding.to_queue = type == "queue";
    binding.key = entry.text("routing_key", "");
    binding.arguments = entry.table("arguments");
    entry.skip({"properties_key"});
    if (type != "queue" && type != "exchange") {
      entry.fail(fmt::format("\"destination_type\" must be queue or exchange, not {}", type));
      return;
    }
    if (binding.source.empty()) return;  // of the default exchange: every queue has it
    if (left_out_.count({binding.vhost, binding.source}) > 0 ||
        (!binding.to_queue && left_out_.count({binding.vhost, binding.destination}) > 0)) {
      return;
    }
    add_notes(broker::ArgumentsOf::binding, binding.arguments);
    plan_.bindings.push_back(std::move(binding));
  }

  // Everything else at the top.
  void other(const std::string& name, const JsonNode& node) {
    static const std::set<std::string> kRead{"vhosts",
                                             "users",
                                             "permissions",
                                             "policies",
                                             "exchanges",
                                             "queues",
                                             "bindings",
                                             "metadata",
                                             "rabbit_version",
                                             "rabbitmq_version",
                                             "explanation",
                                             "product_name",
                                             "product_version",
                                             "rabbitmq_definition_format",
                                             "original_vhost_name",
                                             "original_cluster_name"};
    if (kRead.count(name) > 0) return;
    const std::map<std::string, std::string> known{
        {"topic_permissions", "topic permissions"},
        {"parameters", "parameters (shovels, federation, limits)"},
        {"global_parameters", "global parameters"}};
    const auto found = known.find(name);
    if (found == known.end()) {
      notes_.add(fmt::format("unknown key \"{}\"", name));
    } else if (!node.items.empty()) {
      notes_.add(fmt::format("{}: {}", found->second, node.items.size()));
    }
  }

  const JsonNode& root_;
  const std::string& file_;
  Plan& plan_;
  Notes notes_;
  std::optional<Error> error_;
  std::set<std::pair<std::string, std::string>> left_out_;  // exchanges
};

}  // namespace

Result<Definitions> read_definitions(std::string_view text, const std::string& file) {
  Result<JsonNode> root = read_json_tree(text, file);
  if (!root.ok()) return root.error();
  Definitions definitions;
  definitions.plan.broker = "rabbit";
  if (const auto error = Reader(*root, file, definitions).read()) return *error;
  return definitions;
}

Result<void> keep_vhost(Definitions& definitions, const std::string& vhost) {
  Plan& plan = definitions.plan;
  const bool there =
      vhost == "/" || std::any_of(plan.vhosts.begin(), plan.vhosts.end(),
                                  [&](const auto& one) { return one.name == vhost; });
  if (!there) {
    return make_error(fmt::format("--vhost {}: there is no such virtual host", vhost));
  }
  const auto elsewhere = [&](const auto& one) { return one.vhost != vhost; };
  std::erase_if(plan.vhosts, [&](const auto& one) { return one.name != vhost; });
  std::erase_if(plan.permissions, elsewhere);
  std::erase_if(plan.policies, elsewhere);
  std::erase_if(plan.exchanges, elsewhere);
  std::erase_if(plan.queues, elsewhere);
  std::erase_if(plan.bindings, elsewhere);
  std::erase_if(plan.users, [&](const auto& user) {
    return std::none_of(plan.permissions.begin(), plan.permissions.end(),
                        [&](const auto& one) { return one.user == user.name; });
  });
  return {};
}

}  // namespace mqlab::cli
