// SPDX-License-Identifier: MIT
// The table of operations, and the checks that follow from it.
#include "cli/conform/ops.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cli/conform/values.hpp"

namespace mqlab::conform {

namespace {

// Members as "name:kind", with ! behind those that must be there. Kinds: b boolean, k name of at
// most 255 bytes, s text, n8 n16 n32 n64 numbers from 0, i signed number, d delivery tag, t table
// of typed values, o object of plain JSON, p properties, m body.
struct Op {
  std::string_view name;
  Scope scope;
  std::string_view members;
};

constexpr std::array kOps{
    Op{"connection.open", Scope::connection,
       "user:k password:s vhost:k heartbeat:n16 mute:b channel_max:n16 capabilities:o if_fresh:b "
       "if_closed:b"},
    Op{"connection.close", Scope::connection, ""},
    Op{"connection.drop", Scope::connection, "how:k"},
    Op{"channel.open", Scope::channel, "if_closed:b"},
    Op{"channel.close", Scope::channel, ""},
    Op{"channel.flow", Scope::channel, "active:b"},
    Op{"exchange.declare", Scope::channel,
       "exchange:k type:k passive:b durable:b auto_delete:b internal:b nowait:b arguments:t"},
    Op{"exchange.delete", Scope::channel, "exchange:k if_unused:b nowait:b"},
    Op{"exchange.bind", Scope::channel,
       "destination:k source:k routing_key:k arguments:t nowait:b"},
    Op{"exchange.unbind", Scope::channel,
       "destination:k source:k routing_key:k arguments:t nowait:b"},
    Op{"queue.declare", Scope::channel,
       "queue:k passive:b durable:b exclusive:b auto_delete:b nowait:b arguments:t"},
    Op{"queue.bind", Scope::channel, "queue:k exchange:k routing_key:k arguments:t nowait:b"},
    Op{"queue.unbind", Scope::channel, "queue:k exchange:k routing_key:k arguments:t"},
    Op{"queue.purge", Scope::channel, "queue:k nowait:b"},
    Op{"queue.delete", Scope::channel, "queue:k if_unused:b if_empty:b nowait:b"},
    Op{"basic.qos", Scope::channel, "prefetch_count:n16 prefetch_size:n32 global:b"},
    Op{"basic.consume", Scope::channel,
       "queue:k consumer_tag:k no_local:b no_ack:b exclusive:b nowait:b arguments:t"},
    Op{"basic.cancel", Scope::channel, "consumer_tag:k nowait:b"},
    Op{"basic.publish", Scope::channel,
       "exchange:k routing_key:k mandatory:b immediate:b props:p body:m"},
    Op{"basic.get", Scope::channel, "queue:k no_ack:b"},
    Op{"basic.ack", Scope::channel, "delivery_tag:d multiple:b"},
    Op{"basic.nack", Scope::channel, "delivery_tag:d multiple:b requeue:b"},
    Op{"basic.reject", Scope::channel, "delivery_tag:d requeue:b"},
    Op{"basic.recover", Scope::channel, "requeue:b"},
    Op{"basic.recover-async", Scope::channel, "requeue:b"},
    Op{"confirm.select", Scope::channel, "nowait:b if_fresh:b"},
    Op{"tx.select", Scope::channel, "if_fresh:b"},
    Op{"tx.commit", Scope::channel, ""},
    Op{"tx.rollback", Scope::channel, ""},
    Op{"burst", Scope::broker, ""},
    Op{"wait", Scope::broker, "ms:n32!"},
    Op{"inspect", Scope::broker, ""},
    Op{"broker.restart", Scope::broker, ""},
    Op{"broker.crash", Scope::broker, ""},
    Op{"broker.alarm", Scope::broker, "resource:k! on:b"},
    Op{"broker.policy", Scope::broker, "name:k! pattern:s! definition:o! apply_to:k priority:i"},
    Op{"broker.policy_clear", Scope::broker, "name:k!"},
    Op{"broker.user", Scope::broker, "user:k! password:s! configure:s write:s read:s"},
    Op{"broker.close_connection", Scope::broker, "conn:k! reason:s"},
    Op{"broker.set_env", Scope::broker, "key:k! value:s!"},
};

const Op* find_op(std::string_view name) {
  const auto found =
      std::find_if(kOps.begin(), kOps.end(), [name](const Op& op) { return op.name == name; });
  return found == kOps.end() ? nullptr : &*found;
}

Error wrong(std::string what, std::string hint = "") {
  return Error{{}, std::move(what), std::move(hint)};
}

struct Member {
  std::string_view name;
  std::string_view kind;
  bool required = false;
};

std::vector<Member> members_of(const Op& op, Form form) {
  std::vector<Member> members{
      {"op", "s", true}, {"note", "s"}, {"tags", "a"}, {"force", "b"}, {"reply_timeout", "n32"}};
  // A case may name the channel by `pick` instead.
  const bool named = form == Form::transcript;
  if (op.scope != Scope::broker) members.push_back({"conn", "c", named});
  if (op.scope == Scope::channel) members.push_back({"ch", "h", named});
  if (op.scope == Scope::channel && form == Form::case_) members.push_back({"pick", "n32"});
  std::string_view rest = op.members;
  while (!rest.empty()) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    const std::size_t colon = word.find(':');
    Member member{word.substr(0, colon), word.substr(colon + 1)};
    if (member.kind.back() == '!') {
      member.required = true;
      member.kind.remove_suffix(1);
    }
    if (form == Form::transcript && member.name.substr(0, 3) == "if_" &&
        (member.name == "if_fresh" || member.name == "if_closed")) {
      continue;
    }
    members.push_back(member);
  }
  return members;
}

bool is_number(const Json& value, std::uint64_t lowest, std::uint64_t highest) {
  return value.is_number_unsigned() && value.get<std::uint64_t>() >= lowest &&
         value.get<std::uint64_t>() <= highest;
}

bool is_connection_name(const Json& value) {
  if (!value.is_string()) return false;
  const std::string& name = value.get_ref<const std::string&>();
  return !name.empty() && name.find('/') == std::string::npos && name != "inspect" &&
         name != "skipped";
}

bool is_body(const Json& value) {
  constexpr std::uint64_t kMost = 128U << 20U;
  if (value.is_string()) return true;
  return value.is_object() && value.size() == 2 && value.contains("fill") && value.contains("n") &&
         value["fill"].is_string() && is_number(value["n"], 0, kMost) &&
         value["n"].get<std::uint64_t>() * value["fill"].get_ref<const std::string&>().size() <=
             kMost;
}

bool is_delivery_tag(const Json& value, Form form) {
  if (is_number(value, 0, std::numeric_limits<std::uint64_t>::max())) return true;
  if (form == Form::transcript || !value.is_string()) return false;
  const std::string& text = value.get_ref<const std::string&>();
  if (text == "oldest" || text == "newest") return true;
  return text.size() > 5 && text.size() < 15 && text.compare(0, 5, "held:") == 0 &&
         text.find_first_not_of("0123456789", 5) == std::string::npos;
}

Result<void> check_kind(Json& value, std::string_view kind, Form form) {
  const Notation notation = form == Form::case_ ? Notation::pairs_or_plain : Notation::pairs;
  const auto no = [&value](std::string_view expected) {
    return wrong(fmt::format("expected {}, found {}", expected, to_line(value).substr(0, 80)));
  };
  const auto yes = Result<void>();
  if (kind == "b") return value.is_boolean() ? yes : no("true or false");
  if (kind == "s") return value.is_string() ? yes : no("a text");
  if (kind == "a") return value.is_array() ? yes : no("a list");
  if (kind == "o") return value.is_object() ? yes : no("an object");
  if (kind == "c") return is_connection_name(value) ? yes : no("the name of a connection");
  if (kind == "h") return is_number(value, 1, 65535) ? yes : no("a channel number (1 to 65535)");
  if (kind == "n16") return is_number(value, 0, 65535) ? yes : no("a number from 0 to 65535");
  if (kind == "n32") {
    return is_number(value, 0, 0xffffffff) ? yes : no("a number from 0 to 4294967295");
  }
  if (kind == "i") return value.is_number_integer() ? yes : no("a whole number");
  if (kind == "d") return is_delivery_tag(value, form) ? yes : no("a delivery tag");
  if (kind == "m") {
    return is_body(value) ? yes : no("a text or {\"fill\": text, \"n\": times} up to 128 MiB");
  }
  if (kind == "k") {
    if (!value.is_string()) return no("a text");
    if (value.get_ref<const std::string&>().size() > 255) return no("at most 255 bytes");
    return yes;
  }
  if (kind == "t") {
    auto table = read_table(value, notation);
    if (!table) return table.error();
    value = write_table(*table);
    return yes;
  }
  auto properties = read_properties(value, notation);
  if (!properties) return properties.error();
  if (form == Form::case_) value = write_properties(*properties);
  return yes;
}

Result<void> check_words(const Json& step) {
  const auto one_of = [&step](const char* member, std::initializer_list<std::string_view> words) {
    const auto found = step.find(member);
    if (found == step.end()) return true;
    const std::string& text = found->get_ref<const std::string&>();
    return std::find(words.begin(), words.end(), text) != words.end();
  };
  const std::string& op = step["op"].get_ref<const std::string&>();
  if (op == "connection.drop" && !one_of("how", {"rst", "fin"})) {
    return wrong("how: expected \"rst\" or \"fin\"");
  }
  if (op == "broker.alarm" && !one_of("resource", {"memory", "disk"})) {
    return wrong("resource: expected \"memory\" or \"disk\"");
  }
  if (op == "broker.policy" && !one_of("apply_to", {"queues", "exchanges", "all"})) {
    return wrong("apply_to: expected \"queues\", \"exchanges\" or \"all\"");
  }
  if (op == "broker.policy") {
    auto definition = read_plain_table(step["definition"]);
    if (!definition) return wrong("definition: " + definition.error().what);
  }
  return {};
}

}  // namespace

