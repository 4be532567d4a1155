// SPDX-License-Identifier: MIT
// definitions.json, as rabbitmqctl export_definitions and the management page write it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scripting/plan.hpp"
#include "sim/base/result.hpp"

namespace mqlab::cli {

inline constexpr std::size_t kMostDefinitionBytes = std::size_t{64} << 20;

struct Definitions {
  scripting::Plan plan;            // places are lines of the file
  std::vector<std::string> notes;  // what is in the file and not simulated, or not known
};

// Reads a file's text. Errors have file and line: broken JSON, a member of a wrong type or without
// its name. What is not known is a note. Definitions of one virtual host name none: it is "/".
Result<Definitions> read_definitions(std::string_view text, const std::string& file);

// Only what belongs to one virtual host. Error: there is no such virtual host.
Result<void> keep_vhost(Definitions& definitions, const std::string& vhost);

// The text that a real broker loads: one line for each thing. Left out, with a note: what a broker
// does not export either (exclusive queues, names by the server) and what was deleted in the run.
// Passwords are in plain text. Error: a name that is not UTF-8.
Result<std::string> write_definitions(const scripting::Plan& plan, std::vector<std::string>& notes);

}  // namespace mqlab::cli
