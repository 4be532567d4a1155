// SPDX-License-Identifier: MIT
// Files at the edge: read whole, written beside and then renamed, so nothing is ever half-written.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/formats/text_forms.hpp"
#include "scripting/scenario.hpp"
#include "sim/base/result.hpp"

namespace mqlab::cli {

inline constexpr std::size_t kMaxScriptBytes = std::size_t{4} << 20;

// The content of a file. Errors: missing, a directory, not readable, larger than `limit` (0: none).
// Reading ends early if the content does not begin with `start`: what is no such file may be
// endless.
Result<std::string> read_file(const std::string& path, std::size_t limit = 0,
                              std::string_view start = {});

// Writes beside the target, then renames. Errors leave the target as it was. A device or a pipe is
// written as it is.
Result<void> write_file(const std::string& path, std::string_view content);
// The same of what `write` puts, piece by piece.
Result<void> write_file(const std::string& path, const std::function<void(const Put&)>& write);

// Whether there is no such file yet, or `force` says that it may be replaced (devices and pipes
// always may), in a folder that takes files. Asked before work begins whose result would have
// nowhere to go; writing can fail all the same.
Result<void> may_write(const std::string& path, bool force);
// The same of several files, all different.
Result<void> may_write_all(const std::vector<std::string>& paths, bool force);
// The same of a folder that is made when it is needed, with those above it.
Result<void> may_make_folder(const std::string& path);
// Makes it, with those above it, unless it is there.
Result<void> make_folder(const std::string& path);

// The scenario files that an argument names: a file stands for itself, a directory for every
// scenario.lua below it, in order of path. Errors: nothing there.
Result<std::vector<std::string>> find_scenarios(const std::string& argument);

// The text of a script: refuses what is no text.
Result<scripting::Source> read_script(const std::string& path);

// Reads what a scenario includes: only plain file names from the scenario's own folder.
scripting::Include include_from(const std::string& scenario_path);

}  // namespace mqlab::cli
