// SPDX-License-Identifier: MIT
// A tour: a Lua script that uses the window as a person would, and takes pictures of it.
#pragma once

#include <functional>
#include <string>

#include "gui/headless.hpp"

namespace mqlab::gui {

// Runs a tour. Pictures go into the folder `shots`. The error is the first thing that was not as
// the tour says: a widget that is not there, an expectation that does not hold. `timed`, if there
// is one, gets a line about each word: how long it took, its frames, and the longest of them.
Result<void> run_tour(Headless& window, const std::string& path, const std::string& shots,
                      const std::function<void(const std::string&)>& timed = {});

}  // namespace mqlab::gui
