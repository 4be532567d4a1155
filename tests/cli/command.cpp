// SPDX-License-Identifier: MIT
// Processes and temporary files.
#include "tests/cli/command.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/catch.hpp"

namespace mqlab::cli::test {
namespace fs = std::filesystem;

const char* const kPasses = R"(lab { title = "Five orders", claim = "All are done." }
local rabbit = broker "rabbit"
local orders = rabbit:queue "orders"
publisher { "shop", to = orders, count = 5, every = 10*ms }
local worker = consumer { "worker", from = orders, ack = "auto", work = 1*ms }
run()
expect.handled(worker, 5)
)";

const char* const kVariants = R"(lab { title = "A fault and its cure" }
variants { { "fault", "automatic acks" }, { "cure", "manual acks" } }
local rabbit = broker "rabbit"
local orders = rabbit:queue "orders"
publisher { "shop", to = orders, count = param("count", 2) }
local mode = pick { fault = "auto", cure = "manual" }
local worker = consumer { "worker", from = orders, ack = mode, work = 1*s }
at(100*ms, function() worker:kill() end)
run()
expect.lost(0)
)";

const char* const kEndless = R"(lab { title = "A fast publisher that never stops" }
local rabbit = broker "rabbit"
local orders = rabbit:queue { "orders", max_length = 10 }
publisher { "shop", to = orders, every = 1*us }
run()
expect.drained()
)";

namespace {

std::string read_all(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// In the child: standard output or error into a file.
void redirect(const fs::path& path, int descriptor) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (file < 0 || ::dup2(file, descriptor) < 0) ::_exit(99);
}

// In the child: becomes mqlab. The program is opened first: who owns nothing may not be able to
// reach it by its path.
[[noreturn]] void become_mqlab(const std::string& folder, const std::vector<std::string>& arguments,
                               const std::vector<std::string>& environment, bool as_nobody) {
  constexpr id_t kNobody = 65534;
  std::vector<std::string> words{"mqlab"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::unsetenv("GITHUB_ACTIONS");
  ::unsetenv("GITHUB_STEP_SUMMARY");
  ::unsetenv("NO_COLOR");
  for (const std::string& variable : environment) {
    const std::size_t equals = variable.find('=');
    ::setenv(variable.substr(0, equals).c_str(), variable.substr(equals + 1).c_str(), 1);
  }
  const int program = ::open(MQLAB_COMMAND, O_RDONLY | O_CLOEXEC);
  if (program < 0 || ::chdir(folder.c_str()) != 0) ::_exit(99);
  if (as_nobody && ::geteuid() == 0 &&
      (::setgroups(0, nullptr) != 0 || ::setgid(kNobody) != 0 || ::setuid(kNobody) != 0)) {
    ::_exit(99);
  }
  ::fexecve(program, argv.data(), ::environ);
  ::_exit(99);
}

int code_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

}  // namespace

Folder::Folder() {
  std::string name = (fs::temp_directory_path() / "mqlab-test-XXXXXX").string();
  REQUIRE(::mkdtemp(name.data()) != nullptr);
  path_ = name;
}

Folder::~Folder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
  fs::remove(path_ + ".out", ignored);
  fs::remove(path_ + ".err", ignored);
}

void Folder::write(const std::string& name, const std::string& content) const {
  std::ofstream(path(name), std::ios::binary) << content;
}

std::string Folder::read(const std::string& name) const {
  return read_all(path(name));
}

void Folder::make_folder(const std::string& name) const {
  fs::create_directories(path(name));
}

std::vector<std::string> Folder::names() const {
  std::vector<std::string> found;
  for (const fs::directory_entry& entry : fs::directory_iterator(path_)) {
    found.push_back(entry.path().filename().string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string Folder::path(const std::string& name) const {
  return path_ + "/" + name;
}

Ran Folder::mqlab(const std::vector<std::string>& arguments) const {
  return call(arguments, {}, 0, false);
}

Ran Folder::mqlab(const std::vector<std::string>& arguments,
                  const std::vector<std::string>& environment) const {
  return call(arguments, environment, 0, false);
}

Ran Folder::shell(const std::string& line) const {
  const fs::path err = path_ + ".err";
  const std::string call = fmt::format("cd '{}' && mqlab() {{ '{}' \"$@\"; }} && {} 2> '{}'", path_,
                                       MQLAB_COMMAND, line, err.string());
  const int status = std::system(call.c_str());
  Ran ran;
  ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  ran.err = read_all(err);
  return ran;
}

Ran Folder::interrupted(const std::vector<std::string>& arguments, int ms) const {
  return call(arguments, {}, ms, false);
}

Ran Folder::as_nobody(const std::vector<std::string>& arguments) const {
  return call(arguments, {}, 0, true);
}

Ran Folder::on_terminal(const std::vector<std::string>& arguments,
                        const std::vector<std::string>& environment) const {
  int terminal = -1;
  const pid_t child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  if (child == 0) become_mqlab(path_, arguments, environment, false);
  REQUIRE(child > 0);
  Ran ran;
  char buffer[4096];
  // Reading fails when the other end is closed.
  for (ssize_t count = 0; (count = ::read(terminal, buffer, sizeof buffer)) > 0;) {
    ran.out.append(buffer, static_cast<std::size_t>(count));
  }
  ::close(terminal);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  ran.code = code_of(status);
  return ran;
}

Ran Folder::call(const std::vector<std::string>& arguments,
                 const std::vector<std::string>& environment, int ms, bool as_nobody) const {
  const std::string out = path_ + ".out";
  const std::string err = path_ + ".err";
  const pid_t child = ::fork();
  if (child == 0) {
    redirect(out, STDOUT_FILENO);
    redirect(err, STDERR_FILENO);
    become_mqlab(path_, arguments, environment, as_nobody);
  }
  REQUIRE(child > 0);
  if (ms > 0) {
    ::usleep(static_cast<useconds_t>(ms) * 1000);
    ::kill(child, SIGINT);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return Ran{code_of(status), read_all(out), read_all(err)};
}

bool is_one_line(const std::string& text) {
  return text.rfind("mqlab: ", 0) == 0 && text.find('\n') == text.size() - 1;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace mqlab::cli::test
