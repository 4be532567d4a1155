// SPDX-License-Identifier: MIT
// The words of a script for each thing of a plan.
#include "cli/definitions/script.hpp"

#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

#include "cli/files.hpp"
#include "cli/formats/text_forms.hpp"

namespace mqlab::cli {
namespace {

using broker::FieldTable;
using broker::FieldValue;

// What a script may use up: 200,000,000 steps, of which things and bindings cost these.
constexpr std::size_t kMostSteps = 150'000'000;
constexpr std::size_t kStepsOfThing = 3'000;
constexpr std::size_t kStepsOfBinding = 1'500;
// Lua has room for 200 local variables; beyond that things have no names in the script.
constexpr std::size_t kMostLocals = 120;
// What marks the lines that the user is to write.
constexpr const char* kToWrite =
    "TO"
    "DO";

std::string value_text(const FieldValue& value);

std::string table_text(const FieldTable& table) {
  std::string out;
  for (const auto& [name, value] : table) {
    out += fmt::format("{}[{}] = {}", out.empty() ? "" : ", ", lua_string(name), value_text(value));
  }
  return "{ " + out + " }";
}

std::string value_text(const FieldValue& value) {
  if (const auto* flag = std::get_if<bool>(&value.content)) return *flag ? "true" : "false";
  if (const auto* integer = std::get_if<std::int64_t>(&value.content)) {
    return std::to_string(*integer);
  }
  if (const auto* number = std::get_if<double>(&value.content)) {
    const std::string text = fmt::format("{}", *number);
    return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
  }
  if (const auto* text = std::get_if<std::string>(&value.content)) return lua_string(*text);
  if (const auto* table = std::get_if<FieldTable>(&value.content)) return table_text(*table);
  if (const auto* list = std::get_if<broker::FieldArray>(&value.content)) {
    std::string out;
    for (const FieldValue& one : *list) out += (out.empty() ? "" : ", ") + value_text(one);
    return "{ " + out + " }";
  }
  return "nil";
}

// A time in the largest unit that has no fraction: "5*s".
std::string milliseconds_text(std::int64_t ms) {
  if (ms != 0 && ms % 3'600'000 == 0) return fmt::format("{}*h", ms / 3'600'000);
  if (ms != 0 && ms % 60'000 == 0) return fmt::format("{}*min", ms / 60'000);
  if (ms != 0 && ms % 1'000 == 0) return fmt::format("{}*s", ms / 1'000);
  return fmt::format("{}*ms", ms);
}

// The option of a script that says the same as an argument; empty if none does.
std::string option_text(const std::string& name, const FieldValue& value) {
  enum class Form { text, count, time, flag };
  struct Option {
    const char* argument;
    const char* option;
    Form form;
  };
  constexpr std::array<Option, 13> kOptions{
      {{"x-queue-type", "type", Form::text},
       {"x-message-ttl", "ttl", Form::time},
       {"x-expires", "expires", Form::time},
       {"x-max-length", "max_length", Form::count},
       {"x-max-length-bytes", "max_bytes", Form::count},
       {"x-overflow", "overflow", Form::text},
       {"x-dead-letter-exchange", "dead_letter", Form::text},
       {"x-dead-letter-routing-key", "dead_letter_key", Form::text},
       {"x-max-priority", "max_priority", Form::count},
       {"x-single-active-consumer", "single_active", Form::flag},
       {"x-queue-mode", "mode", Form::text},
       {"x-delivery-limit", "delivery_limit", Form::count},
       {"alternate-exchange", "alternate", Form::text}}};
  constexpr std::int64_t kMost = 4'000'000'000'000;  // as milliseconds, too
  const auto* integer = std::get_if<std::int64_t>(&value.content);
  const bool counts =
      value.is_integer() && integer != nullptr && *integer >= 0 && *integer <= kMost;
  for (const Option& known : kOptions) {
    if (name != known.argument) continue;
    if (known.form == Form::text && std::holds_alternative<std::string>(value.content)) {
      return fmt::format("{} = {}", known.option, value_text(value));
    }
    if (known.form == Form::count && counts) return fmt::format("{} = {}", known.option, *integer);
    if (known.form == Form::time && counts) {
      return fmt::format("{} = {}", known.option, milliseconds_text(*integer));
    }
    const bool* flag = std::get_if<bool>(&value.content);
    if (known.form == Form::flag && flag != nullptr && *flag) {
      return fmt::format("{} = true", known.option);
    }
  }
  return {};
}

std::string options_text(const FieldTable& arguments) {
  std::string out;
  FieldTable others;
  for (const auto& [name, value] : arguments) {
    const std::string option = option_text(name, value);
    if (option.empty()) {
      others.emplace_back(name, value);
    } else {
      out += ", " + option;
    }
  }
  if (!others.empty()) out += ", arguments = " + table_text(others);
  return out;
}

std::string vhost_text(const std::string& vhost) {
  return vhost == "/" ? "" : ", vhost = " + lua_string(vhost);
}

class ScriptWriter {
 public:
  explicit ScriptWriter(const scripting::Plan& plan) : plan_(plan) {
    has_locals_ = plan.queues.size() + plan.exchanges.size() <= kMostLocals;
  }

