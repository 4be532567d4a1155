// SPDX-License-Identifier: MIT
// A Lua value as C++ holds it: copied out of the script, so that no Lua call is needed to read it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

struct lua_State;

namespace mqlab::scripting {

// What a script's object stands for. The index counts the objects of its kind from 0.
enum class ObjectKind : std::uint8_t {
  broker,
  queue,
  exchange,
  publisher,
  consumer,
  process,
  connection,
  channel,
  timer,
  distribution,
  store,
  transaction,
};

// "queue", "publisher"…
std::string_view word(ObjectKind kind);

struct Object {
  ObjectKind kind = ObjectKind::broker;
  std::uint32_t index = 0;

  bool operator==(const Object&) const = default;
};

// A function of the script, kept alive in the registry until the run ends.
struct Function {
  int reference = 0;
};

struct Table;

// nil, boolean, integer, number, string, function, object or table.
struct Value {
  using Content = std::variant<std::monostate, bool, std::int64_t, double, std::string, Function,
                               Object, std::shared_ptr<const Table>>;
  Content content;

  Value() = default;
  Value(bool v) : content(v) {}                           // NOLINT(google-explicit-constructor)
  Value(std::int64_t v) : content(v) {}                   // NOLINT(google-explicit-constructor)
  Value(double v) : content(v) {}                         // NOLINT(google-explicit-constructor)
  Value(std::string v) : content(std::move(v)) {}         // NOLINT(google-explicit-constructor)
  Value(std::string_view v) : content(std::string(v)) {}  // NOLINT(google-explicit-constructor)
  Value(const char* v) : content(std::string(v)) {}       // NOLINT(google-explicit-constructor)
  Value(Function v) : content(v) {}                       // NOLINT(google-explicit-constructor)
  Value(Object v) : content(v) {}                         // NOLINT(google-explicit-constructor)
  Value(Table table);                                     // NOLINT(google-explicit-constructor)

  bool is_nil() const { return content.index() == 0; }
  const bool* boolean() const { return std::get_if<bool>(&content); }
  const std::int64_t* integer() const { return std::get_if<std::int64_t>(&content); }
  const double* number() const { return std::get_if<double>(&content); }
  const std::string* text() const { return std::get_if<std::string>(&content); }
  const Function* function() const { return std::get_if<Function>(&content); }
  const Object* object() const { return std::get_if<Object>(&content); }
  const Table* table() const;

  // What a message about a wrong type calls it: "a number", "a queue", "nothing".
  std::string kind_text() const;
};

// A table: its positions 1..n, and its named fields in the order of their names.
struct Table {
  std::vector<Value> list;
  std::vector<std::pair<std::string, Value>> fields;

  const Value* find(std::string_view name) const;
  void set(std::string name, Value value) {
    fields.emplace_back(std::move(name), std::move(value));
  }
};

// Copies the value at `index` into `out`. False if it cannot be copied (nested too deep, a key that
// is neither a position nor a name, a type that scripts have no use for); `problem` then says why.
// May raise a Lua error when memory is short, so `out` and `problem` must not live in a C++ frame
// between here and the protected call.
bool read_value(lua_State* L, int index, Value& out, std::string& problem);

// Pushes `value`, which must not live in such a frame either. Tables are made anew.
void push_value(lua_State* L, const Value& value);

}  // namespace mqlab::scripting