const Scope* scope_of(std::string_view op) {
  const Op* found = find_op(op);
  return found == nullptr ? nullptr : &found->scope;
}

Result<void> check_members(Json& step, Form form) {
  if (!step.is_object()) return wrong("a step is an object");
  if (!step.contains("op") || !step["op"].is_string()) return wrong("a step needs an \"op\"");
  const std::string name = step["op"].get<std::string>();
  const Op* op = find_op(name);
  if (op == nullptr) return wrong(fmt::format("there is no operation \"{}\"", name));
  const std::vector<Member> members = members_of(*op, form);
  for (const auto& item : step.items()) {
    if (item.key() == "observed" || item.key() == "steps") continue;
    const auto member = std::find_if(members.begin(), members.end(),
                                     [&](const Member& m) { return m.name == item.key(); });
    if (member == members.end()) {
      return wrong(fmt::format("{} has no member \"{}\"", name, item.key()));
    }
    const auto checked = check_kind(item.value(), member->kind, form);
    if (!checked) {
      return wrong(fmt::format("{}, {}: {}", name, item.key(), checked.error().what),
                   checked.error().hint);
    }
  }
  for (const Member& member : members) {
    if (member.required && !step.contains(member.name)) {
      return wrong(fmt::format("{} needs a member \"{}\"", name, member.name));
    }
  }
  if (op->scope == Scope::channel && !step.contains("pick") &&
      !(step.contains("conn") && step.contains("ch"))) {
    return wrong(fmt::format("{} needs \"conn\" and \"ch\"", name));
  }
  return check_words(step);
}

