// SPDX-License-Identifier: MIT
// mqlab import and export: definitions of real brokers become scenarios, and the other way round.
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/cli/command.hpp"

namespace mqlab::cli::test {
namespace {

using Json = nlohmann::json;

// As rabbitmqctl export_definitions of 3.10 writes them, with one of everything.
const char* const kDefinitions = R"({
  "rabbit_version": "3.10.8", "rabbitmq_version": "3.10.8", "product_name": "RabbitMQ",
  "users": [
    {"name": "guest", "password_hash": "x", "hashing_algorithm": "y", "tags": "administrator"},
    {"name": "app", "password_hash": "x", "hashing_algorithm": "y", "tags": [], "limits": {}},
    {"name": "nobody", "password_hash": "x", "tags": ""}],
  "vhosts": [{"name": "/"}, {"name": "shop", "limits": [], "metadata": {"tags": []}}],
  "permissions": [
    {"user": "guest", "vhost": "/", "configure": ".*", "write": ".*", "read": ".*"},
    {"user": "app", "vhost": "shop", "configure": "^a", "write": ".*", "read": "\\d"}],
  "topic_permissions": [{"user": "app"}],
  "parameters": [{"component": "shovel"}, {"component": "federation"}],
  "policies": [
    {"vhost": "shop", "name": "ttl", "pattern": "^tmp", "apply-to": "queues",
     "definition": {"message-ttl": 60000}, "priority": 2},
    {"vhost": "/", "name": "ha", "pattern": "", "apply-to": "all",
     "definition": {"ha-mode": "all"}, "priority": 0}],
  "queues": [
    {"name": "orders", "vhost": "shop", "durable": true, "auto_delete": false, "type": "classic",
     "arguments": {"x-dead-letter-exchange": "dead", "x-message-ttl": 5000, "x-max-priority": 5}},
    {"name": "fast \"one\"", "vhost": "shop", "durable": true, "auto_delete": false,
     "type": "quorum", "arguments": {"x-queue-type": "quorum"}},
    {"name": "orders", "vhost": "/", "durable": false, "auto_delete": true, "arguments": {}}],
  "exchanges": [
    {"name": "dead", "vhost": "shop", "type": "fanout", "durable": true, "auto_delete": false,
     "internal": false, "arguments": {}},
    {"name": "late", "vhost": "shop", "type": "x-delayed-message", "durable": true,
     "auto_delete": false, "internal": false, "arguments": {"x-delayed-type": "direct"}},
    {"name": "heads", "vhost": "shop", "type": "headers", "durable": true, "auto_delete": false,
     "internal": true, "arguments": {"alternate-exchange": "dead"}}],
  "bindings": [
    {"source": "dead", "vhost": "shop", "destination": "fast \"one\"",
     "destination_type": "queue", "routing_key": "", "arguments": {}},
    {"source": "late", "vhost": "shop", "destination": "orders", "destination_type": "queue",
     "routing_key": "k", "arguments": {}},
    {"source": "dead", "vhost": "shop", "destination": "heads", "destination_type": "exchange",
     "routing_key": "x", "arguments": {}},
    {"source": "heads", "vhost": "shop", "destination": "orders", "destination_type": "queue",
     "routing_key": "", "arguments": {"x-match": "any", "colour": "red", "size": 3}}],
  "colour": "of the bikeshed"
})";

Json sorted(Json list) {
  std::stable_sort(list.begin(), list.end(),
                   [](const Json& a, const Json& b) { return a.dump() < b.dump(); });
  return list;
}

std::string many_queues(int count) {
  std::string text = "{\"queues\": [";
  for (int i = 0; i < count; ++i) {
    text += fmt::format(
        "{}\n{{\"name\": \"q{}\", \"vhost\": \"/\", \"durable\": true, \"auto_delete\": false, "
        "\"arguments\": {{\"x-dead-letter-exchange\": \"\", \"x-dead-letter-routing-key\": "
        "\"q{}\"}}}}",
        i == 0 ? "" : ",", i, (i + 1) % count);
  }
  return text + "]}";
}

}  // namespace

