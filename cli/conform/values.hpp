// SPDX-License-Identifier: MIT
// Typed values, tables and message properties between JSON and the broker's types.
#pragma once

#include "cli/conform/json.hpp"
#include "sim/broker/field.hpp"
#include "sim/broker/message.hpp"

namespace mqlab::conform {

// How values of tables are written. Transcripts hold [letter, value] pairs only; cases may use
// plain JSON as well: text S, boolean t, number I, l or d, null V, object F.
enum class Notation { pairs, pairs_or_plain };

// A table from {"name": ["S", "text"], …}. Errors (without a place) name the field: a letter that
// no field type has, a value that does not fit its letter.
Result<broker::FieldTable> read_table(const Json& json, Notation notation);
Json write_table(const broker::FieldTable& table);

// A table from plain JSON values only: what policies are defined with.
Result<broker::FieldTable> read_plain_table(const Json& json);

// Properties from {"delivery_mode": 2, "headers": {…}}; absent members are not set.
Result<broker::Properties> read_properties(const Json& json, Notation notation);
Json write_properties(const broker::Properties& properties);

}  // namespace mqlab::conform
