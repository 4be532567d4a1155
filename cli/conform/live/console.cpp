// SPDX-License-Identifier: MIT
// Erlang expressions for an operator's tasks.
#include "cli/conform/live/console.hpp"

#include <array>
#include <charconv>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace mqlab::conform {

namespace {

Error wrong(std::string what, std::string hint = "") {
  return Error{{}, std::move(what), std::move(hint)};
}

// Runs a program with `input` (a few kilobytes at most) and returns what it printed.
Result<std::string> run(const std::vector<std::string>& words, const std::string& input) {
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  if (pipe2(in.data(), O_CLOEXEC) != 0 || pipe2(out.data(), O_CLOEXEC) != 0) {
    return wrong("no pipe could be made");
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int failed =
      posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(in[0]);
  close(out[1]);
  const bool written =
      failed == 0 && write(in[1], input.data(), input.size()) == static_cast<ssize_t>(input.size());
  close(in[1]);
  std::string text;
  std::array<char, 4096> buffer{};
  ssize_t size = 0;
  while (written && (size = read(out[0], buffer.data(), buffer.size())) > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
  close(out[0]);
  int status = 0;
  if (failed == 0) waitpid(child, &status, 0);
  if (failed != 0 || !written || status != 0) {
    return wrong(fmt::format("{} failed", words[0]), "is Erlang installed and the node up?");
  }
  return text;
}

// An Erlang binary of these bytes.
std::string binary(std::string_view text) {
  std::string bytes;
  for (const char c : text) {
    bytes += fmt::format("{}{}", bytes.empty() ? "" : ",", static_cast<unsigned char>(c));
  }
  return "<<" + bytes + ">>";
}

std::string term(const Json& value) {
  if (value.is_string()) return binary(value.get_ref<const std::string&>());
  return to_line(value);
}

std::string unhex(std::string_view digits) {
  std::string text;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    unsigned byte = 0;
    std::from_chars(digits.data() + i, digits.data() + i + 2, byte, 16);
    text += static_cast<char>(byte);
  }
  return text;
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::uint64_t number(std::string_view digits) {
  std::uint64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

// Prints all queues (name, ready, unacked, consumers), exchanges and bindings, names in
// hexadecimal.
constexpr std::string_view kInspect =
    "H = fun(B) -> [io_lib:format(\"~2.16.0b\", [X]) || <<X>> <= B] end, "
    "Q = [io_lib:format(\"q ~s ~b ~b ~b;\", [H(element(4, proplists:get_value(name, I))), "
    "proplists:get_value(messages_ready, I), proplists:get_value(messages_unacknowledged, I), "
    "proplists:get_value(consumers, I)]) || I <- rabbit_amqqueue:info_all(V, "
    "[name, messages_ready, messages_unacknowledged, consumers])], "
    "E = [io_lib:format(\"e ~s;\", [H(element(4, proplists:get_value(name, I)))]) "
    "|| I <- rabbit_exchange:info_all(V, [name])], "
    "B = [io_lib:format(\"b ~s ~p ~s ~s;\", [H(element(4, S)), element(3, D), H(element(4, D)), "
    "H(K)]) || {binding, S, K, D, _} <- rabbit_binding:list(V)], "
    "lists:flatten([Q, E, B]).";

}  // namespace

Result<std::string> Console::evaluate(const std::string& expressions) const {
  // A name of one's own: the node takes two callers of one name for one.
  const std::string caller = fmt::format("conform{}", getpid());
  auto answer =
      run({"erl_call", "-h", caller, "-c", cookie_, "-n", node_, "-e"}, expressions + "\n");
  if (!answer) return answer;
  if (answer->rfind("{ok, ", 0) != 0) {
    return wrong(fmt::format("the node refused: {}", answer->substr(0, 300)));
  }
  return answer->substr(5, answer->size() - 6);
}

Result<void> Console::make_vhost(const std::string& vhost) const {
  const auto made = evaluate(fmt::format(
      "V = {0}, ok = rabbit_vhost:add(V, <<\"conform\">>), rabbit_auth_backend_internal:"
      "set_permissions(<<\"guest\">>, V, <<\".*\">>, <<\".*\">>, <<\".*\">>, <<\"conform\">>), ok.",
      binary(vhost)));
  if (!made) return made.error();
  return {};
}

Result<void> Console::delete_vhost(const std::string& vhost) const {
  const auto gone =
      evaluate(fmt::format("rabbit_vhost:delete({}, <<\"conform\">>), ok.", binary(vhost)));
  if (!gone) return gone.error();
  return {};
}

Result<Json> Console::inspect(const std::string& vhost) const {
  const auto answer = evaluate(fmt::format("V = {}, {}", binary(vhost), kInspect));
  if (!answer) return answer.error();
  Json queues = Json::object();
  Json exchanges = Json::array();
  Json bindings = Json::array();
  const std::size_t begin = answer->find('"');
  const std::size_t end = answer->rfind('"');
  if (begin == std::string::npos || end <= begin) return wrong("the node gave no listing");
  for (const std::string_view line :
       split(std::string_view(*answer).substr(begin + 1, end - begin - 1), ';')) {
    const auto part = split(line, ' ');
    if (part[0] == "q" && part.size() == 5) {
      queues[unhex(part[1])] = Json{
          {"ready", number(part[2])}, {"unacked", number(part[3])}, {"consumers", number(part[4])}};
    } else if (part[0] == "e" && part.size() == 2) {
      const std::string name = unhex(part[1]);
      if (!name.empty() && name.rfind("amq.", 0) != 0) exchanges.push_back(name);
    } else if (part[0] == "b" && part.size() == 5 && !part[1].empty()) {
      bindings.push_back(
          Json::array({unhex(part[1]), std::string(part[2]), unhex(part[3]), unhex(part[4])}));
    }
  }
  return Json{{"queues", std::move(queues)},
              {"exchanges", std::move(exchanges)},
              {"bindings", std::move(bindings)}};
}

Result<void> Console::control(const Step& step, const std::string& vhost,
                              const std::string& connection_name) const {
  std::string code;
  if (step.op == "broker.alarm") {
    const std::string limit = fmt::format("{{resource_limit, {}, node()}}", step.text("resource"));
    code = step.flag("on") ? fmt::format("rabbit_alarm:set_alarm({{{}, []}}), ok.", limit)
                           : fmt::format("rabbit_alarm:clear_alarm({}), ok.", limit);
  } else if (step.op == "broker.policy") {
    std::string definition;
    const Json parts = step.object("definition");
    for (const auto& item : parts.items()) {
      definition += fmt::format("{}{{{}, {}}}", definition.empty() ? "" : ", ", binary(item.key()),
                                term(item.value()));
    }
    const std::string target = step.text("apply_to");
    const auto priority = step.members.find("priority");
    code = fmt::format("ok = rabbit_policy:set({}, {}, {}, [{}], {}, {}, <<\"conform\">>).",
                       binary(vhost), binary(step.text("name")), binary(step.text("pattern")),
                       definition, priority == step.members.end() ? 0 : priority->get<int>(),
                       binary(target.empty() ? "queues" : target));
  } else if (step.op == "broker.policy_clear") {
    code = fmt::format("rabbit_policy:delete({}, {}, <<\"conform\">>), ok.", binary(vhost),
                       binary(step.text("name")));
  } else if (step.op == "broker.user") {
    const std::string user = binary(step.text("user"));
    code = fmt::format(
        "catch rabbit_auth_backend_internal:delete_user({0}, <<\"conform\">>), "
        "rabbit_auth_backend_internal:add_user({0}, {1}, <<\"conform\">>), ",
        user, binary(step.text("password")));
    if (step.members.contains("configure") || step.members.contains("write") ||
        step.members.contains("read")) {
      code += fmt::format(
          "rabbit_auth_backend_internal:set_permissions({}, {}, {}, {}, {}, "
          "<<\"conform\">>), ",
          user, binary(vhost), binary(step.text("configure")), binary(step.text("write")),
          binary(step.text("read")));
    }
    code += "ok.";
  } else if (step.op == "broker.close_connection") {
    code = fmt::format(
        "[rabbit_networking:close_connection(P, {0}) || P <- rabbit_networking:connections(), "
        "[{{client_properties, C}}] <- [rabbit_networking:connection_info(P, "
        "[client_properties])], "
        "lists:member({{<<\"connection_name\">>, longstr, {1}}}, C)], ok.",
        "binary_to_list(" + binary(step.text("reason")) + ")", binary(connection_name));
  } else if (step.op == "broker.set_env") {
    code = fmt::format("application:set_env(rabbit, list_to_atom(binary_to_list({})), {}), ok.",
                       binary(step.text("key")), step.text("value"));
  } else {
    return wrong(fmt::format("{} needs control over the broker's process", step.op));
  }
  const auto done = evaluate(code);
  if (!done) return done.error();
  return {};
}

}  // namespace mqlab::conform