TEST_CASE("Definitions become a world that runs, with what is missing told") {
  const Folder folder;
  folder.write("definitions.json", kDefinitions);
  const Ran ran = folder.mqlab({"import", "definitions.json", "-o", "shop.lua"});
  INFO(ran.err);
  CHECK(ran.code == 0);
  CHECK(ran.out == "");
  for (const char* note :
       {"passwords: each user's is its name", "policy key ha-mode",
        "exchange late: type x-delayed-message", "topic permissions: 1",
        "parameters (shovels, federation, limits): 2", "unknown key \"colour\""}) {
    INFO(note);
    CHECK(contains(ran.err, std::string("mqlab: not simulated: ") + note));
    CHECK(contains(folder.read("shop.lua"), std::string("--   ") + note));
  }
  const std::string script = folder.read("shop.lua");
  CHECK(contains(script, "broker { \"rabbit\", version = \"3.10\" }"));
  CHECK(contains(script, "ttl = 5*s"));
  CHECK(contains(script, " load: who publishes what"));
  CHECK(!contains(script, "guest"));
  const Ran run = folder.mqlab({"run", "shop.lua"});
  CHECK(run.code == 2);  // it checks nothing yet
  CHECK(contains(run.out, "it checks nothing"));
}

TEST_CASE("What is imported and exported again is the same") {
  const Folder folder;
  folder.write("definitions.json", kDefinitions);
  REQUIRE(folder.mqlab({"import", "definitions.json", "-o", "a.lua"}).code == 0);
  const Ran first = folder.mqlab({"export", "a.lua", "-o", "b.json"});
  CHECK(first.code == 0);
  REQUIRE(folder.mqlab({"import", "b.json", "-o", "c.lua"}).code == 0);
  CHECK(folder.mqlab({"export", "c.lua"}).out == folder.read("b.json"));
  const Json given = Json::parse(kDefinitions);
  const Json back = Json::parse(folder.read("b.json"));
  Json queues = given["queues"];
  for (Json& queue : queues) queue.erase("type");
  CHECK(sorted(back["queues"]) == sorted(queues));
  CHECK(sorted(back["exchanges"]) == sorted({given["exchanges"][0], given["exchanges"][2]}));
  CHECK(sorted(back["bindings"]) ==
        sorted({given["bindings"][0], given["bindings"][2], given["bindings"][3]}));
  CHECK(back["policies"] == Json::array({given["policies"][0]}));
  CHECK(back["permissions"] == Json::array({given["permissions"][1]}));
  CHECK(sorted(back["vhosts"]) == Json::array({{{"name", "/"}}, {{"name", "shop"}}}));
  CHECK(back["rabbit_version"] == "3.10.8");
  REQUIRE(back["users"].size() == 2);
  CHECK(back["users"][0] == Json({{"name", "app"}, {"password", "app"}, {"tags", ""}}));
}

TEST_CASE("One virtual host can be taken alone; a small world has names for its things") {
  const Folder folder;
  folder.write("definitions.json", kDefinitions);
  const Ran shop = folder.mqlab({"import", "definitions.json", "--vhost", "shop"});
  CHECK(shop.code == 0);
  CHECK(contains(shop.out, "local orders_queue = rabbit:queue { \"orders\", durable = true"));
  CHECK(contains(shop.out, "fast_one_queue:bind(\"dead\", \"\")"));
  CHECK(!contains(shop.out, "auto_delete"));
  const Ran root = folder.mqlab({"import", "definitions.json", "--vhost", "/"});
  CHECK(!contains(root.out, "vhost"));
  CHECK(contains(root.out, "rabbit:queue { \"orders\", auto_delete = true }"));
  const Ran missing = folder.mqlab({"import", "definitions.json", "--vhost", "shpo"});
  CHECK(missing.code == 65);
  CHECK(missing.err == "mqlab: definitions.json: --vhost shpo: there is no such virtual host\n");
}

TEST_CASE("Names that Lua has for itself, and names that look alike, stay apart") {
  const Folder folder;
  folder.write("odd.json", R"({"queues": [
    {"name": "end", "vhost": "/"}, {"name": "a-b", "vhost": "/"}, {"name": "a_b", "vhost": "/"},
    {"name": "1", "vhost": "/"}, {"name": "--", "vhost": "/"},
    {"name": "ünï\n\\", "vhost": "/"}]})");
  REQUIRE(folder.mqlab({"import", "odd.json", "-o", "odd.lua"}).code == 0);
  CHECK(folder.mqlab({"run", "odd.lua"}).code == 2);
  const Json back = Json::parse(folder.mqlab({"export", "odd.lua"}).out);
  std::vector<std::string> names;
  for (const Json& queue : back["queues"]) names.push_back(queue["name"]);
  // A line feed in a name is left out by every declaration (DECL-17).
  CHECK(names.size() == 6);
  CHECK(std::count(names.begin(), names.end(), "a-b") == 1);
  CHECK(std::count(names.begin(), names.end(), "a_b") == 1);
}

