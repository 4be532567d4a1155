// SPDX-License-Identifier: MIT
// A tour: a Lua script that uses the window as a person would, and takes pictures of it.
#pragma once

#include <string>

#include "gui/headless.hpp"

namespace mqlab::gui {

// Runs a tour. Pictures go into the folder `shots`. The error is the first thing that was not as
// the tour says: a widget that is not there, an expectation that does not hold.
Result<void> run_tour(Headless& window, const std::string& path, const std::string& shots);

}  // namespace mqlab::gui
