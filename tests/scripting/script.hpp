// SPDX-License-Identifier: MIT
// Running small scenario scripts.
#pragma once

#include <string>

#include "scripting/scenario.hpp"

namespace mqlab::scripting::test {

// The first line of every script here: a title, a broker, a queue. What a test gives starts in
// line 2.
extern const char* const kTop;

// The request for kTop and this text, called lab.lua; the fold of the ledger is compared with the
// world after every event.
Request request_for(const std::string& body);

Report run(const std::string& body);

// The error in one line, or "" if the script runs through. A bug of mqlab is an error too.
std::string error(const std::string& body);
std::string error_of(const Report& report);

// "pass", or the first check that did not pass and why, or why the verdict is unknown, or the
// error.
std::string outcome(const std::string& body);
std::string outcome_of(const Report& report);

// What the script printed, each line ended by "\n".
std::string printed(const std::string& body);

}  // namespace mqlab::scripting::test