TEST_CASE("Broken definitions are told with file and line, and nothing is written") {
  const Folder folder;
  folder.write("mine.lua", "mine");
  const std::vector<std::pair<std::string, std::string>> mistakes{
      {"", "bad.json:1: is empty"},
      {"[]", "bad.json:1: definitions are an object, not a list"},
      {"{}", "bad.json:1: holds no definitions"},
      {"{\"queues\": [", "bad.json:1: the JSON text ends too early (is it cut off?)"},
      {"{\n\"queues\": [1,]}", "bad.json:2: broken JSON"},
      {"{\n\"queues\":\n{}}", "bad.json:3: \"queues\" must be a list, not an object"},
      {"{\n\"queues\": [\n\n7]}", "bad.json:4: queues[0] must be an object, not a whole number"},
      {"{\"queues\": [{}]}", "bad.json:1: queues[0]: \"name\" is missing"},
      {"{\"queues\": [\n{\"name\": \"a\",\n\"durable\":\n\"yes\"\n}]}",
       "bad.json:4: queues[0].durable must be true or false, not text"},
      {"{\"queues\": [{\"name\": \"a\", \"arguments\": 3}]}",
       "queues[0].arguments must be an object, not a whole number"},
      {"{\"queues\": [{\"name\": \"a\", \"name\": \"b\"}]}", "\"name\" stands twice"},
      {"{\"queues\": [], \"bindings\": [{\"source\": \"x\", \"destination\": \"y\", "
       "\"destination_type\": \"vhost\"}]}",
       "bindings[0]: \"destination_type\" must be queue or exchange, not vhost"},
      {"{\"queues\": [{\"name\": \"\xff\"}]}", "bad.json:1: broken JSON"},
      {"{\"queues\": [{\"name\": \"a\", \"arguments\": {\"x\": 99999999999999999999}}], "
       "\"vhosts\": 99}",
       "\"vhosts\" must be a list"},
      {"{\"queues\": [{\"name\": \"a\", \"arguments\": {\"x\": 18446744073709551615}}]}",
       "does not fit 64 bits"},
      {"{\"queues\": " + std::string(100, '[') + std::string(100, ']') + "}",
       "nested deeper than 64 levels"},
      {"{\"queues\": [{\"name\": \"a\", \"arguments\": {\"x-overflow\": \"up\"}}]}",
       "no broker would take this"},
      {"{\"queues\": [], \"bindings\": [{\"source\": \"x\", \"destination\": \"y\"}]}",
       "no broker would take this"},
      {"{\"vhosts\": [], \"policies\": [{\"name\": \"p\", \"pattern\": \"(\", \"vhost\": \"/\", "
       "\"definition\": {\"max-length\": 1}}]}",
       "no broker would take this"},
  };
  for (const auto& [text, message] : mistakes) {
    folder.write("bad.json", text);
    const Ran ran = folder.mqlab({"import", "bad.json", "-o", "new.lua"});
    INFO(text << "\n" << ran.err);
    CHECK(ran.code == 65);
    CHECK(is_one_line(ran.err));
    CHECK(contains(ran.err, message));
    CHECK(ran.out == "");
  }
  CHECK(folder.mqlab({"import", "missing.json"}).code == 65);
  CHECK(folder.names() == std::vector<std::string>{"bad.json", "mine.lua"});
}

