// SPDX-License-Identifier: MIT
// The words that a scenario script can say, by topic. docs/scripting.md lists them all.
#pragma once

#include <string>
#include <vector>

#include <lua.hpp>

namespace mqlab::scripting {

// Each makes its words known in the state's globals (those of the current environment).
void add_scenario_words(lua_State* L);  // lab, variants, pick, param, seed, print, units
void add_include_word(lua_State* L);    // include
void add_topology_words(lua_State* L);  // broker, and what a broker, queue and exchange can do
void add_actor_words(lua_State* L);     // publisher, consumer
void add_time_words(lua_State* L);      // at, after, every, now, run, distributions
void add_process_words(lua_State* L);   // process, sleep, effect; connections and channels
void add_channel_words(lua_State* L);   // part of the process words
void add_network_words(lua_State* L);   // faults of links and disks; after those of actors
void add_store_words(lua_State* L);     // store, transactions; crash
void add_expect_words(lua_State* L);    // expect, always, eventually, sometimes

// The words after "expect.".
std::vector<std::string> expect_names();

}  // namespace mqlab::scripting