namespace {

using Check = bool (*)(const Json&);

struct ObservedMember {
  std::string_view name;
  Check fits;
};

bool all_objects(const Json& value) {
  return value.is_array() &&
         std::all_of(value.begin(), value.end(), [](const Json& each) { return each.is_object(); });
}
bool all_replies(const Json& value) {
  return all_objects(value) && std::all_of(value.begin(), value.end(), [](const Json& each) {
           return each.contains("m") && each["m"].is_string();
         });
}
bool all_deliveries(const Json& value) {
  return value.is_object() && std::all_of(value.begin(), value.end(), all_objects);
}
bool all_numbers(const Json& value) {
  return value.is_array() && std::all_of(value.begin(), value.end(), [](const Json& each) {
           return each.is_number_unsigned();
         });
}
bool all_texts(const Json& value) {
  return value.is_array() &&
         std::all_of(value.begin(), value.end(), [](const Json& each) { return each.is_string(); });
}
bool is_close(const Json& value) {
  return value.is_object() && value.contains("code") && value["code"].is_number_unsigned();
}
bool is_text(const Json& value) {
  return value.is_string();
}
bool is_true(const Json& value) {
  return value.is_boolean() && value.get<bool>();
}

constexpr std::array kObserved{
    ObservedMember{"replies", all_replies}, ObservedMember{"deliver", all_deliveries},
    ObservedMember{"acks", all_numbers},    ObservedMember{"nacks", all_numbers},
    ObservedMember{"returns", all_objects}, ObservedMember{"cancels", all_texts},
    ObservedMember{"close", is_close},      ObservedMember{"eof", is_true},
    ObservedMember{"blocked", is_text},     ObservedMember{"unblocked", is_true},
    ObservedMember{"no_reply", is_true},
};

}  // namespace

Result<void> check_observed(const Json& observed) {
  if (!observed.is_object()) return wrong("\"observed\" is an object");
  for (const auto& place : observed.items()) {
    if (place.key() == "skipped") continue;
    if (!place.value().is_object()) {
      return wrong(fmt::format("observed, {}: expected an object", place.key()));
    }
    if (place.key() == "inspect") continue;
    for (const auto& item : place.value().items()) {
      const auto member =
          std::find_if(kObserved.begin(), kObserved.end(),
                       [&](const ObservedMember& known) { return known.name == item.key(); });
      if (member == kObserved.end()) {
        return wrong(fmt::format("observed, {}: there is no \"{}\"", place.key(), item.key()));
      }
      if (!member->fits(item.value())) {
        return wrong(fmt::format("observed, {}, {}: {} is ill-formed", place.key(), item.key(),
                                 to_line(item.value()).substr(0, 80)));
      }
    }
  }
  return {};
}

}  // namespace mqlab::conform
