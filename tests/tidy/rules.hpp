// SPDX-License-Identifier: MIT
// The rules of the house that a reader of text can check: each takes one file and says what is
// wrong.
#pragma once

#include <string>
#include <vector>

namespace mqlab::tidy {

// A text file of the project. `path` is relative to its root, with forward slashes.
struct File {
  std::string path;
  std::string text;
};

struct Finding {
  std::string path;
  int line = 0;  // from 1; 0 is the whole file
  std::string what;
};

using Findings = std::vector<Finding>;

// A floor includes itself and the floors its row in the table names, by paths from the root.
Findings check_includes(const File& file);

// What a run must not touch: other sources of chance, clocks, threads, files, arithmetic that
// differs between processors; and in a `switch`, the `default` that would hide a new case. Some
// bans are lifted by a comment on the same line or the one above that says why the use is safe.
Findings check_bans(const File& file);

// SPDX line and role comment first; `#pragma once` in headers.
Findings check_opening(const File& file);

// At most 100 columns and 500 lines; no tabs, trailing spaces or missing last line feed.
Findings check_shape(const File& file);

// No notes to self left in the text.
Findings check_marks(const File& file);

// A page of documentation has one title.
Findings check_title(const File& file);

// All of the above, each where it applies.
Findings check_all(const File& file);

// The file that a page's link points to, from the root, and the line it stands on; links to other
// sites and within the page are left out.
struct Link {
  std::string target;
  int line = 0;
};
std::vector<Link> links_of(const File& page);

}  // namespace mqlab::tidy
