// SPDX-License-Identifier: MIT
// Completion in a real bash, the manual page, and watching a script.
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "tests/catch.hpp"
#include "tests/cli/command.hpp"

namespace mqlab::cli::test {
namespace {

namespace fs = std::filesystem;

// The commands that --help lists.
std::vector<std::string> commands() {
  std::istringstream help(Folder().mqlab({"--help"}).out);
  std::vector<std::string> names;
  bool listed = false;
  for (std::string line; std::getline(help, line);) {
    if (line.rfind("Subcommands:", 0) == 0) {
      listed = true;
    } else if (listed && line.size() > 2 && line[0] == ' ' && line[1] == ' ' && line[2] != ' ') {
      names.push_back(line.substr(2, line.find(' ', 2) - 2));
    }
  }
  return names;
}

// The long options in the help of a command.
std::set<std::string> options_in(const std::string& text) {
  std::set<std::string> found;
  for (std::size_t at = text.find("--"); at != std::string::npos; at = text.find("--", at + 2)) {
    if (at > 0 && text[at - 1] != ' ' && text[at - 1] != ',') continue;
    const std::size_t end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz-", at + 2);
    if (end > at + 2) found.insert(text.substr(at, end - at));
  }
  return found;
}

// What bash offers when tab is pressed behind these words; the last one may be unfinished.
std::set<std::string> completed(const Folder& folder, const std::string& words, int position) {
  folder.write("ask.sh", "source ./completion.bash\nCOMP_WORDS=(" + words +
                             ")\nCOMP_CWORD=" + std::to_string(position) +
                             "\n_mqlab\nprintf '%s\\n' \"${COMPREPLY[@]}\" > answer\n");
  const std::string call = "cd '" + folder.path("") + "' && bash --norc ask.sh 2> error";
  REQUIRE(std::system(call.c_str()) == 0);
  std::istringstream in(folder.read("answer"));
  std::set<std::string> found;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty()) found.insert(line);
  }
  return found;
}

using Set = std::set<std::string>;

bool is_there(const std::string& shell) {
  return std::system(("command -v " + shell + " >/dev/null 2>&1").c_str()) == 0;
}

Set lines_of(const std::string& text) {
  std::istringstream in(text);
  Set found;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty()) found.insert(line);
  }
  return found;
}

// An interactive zsh behind a terminal of its own: tab is pressed, and whatever is offered is
// noted before it is shown.
const char* const kAskZsh = R"(zmodload zsh/zpty
zpty asked zsh -f -i
zpty -w asked "fpath=($PWD/functions \$fpath); PROMPT=; autoload -Uz compinit && compinit -u -D"
zpty -w asked 'compadd () {
  local -a hits
  if [[ "$*" != *-(O|A|D)\ * ]]; then
    builtin compadd -A hits "$@"
    (( $#hits )) && print -rl -- $hits >> answer
  fi
  builtin compadd "$@"
}'
zpty -w asked 'over () { : > over }; comppostfuncs=(over); : > ready'
for ((i = 0; i < 600; i++)); do [[ -e ready ]] && break; sleep 0.05; done
zpty -n -w asked "$1"$'\t'
for ((i = 0; i < 600; i++)); do [[ -e over ]] && break; sleep 0.05; done
[[ -e over ]] && zpty -d asked
)";

// What zsh offers behind these words, with the script as a file of $fpath.
Set offered_by_zsh(const Folder& folder, const std::string& words) {
  folder.write("ask.zsh", kAskZsh);
  const std::string call = "cd '" + folder.path("") + "' && rm -f answer ready over && : > answer" +
                           " && zsh -f ask.zsh '" + words + "' 2> error";
  REQUIRE(std::system(call.c_str()) == 0);
  return lines_of(folder.read("answer"));
}

Set offered_by_fish(const Folder& folder, const std::string& words) {
  const std::string call = "cd '" + folder.path("") + "' && HOME=. fish --no-config -c " +
                           "'source mqlab.fish; complete -C \"" + words +
                           "\"' 2> error | cut -f 1 > answer";
  REQUIRE(std::system(call.c_str()) == 0);
  CHECK(folder.read("error") == "");
  return lines_of(folder.read("answer"));
}

