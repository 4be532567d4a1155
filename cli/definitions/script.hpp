// SPDX-License-Identifier: MIT
// A plan as a scenario script: the world in it is complete, the load is to be written.
#pragma once

#include <string>
#include <vector>

#include "scripting/plan.hpp"
#include "sim/base/result.hpp"

namespace mqlab::cli {

// The text of the script, with marked lines where load and expectations belong.
// `notes` stand in it as comments. `title` is what it was made from. Error: more things than one
// script can declare.
Result<std::string> write_script(const scripting::Plan& plan, const std::vector<std::string>& notes,
                                 const std::string& title);

}  // namespace mqlab::cli