  std::string text(const std::vector<std::string>& notes, const std::string& title) {
    out_ = fmt::format("lab {{ title = {} }}\n\n", lua_string("The topology of " + title));
    if (!notes.empty()) {
      out_ += "-- Not simulated, or not known:\n";
      for (const std::string& note : notes) out_ += "--   " + one_line(note) + "\n";
      out_ += "\n";
    }
    out_ += fmt::format("local rabbit = broker {{ \"rabbit\", version = \"{}\" }}\n",
                        plan_.version == broker::Version::v4_0 ? "4.0" : "3.10");
    for (const auto& vhost : plan_.vhosts) {
      out_ += fmt::format("rabbit:vhost({})\n", lua_string(vhost.name));
    }
    users();
    policies();
    things();
    bindings();
    load();
    return std::move(out_);
  }

 private:
  using Name = std::pair<std::string, std::string>;  // vhost, name

  static std::string one_line(std::string text) {
    for (char& letter : text) {
      if (static_cast<unsigned char>(letter) < 0x20) letter = ' ';
    }
    return utf8_text(text);
  }

  void users() {
    std::set<std::string> permitted;
    if (!plan_.users.empty()) out_ += "\n";
    std::map<std::string, std::string> passwords;
    for (const auto& user : plan_.users) passwords[user.name] = user.password;
    for (const auto& one : plan_.permissions) {
      if (passwords.count(one.user) == 0) continue;
      permitted.insert(one.user);
      out_ += fmt::format(
          "rabbit:user {{ {}, password = {}, configure = {}, write = {}, read = {}{} }}\n",
          lua_string(one.user), lua_string(passwords[one.user]), lua_string(one.configure),
          lua_string(one.write), lua_string(one.read), vhost_text(one.vhost));
    }
    for (const auto& user : plan_.users) {
      if (permitted.count(user.name) > 0) continue;
      out_ += fmt::format("rabbit:user {{ {}, password = {}, access = false }}\n",
                          lua_string(user.name), lua_string(user.password));
    }
  }

  void policies() {
    if (!plan_.policies.empty()) out_ += "\n";
    for (const auto& policy : plan_.policies) {
      out_ += fmt::format(
          "rabbit:policy {{ {}, pattern = {}, apply_to = \"{}\", priority = {},\n"
          "  definition = {}{} }}\n",
          lua_string(policy.name), lua_string(policy.pattern), policy.apply_to, policy.priority,
          table_text(policy.definition), vhost_text(policy.vhost));
    }
  }

  void things() {
    if (!plan_.exchanges.empty()) out_ += "\n";
    for (const auto& exchange : plan_.exchanges) {
      std::string options = fmt::format(", type = \"{}\"", exchange.type);
      if (exchange.durable) options += ", durable = true";
      if (exchange.auto_delete) options += ", auto_delete = true";
      if (exchange.internal) options += ", internal = true";
      options += options_text(exchange.arguments) + vhost_text(exchange.vhost);
      out_ += local(exchange.name, "_exchange", exchanges_[{exchange.vhost, exchange.name}]) +
              fmt::format("rabbit:exchange {{ {}{} }}\n", lua_string(exchange.name), options);
    }
    if (!plan_.queues.empty()) out_ += "\n";
    for (const auto& queue : plan_.queues) {
      std::string options;
      if (queue.durable) options += ", durable = true";
      if (queue.auto_delete) options += ", auto_delete = true";
      options += options_text(queue.arguments) + vhost_text(queue.vhost);
      out_ += local(queue.name, "_queue", queues_[{queue.vhost, queue.name}]) +
              fmt::format("rabbit:queue {{ {}{} }}\n", lua_string(queue.name), options);
    }
  }