// What both shells must offer; `asked` asks one of them.
template <typename Asked>
void check_offers(const Asked& asked) {
  const Set first = asked("mqlab ");
  for (const std::string& command : commands()) {
    INFO(command);
    CHECK(first.count(command) == 1);
  }
  CHECK(asked("mqlab wh") == Set{"why"});
  CHECK(asked("mqlab --v") == Set{"--version"});
  CHECK(asked("mqlab run --pe") == Set{"--perfetto"});
  CHECK(asked("mqlab run a.lua --annotations ") == Set{"auto", "github", "none"});
  CHECK(asked("mqlab completion ") == Set{"bash", "fish", "zsh"});
  CHECK(asked("mqlab run sh") == Set{"shop.lua"});
  CHECK(asked("mqlab diff a.lua sh") == Set{"shop.lua"});
  CHECK(asked("mqlab why a.lua --lang z") == Set{"zh-CN"});
  CHECK(asked("mqlab run --junit sho") == Set{"shop.lua"});
  CHECK(asked("mqlab run --seed ").empty());
  CHECK(asked("mqlab nonsense ").empty());
  const Set of_version = asked("mqlab version sh");
  CHECK(of_version.empty());
}

}  // namespace

TEST_CASE("A real bash completes commands, options, words and files", "[completion]") {
  const Folder folder;
  folder.write("completion.bash", folder.mqlab({"completion", "bash"}).out);
  folder.write("shop.lua", "");
  folder.write("shop two.lua", "");
  const Set first = completed(folder, "mqlab ''", 1);
  for (const std::string& command : commands()) {
    INFO(command);
    CHECK(first.count(command) == 1);
  }
  CHECK(first.count("--version") == 1);
  CHECK(completed(folder, "mqlab wh", 1) == Set{"why"});
  CHECK(completed(folder, "mqlab run --pe", 2) == Set{"--perfetto"});
  CHECK(completed(folder, "mqlab run shop.lua --annotations ''", 4) ==
        Set{"github", "none", "auto"});
  CHECK(completed(folder, "mqlab completion ''", 2) == Set{"bash", "zsh", "fish"});
  CHECK(completed(folder, "mqlab run sh", 2) == Set{"shop.lua", "shop two.lua"});
  CHECK(completed(folder, "mqlab run --junit sho", 3) == Set{"shop.lua", "shop two.lua"});
  CHECK(completed(folder, "mqlab run --seed ''", 3).empty());
  CHECK(completed(folder, "mqlab version ''", 2).empty());
  CHECK(completed(folder, "mqlab nonsense ''", 2).empty());
  CHECK(folder.read("error") == "");
}

TEST_CASE("bash offers exactly the options that --help lists, for every command", "[completion]") {
  const Folder folder;
  folder.write("completion.bash", folder.mqlab({"completion", "bash"}).out);
  REQUIRE(commands().size() > 10);
  for (const std::string& command : commands()) {
    INFO(command);
    const std::string help = folder.mqlab({command, "--help"}).out;
    Set offered = completed(folder, "mqlab " + command + " --", 2);
    const Set listed = options_in(help.substr(help.find("Usage:")));
    for (const std::string& option : offered) CHECK(listed.count(option) == 1);
    CHECK(offered.count("--help") == 1);
  }
}

TEST_CASE("The other shells' scripts know every command and its words", "[completion]") {
  const Folder folder;
  for (const std::string shell : {"zsh", "fish"}) {
    const Ran ran = folder.mqlab({"completion", shell});
    CHECK(ran.code == 0);
    for (const std::string& command : commands()) {
      INFO(shell << " " << command);
      CHECK(contains(ran.out, command));
    }
    CHECK(contains(ran.out, "perfetto"));
    CHECK(contains(ran.out, "github none auto"));
  }
}

