// SPDX-License-Identifier: MIT
// Values as the Erlang server prints them into its reply texts.
#pragma once

#include <string>
#include <string_view>

#include "sim/broker/field.hpp"

namespace mqlab::broker {

// A byte string as ~p prints it: <<"none">>, or <<1,2,255>> if a byte is not printable.
std::string erlang_binary(std::string_view bytes);

// A list of characters as ~p prints it: ".5" in quotes, or [1,2,255] if one is not printable.
std::string erlang_string(std::string_view characters);

// A double as ~p prints it: the shortest digits that read back the same, 1.0 or 1.0e22.
std::string erlang_float(double value);

// The content of a field, without its type, as ~p prints it. Arrays and tables show their types.
std::string erlang_value(const FieldValue& value);

// Type and content as the pair {longstr,<<"text">>}.
std::string erlang_pair(const FieldValue& value);

}  // namespace mqlab::broker