  // "local orders_queue = ", and keeps the variable; empty where there are too many.
  std::string local(const std::string& name, const char* suffix, std::string& variable) {
    if (!has_locals_) return {};
    for (const char letter : name) {
      const bool plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                         (letter >= '0' && letter <= '9');
      if (plain) {
        variable += letter;
      } else if (!variable.empty() && variable.back() != '_') {
        variable += '_';
      }
    }
    if (variable.size() > 40) variable.resize(40);
    if (variable.empty() || (variable[0] >= '0' && variable[0] <= '9')) variable.insert(0, "x");
    while (variable.back() == '_') variable.pop_back();
    variable += suffix;
    const std::string base = variable;
    for (int n = 2; !used_.insert(variable).second; ++n) variable = fmt::format("{}{}", base, n);
    return fmt::format("local {} = ", variable);
  }

  void bindings() {
    if (!plan_.bindings.empty()) out_ += "\n";
    for (const auto& one : plan_.bindings) {
      const auto& variables = one.to_queue ? queues_ : exchanges_;
      const auto known = variables.find({one.vhost, one.destination});
      std::string destination =
          fmt::format("rabbit:{} {{ {}, passive = true{} }}", one.to_queue ? "queue" : "exchange",
                      lua_string(one.destination), vhost_text(one.vhost));
      if (known != variables.end() && !known->second.empty()) destination = known->second;
      std::string what = lua_string(one.source);
      if (!one.key.empty() || one.arguments.empty()) what += ", " + lua_string(one.key);
      if (!one.arguments.empty()) what += ", " + table_text(one.arguments);
      out_ += fmt::format("{}:bind({})\n", destination, what);
    }
  }

  void load() {
    std::string to = "\"amq.topic\"";
    std::string from = "\"orders\"";
    if (has_locals_ && !plan_.exchanges.empty()) {
      to = exchanges_[{plan_.exchanges.front().vhost, plan_.exchanges.front().name}];
    }
    if (has_locals_ && !plan_.queues.empty()) {
      from = queues_[{plan_.queues.front().vhost, plan_.queues.front().name}];
    }
    out_ += fmt::format(
        "\n-- {0} load: who publishes what, how often, with which confirms?\n"
        "-- publisher {{ \"shop\", to = {1}, key = \"order.new\", every = exponential(10*ms),\n"
        "--   persistent = true, confirm = \"stream\" }}\n"
        "-- {0} consumers: of each queue, how long do they work, how do they ack?\n"
        "-- consumer {{ \"worker\", from = {2}, ack = \"manual\", prefetch = 10, work = 5*ms }}\n"
        "-- {0} faults: what goes wrong, and when?\n"
        "-- at(5*s, function() rabbit:kill() end)\n"
        "-- at(8*s, function() rabbit:restart() end)\n"
        "run(10*s)\n"
        "-- {0} expectations\n"
        "-- expect.lost(0)\n",
        kToWrite, to, from);
  }

  const scripting::Plan& plan_;
  bool has_locals_ = true;
  std::string out_;
  std::map<Name, std::string> exchanges_;  // name -> variable
  std::map<Name, std::string> queues_;
  std::set<std::string> used_{"rabbit"};
};

}  // namespace

Result<std::string> write_script(const scripting::Plan& plan, const std::vector<std::string>& notes,
                                 const std::string& title) {
  const std::size_t things = plan.queues.size() + plan.exchanges.size();
  const std::size_t others =
      plan.bindings.size() + plan.permissions.size() + plan.policies.size() + plan.vhosts.size();
  const auto too_much = [&] {
    return make_error(
        fmt::format("{} queues, {} exchanges and {} bindings are more than one scenario can hold",
                    plan.queues.size(), plan.exchanges.size(), plan.bindings.size()),
        "--vhost NAME takes one virtual host");
  };
  if (things > kMostSteps / kStepsOfThing || others > kMostSteps / kStepsOfBinding ||
      things * kStepsOfThing + others * kStepsOfBinding > kMostSteps) {
    return too_much();
  }
  std::string text = ScriptWriter(plan).text(notes, title);
  if (text.size() > kMaxScriptBytes) return too_much();
  return text;
}

}  // namespace mqlab::cli
