// SPDX-License-Identifier: MIT
// lab, variants, pick, param, include, seed, print, random, chance, and the units of time.
#include <algorithm>

#include <fmt/format.h>

#include "scripting/host.hpp"
#include "scripting/options.hpp"
#include "scripting/vocabulary.hpp"
#include "sim/base/suggest.hpp"
#include "sim/base/text.hpp"

namespace mqlab::scripting {
namespace {

Result<Then> lab(Call& call) {
  Report& report = call.host.report();
  if (!report.title.empty()) {
    return call.error("lab { … } was already said", "a scenario has one lab, at its top");
  }
  Options options(call, "lab");
  const std::string title = options.text("title", "");
  const std::string claim = options.text("claim", "");
  const std::string story = options.text("story", "");
  if (title.empty()) options.fail("lab needs a title", "lab { title = \"…\" }");
  if (Result<void> done = options.finish(); !done.ok()) return done.error();
  report.title = title;
  report.claim = claim;
  report.story = story;
  return Then::reply;
}

Result<Then> variants(Call& call) {
  Report& report = call.host.report();
  if (!report.variants.empty()) return call.error("variants were already declared");
  const Table* table = call.arg(0).table();
  if (table == nullptr || table->list.empty()) {
    return call.error("variants takes a list of names", "variants { \"fault\", \"cure\" }");
  }
  std::vector<std::string> names;
  for (const Value& entry : table->list) {
    Variant variant;
    if (entry.text() != nullptr) {
      variant.name = *entry.text();
    } else if (entry.table() != nullptr && entry.table()->list.size() == 2 &&
               entry.table()->list[0].text() != nullptr &&
               entry.table()->list[1].text() != nullptr) {
      variant.name = *entry.table()->list[0].text();
      variant.description = *entry.table()->list[1].text();
    } else {
      return call.error("a variant is a name, or { name, description }",
                        "variants { \"fault\", { \"cure\", \"with manual acks\" } }");
    }
    if (std::find(names.begin(), names.end(), variant.name) != names.end()) {
      return call.error(fmt::format("there are two variants '{}'", variant.name));
    }
    names.push_back(variant.name);
    report.variants.push_back(std::move(variant));
  }
  const std::string& wanted = call.host.request().variant;
  report.variant = wanted.empty() ? names.front() : wanted;
  if (std::find(names.begin(), names.end(), report.variant) == names.end()) {
    const std::string near = suggest(wanted, names);
    return call.error(fmt::format("there is no variant '{}'", wanted),
                      near.empty() ? fmt::format("there are {}", fmt::join(names, ", "))
                                   : fmt::format("did you mean '{}'?", near));
  }
  call.host.set_global("variant", report.variant);
  call.results.emplace_back(report.variant);
  return Then::reply;
}

Result<Then> pick(Call& call) {
  const Report& report = call.host.report();
  if (report.variants.empty()) {
    return call.error("pick needs variants", "say variants { … } before");
  }
  const Table* table = call.arg(0).table();
  if (table == nullptr || !table->list.empty()) {
    return call.error("pick takes a value for each variant", "pick { fault = 1, cure = 2 }");
  }
  for (const auto& field : table->fields) {
    const std::string& name = field.first;
    const bool known = std::any_of(report.variants.begin(), report.variants.end(),
                                   [&](const Variant& variant) { return variant.name == name; });
    if (!known) return call.error(fmt::format("pick: there is no variant '{}'", name));
  }
  for (const Variant& variant : report.variants) {
    if (table->find(variant.name) != nullptr) continue;
    return call.error(fmt::format("pick: the variant '{}' has no value", variant.name),
                      "nil cannot be picked; use false");
  }
  call.results.push_back(*table->find(report.variant));
  return Then::reply;
}

// The text of --set as a value of the default's type.
Result<Value> parameter_value(const Call& call, const std::string& name, const std::string& text,
                              const Value& fallback) {
  const auto wrong = [&](const char* wanted) {
    return call.error(fmt::format("--set {}={}: must be {}", name, text, wanted));
  };
  if (fallback.boolean() != nullptr) {
    if (text == "true") return Value{true};
    if (text == "false") return Value{false};
    return wrong("true or false");
  }
  if (fallback.integer() != nullptr) {
    const bool negative = !text.empty() && text.front() == '-';
    const Result<std::uint64_t> count =
        parse_count(negative ? std::string_view(text).substr(1) : std::string_view(text));
    if (count.ok() && *count <= 9'000'000'000'000'000'000ULL) {
      const auto value = static_cast<std::int64_t>(*count);
      return Value{negative ? -value : value};
    }
    const Result<Duration> duration = parse_duration(text);
    if (duration.ok()) return Value{duration->ns};
    return wrong("a whole number, or a time such as 10ms");
  }
  if (fallback.number() != nullptr) {
    const Result<double> number = parse_number(text);
    if (number.ok()) return Value{*number};
    const Result<Duration> duration = parse_duration(text);
    if (duration.ok()) return Value{duration->ns};
    return wrong("a number, or a time such as 1.5s");
  }
  return Value{text};
}

Result<Then> param(Call& call) {
  const std::string* name = call.arg(0).text();
  const Value& fallback = call.arg(1);
  if (name == nullptr || (fallback.text() == nullptr && fallback.integer() == nullptr &&
                          fallback.number() == nullptr && fallback.boolean() == nullptr)) {
    return call.error("param takes a name and a default: a number, a text, true or false",
                      "param(\"count\", 5)");
  }
  Report& report = call.host.report();
  for (const Parameter& known : report.parameters) {
    if (known.name == *name) return call.error(fmt::format("there are two parameters '{}'", *name));
  }
  Value value = fallback;
  const auto& given = call.host.request().parameters;
  if (const auto set = given.find(*name); set != given.end()) {
    Result<Value> parsed = parameter_value(call, *name, set->second, fallback);
    if (!parsed.ok()) return parsed.error();
    value = *parsed;
  }
  const std::string* description = call.arg(2).text();
  report.parameters.push_back(
      Parameter{*name, call.host.show(value), description != nullptr ? *description : ""});
  call.results.push_back(std::move(value));
  return Then::reply;
}

Result<Then> set_seed(Call& call) {
  const std::int64_t* seed = call.arg(0).integer();
  if (seed == nullptr || *seed < 0) return call.error("seed takes a whole number from 0");
  if (call.host.has_world()) {
    return call.error("seed comes too late", "say it before the first broker or actor");
  }
  if (!call.host.request().seed) call.host.set_seed(static_cast<std::uint64_t>(*seed));
  return Then::reply;
}

Result<Then> print(Call& call) {
  std::string line;
  for (const Value& value : call.args) {
    if (!line.empty()) line += "  ";
    line += call.host.show(value);
  }
  // Lines and columns are the report's to make.
  for (char& letter : line) {
    if (letter == '\n' || letter == '\t' || letter == '\r') letter = ' ';
  }
  if (call.host.has_world()) {
    ledger::Ledger& ledger = call.host.world().ledger();
    ledger::Row row;
    row.fact = ledger::Fact::noted;
    row.text = ledger.names().intern(line);
    if (const ActorObject* process = call.host.process_on(call.thread)) {
      row.subject = process->entity;
    }
    ledger.append(row);
  }
  call.host.keep_printed(std::move(line));
  return Then::reply;
}

// random(n): 1..n; random(a, b): a..b, as math.random counts.
Result<Then> random(Call& call) {
  const std::int64_t* first = call.arg(0).integer();
  const std::int64_t* second = call.arg(1).integer();
  if (first == nullptr || (second == nullptr && !call.arg(1).is_nil())) {
    return call.error("random takes one or two whole numbers", "random(6), random(10, 20)");
  }
  const std::int64_t low = second != nullptr ? *first : 1;
  const std::int64_t high = second != nullptr ? *second : *first;
  if (low > high) return call.error(fmt::format("random: {} is above {}", low, high));
  const std::uint64_t span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
  if (span == ~std::uint64_t{0}) return call.error("random: the range is too wide");
  const std::uint64_t drawn = call.host.choose(span + 1);
  call.results.emplace_back(static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + drawn));
  return Then::reply;
}

// chance(1, 6): true once in six times.
Result<Then> chance(Call& call) {
  const std::int64_t* number = call.arg(0).integer();
  const std::int64_t* of = call.arg(1).integer();
  if (number == nullptr || of == nullptr || *number < 0 || *of < 1 || *number > *of) {
    return call.error("chance takes two whole numbers, the first not above the second",
                      "chance(1, 6): once in six times");
  }
  const std::uint64_t drawn = call.host.choose(static_cast<std::uint64_t>(*of));
  call.results.emplace_back(drawn < static_cast<std::uint64_t>(*number));
  return Then::reply;
}

void add_unit(lua_State* L, const char* name, lua_Integer ns) {
  lua_pushinteger(L, ns);
  lua_setglobal(L, name);
}

}  // namespace

void add_scenario_words(lua_State* L) {
  lua_register(L, "lab", callable<lab>);
  lua_register(L, "variants", callable<variants>);
  lua_register(L, "pick", callable<pick>);
  lua_register(L, "param", callable<param>);
  lua_register(L, "seed", callable<set_seed>);
  lua_register(L, "print", callable<print>);
  lua_register(L, "random", callable<random>);
  lua_register(L, "chance", callable<chance>);
  add_unit(L, "ns", 1);
  add_unit(L, "us", 1'000);
  add_unit(L, "ms", 1'000'000);
  add_unit(L, "s", 1'000'000'000);
  add_unit(L, "min", 60'000'000'000);
  add_unit(L, "h", 3'600'000'000'000);
}

}  // namespace mqlab::scripting
