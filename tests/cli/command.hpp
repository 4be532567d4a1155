// SPDX-License-Identifier: MIT
// Calling the real command, in a folder of its own.
#pragma once

#include <string>
#include <vector>

namespace mqlab::cli::test {

// What a call of mqlab did.
struct Ran {
  int code = 0;     // exit status; 1000 + the number of the signal that ended it
  std::string out;  // standard output
  std::string err;  // standard error
};

// A folder that is empty at first and gone at the end; commands run in it.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  void write(const std::string& name, const std::string& content) const;
  std::string read(const std::string& name) const;
  void make_folder(const std::string& name) const;
  std::vector<std::string> names() const;  // of all that is in it, sorted
  std::string path(const std::string& name) const;

  // Calls mqlab with standard output and error going to files.
  Ran mqlab(const std::vector<std::string>& arguments) const;
  // The same with variables of the environment, NAME=VALUE. What GitHub sets is never inherited.
  Ran mqlab(const std::vector<std::string>& arguments,
            const std::vector<std::string>& environment) const;
  // What a shell does with this line, in which mqlab is the command.
  Ran shell(const std::string& line) const;
  // The same; after `ms` milliseconds it gets an interrupt, as from Ctrl-C.
  Ran interrupted(const std::vector<std::string>& arguments, int ms) const;
  // The same with both streams on a terminal: `out` is what it was sent.
  Ran on_terminal(const std::vector<std::string>& arguments,
                  const std::vector<std::string>& environment) const;
  // As mqlab(), but called by a user who owns nothing here, if the tests run as root.
  Ran as_nobody(const std::vector<std::string>& arguments) const;

 private:
  Ran call(const std::vector<std::string>& arguments, const std::vector<std::string>& environment,
           int interrupt_after_ms, bool as_nobody) const;

  std::string path_;
};

// A scenario that passes: five orders, one worker, automatic acks.
extern const char* const kPasses;
// One with variants "fault" (which its checks find) and "cure".
extern const char* const kVariants;
// A fast publisher that never stops.
extern const char* const kEndless;

// One line, as every message should be: it begins with "mqlab: " and ends with its only line feed.
bool is_one_line(const std::string& text);

bool contains(const std::string& text, const std::string& part);

}  // namespace mqlab::cli::test
