// SPDX-License-Identifier: MIT
// The project's own text files, read from its source tree.
#pragma once

#include <string>
#include <vector>

#include "tests/tidy/rules.hpp"

namespace mqlab::tidy {

// The text files under `root` that people write, in the order of their paths: the folders of the
// house and the files beside them, but nothing that was built or fetched.
std::vector<File> read_tree(const std::string& root);

// Is there a file or folder at `path` (from `root`; it may hold "..")?
bool exists_in(const std::string& root, const std::string& path);

}  // namespace mqlab::tidy
