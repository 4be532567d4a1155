// SPDX-License-Identifier: MIT
// `mqlab conform`: does the core behave as the recorded brokers did?
#pragma once

#include <atomic>
#include <iosfwd>
#include <string>
#include <vector>

namespace mqlab::conform {

struct FileOptions {
  bool json = false;                             // one JSON object instead of lines
  const std::atomic<bool>* interrupt = nullptr;  // ends it with 130, if it becomes true
};

// Plays all transcripts among `paths`: files, or folders that are searched for *.json. Per
// transcript one line `agreed NAME`, or the first difference; last `agreed N of M`. Broken files
// are named on `err` with the place, and the others are still played.
//
// Returns 0 if all agree, 1 if one does not, 65 if a file is broken or there is none, 64 without
// paths.
int conform_files(const std::vector<std::string>& paths, const FileOptions& options,
                  std::ostream& out, std::ostream& err);

}  // namespace mqlab::conform