TEST_CASE("A hundred thousand queues are too many for a scenario, and that is said at once") {
  const Folder folder;
  folder.write("many.json", many_queues(100'000));
  const Ran ran = folder.mqlab({"import", "many.json"});
  CHECK(ran.code == 65);
  CHECK(ran.err ==
        "mqlab: many.json: 100000 queues, 0 exchanges and 0 bindings are more than one scenario "
        "can hold (--vhost NAME takes one virtual host)\n");
  folder.write("some.json", many_queues(2'000));
  REQUIRE(folder.mqlab({"import", "some.json", "-o", "some.lua"}).code == 0);
  CHECK(folder.mqlab({"run", "some.lua", "-q"}).code == 2);
}

TEST_CASE("JSON that is broken is told by line and in plain words") {
  const Folder folder;
  const std::vector<std::pair<std::string, std::string>> broken{
      {"{\n\"queues\": [{\"name\": \"\xff\"}]}",
       "2: broken JSON: invalid string: ill-formed UTF-8"},
      {"{\"a\": 1e400}", "1: broken JSON: number overflow parsing '1e400'"},
      {"{\"a\": tru}", "1: broken JSON: invalid literal"},
      {"{\"a\"\n\n1}", "3: broken JSON: unexpected number literal; expected ':'"}};
  for (const auto& [text, message] : broken) {
    folder.write("bad.json", text);
    for (const char* command : {"import", "lint"}) {
      const Ran ran = folder.mqlab({command, "bad.json"});
      INFO(ran.err);
      CHECK(ran.code == 65);
      CHECK(is_one_line(ran.err));
      CHECK(contains(ran.err, "bad.json:" + message));
    }
  }
}

TEST_CASE("An import or export does not touch a file that exists, nor leave half of one") {
  const Folder folder;
  folder.write("definitions.json", kDefinitions);
  folder.write("ok.lua", kPasses);
  folder.write("mine", "mine");
  for (const std::vector<std::string>& call :
       {std::vector<std::string>{"import", "definitions.json"},
        std::vector<std::string>{"export", "ok.lua"}}) {
    const auto to = [&](const std::string& target, bool force) {
      std::vector<std::string> words = call;
      words.insert(words.end(), {"-o", target});
      if (force) words.emplace_back("--force");
      return folder.mqlab(words);
    };
    const Ran kept = to("mine", false);
    CHECK(kept.code == 65);
    CHECK(kept.err == "mqlab: mine: exists already (--force replaces it)\n");
    CHECK(folder.read("mine") == "mine");
    CHECK(to("/dev/full", false).code == 65);
    CHECK(to("no/where", false).code == 65);
    CHECK(to("mine", true).code == 0);
    folder.write("mine", "mine");
  }
  CHECK(folder.names() == std::vector<std::string>{"definitions.json", "mine", "ok.lua"});
}

TEST_CASE("What processes declare is exported, what belongs to a connection is not") {
  const Folder folder;
  folder.write("process.lua",
               "lab { title = \"x\" }\nlocal rabbit = broker \"rabbit\"\n"
               "process { \"p\", function(me)\n  local ch = me:channel(rabbit)\n"
               "  local q = ch:queue { \"made\", durable = true, max_length = 3 }\n"
               "  ch:bind(q, \"amq.topic\", \"a.*\")\n  ch:queue { \"mine\", exclusive = true }\n"
               "  ch:queue { }\n  local gone = ch:queue { \"gone\" }\n  ch:delete_queue(gone)\n"
               "end }\nrun()\nexpect.drained()\n");
  const Ran ran = folder.mqlab({"export", "process.lua"});
  CHECK(ran.code == 0);
  const Json out = Json::parse(ran.out);
  REQUIRE(out["queues"].size() == 1);
  CHECK(out["queues"][0]["name"] == "made");
  CHECK(out["queues"][0]["arguments"] == Json({{"x-max-length", 3}}));
  CHECK(out["bindings"][0]["routing_key"] == "a.*");
  CHECK(contains(ran.err, "mqlab: not exported: queue mine: it is exclusive"));
  CHECK(contains(ran.err, "mqlab: not exported: queue without a name: the broker gave its name"));
  CHECK(contains(ran.err, "mqlab: not exported: queue gone: it was deleted in the run"));
}

TEST_CASE("Of several brokers one is exported by name") {
  const Folder folder;
  folder.write("two.lua",
               "lab { title = \"x\" }\nlocal a = broker \"a\"\nlocal b = broker { \"b\", version = "
               "\"3.10\" }\nb:queue \"q\"\nrun()\nexpect.drained()\n");
  const Ran both = folder.mqlab({"export", "two.lua"});
  CHECK(both.code == 65);
  CHECK(both.err == "mqlab: two.lua: declares more than one broker (--broker a, or --broker b)\n");
  const Json b = Json::parse(folder.mqlab({"export", "two.lua", "--broker", "b"}).out);
  CHECK(b["queues"][0]["name"] == "q");
  CHECK(b["rabbit_version"] == "3.10.8");
  CHECK(folder.mqlab({"export", "two.lua", "--broker", "c"}).code == 65);
}

}  // namespace mqlab::cli::test