TEST_CASE("A real zsh completes from the first tab on, where there is one", "[completion]") {
  if (!is_there("zsh")) {
    WARN("there is no zsh on this machine");
    return;
  }
  const Folder folder;
  folder.make_folder("functions");
  folder.write("functions/_mqlab", folder.mqlab({"completion", "zsh"}).out);
  folder.write("shop.lua", "");
  check_offers([&](const std::string& words) { return offered_by_zsh(folder, words); });
  CHECK(offered_by_zsh(folder, "mqlab run --annotations=gi") == Set{"github"});
}

TEST_CASE("A real fish completes, where there is one", "[completion]") {
  if (!is_there("fish")) {
    WARN("there is no fish on this machine");
    return;
  }
  const Folder folder;
  folder.write("mqlab.fish", folder.mqlab({"completion", "fish"}).out);
  folder.write("shop.lua", "");
  check_offers([&](const std::string& words) { return offered_by_fish(folder, words); });
  CHECK(offered_by_fish(folder, "mqlab run --annotations=gi") == Set{"--annotations=github"});
}

TEST_CASE("The manual page has every command with every option, and man can read it") {
  const Folder folder;
  const Ran ran = folder.mqlab({"manual"});
  CHECK(ran.code == 0);
  CHECK(ran.out.rfind(".TH MQLAB 1 \"\" \"mqlab ", 0) == 0);
  for (const std::string& command : commands()) {
    INFO(command);
    CHECK(contains(ran.out, ".SS mqlab " + command + "\n"));
  }
  CHECK(contains(ran.out, "\\fB\\-\\-perfetto\\fR \\fIVALUE\\fR\nWrite a trace for"));
  CHECK(contains(ran.out, ".SH EXIT STATUS\nExit codes: 0 pass, 1 a check failed"));
  folder.write("mqlab.1", ran.out);
  if (std::system("command -v man >/dev/null 2>&1 && command -v groff >/dev/null 2>&1") == 0) {
    const std::string call = "LC_ALL=C.UTF-8 MANWIDTH=90 man --warnings -l '" +
                             folder.path("mqlab.1") + "' > '" + folder.path("page") + "' 2> '" +
                             folder.path("warnings") + "'";
    CHECK(std::system(call.c_str()) == 0);
    CHECK(contains(folder.read("page"), "--perfetto VALUE"));
    CHECK(folder.read("warnings") == "");
  }
}

TEST_CASE("A script that is saved is run again, and so is what it includes") {
  for (const std::string saved : {"main.lua", "world.lua"}) {
    const Folder folder;
    folder.write("world.lua", "return broker \"rabbit\"\n-- 1");
    folder.write("main.lua",
                 "lab { title = \"x\" }\nlocal rabbit = include \"world.lua\"\n"
                 "rabbit:queue \"q\"\nrun()\nexpect.drained()\n-- 1");
    // Saved again and again, as an editor does: written beside, then renamed.
    std::atomic<bool> over{false};
    std::thread editor([&] {
      const std::string text = folder.read(saved);
      for (int i = 2; !over.load(); ++i) {
        std::ofstream(folder.path("new"), std::ios::binary) << text << std::string(i, '-');
        fs::rename(folder.path("new"), folder.path(saved));
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
      }
    });
    const Ran ran = folder.mqlab({"watch", "main.lua", "--times", "2", "-q"});
    over.store(true);
    editor.join();
    INFO(saved << ran.err);
    CHECK(ran.code == 0);
    CHECK(ran.out ==
          "\nPASS 1 run, 1 check.\n"
          "\nPASS 1 run, 1 check.\n");
    CHECK(contains(ran.err, "waits for a script to be saved"));
  }
}

TEST_CASE("Watching goes on after a script that is wrong, and ends when it is interrupted") {
  const Folder folder;
  folder.write("broken.lua", "x =");
  const Ran ran = folder.interrupted({"watch", "broken.lua"}, 500);
  CHECK(ran.code == 130);
  CHECK(contains(ran.err, "mqlab: broken.lua:1: unexpected symbol"));
  CHECK(contains(ran.err, "waits for a script to be saved"));
  CHECK(folder.mqlab({"watch", "broken.lua", "--times", "1"}).code == 65);
}

}  // namespace mqlab::cli::test
