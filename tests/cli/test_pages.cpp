// SPDX-License-Identifier: MIT
// Every output that a page of the documentation shows is what the command prints.
//
// A page shows `$ mqlab …` and below it what it prints, in one block. `first.lua` is the last whole
// script (```lua, beginning with `lab {`) above it, or that of README.md; before the block,
// `<!-- first.lua: OLD => NEW -->` changes it (`\n` is a new line), counted from the page's script.
// With MQLAB_UPDATE_PAGES set, the pages are written anew instead.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/cli/command.hpp"

namespace mqlab::cli::test {
namespace {

namespace fs = std::filesystem;

const std::string kSource = MQLAB_SOURCE_DIR;
const std::string kEdit = "<!-- first.lua: ";
// What it prints differs between builds.
const std::string kNamesItsBuild = "$ mqlab version";

std::string text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '\'') {
      quoted = !quoted;
    } else if (c == ' ' && !quoted) {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  return words;
}

std::string with_line_feeds(std::string text) {
  for (std::size_t at = 0; (at = text.find("\\n", at)) != std::string::npos; ++at) {
    text.replace(at, 2, "\n");
  }
  return text;
}

// A page in blocks: what is between ``` lines, and the rest.
struct Block {
  std::string language;  // of a fenced block: "lua", ""
  std::string text;      // with its fences
  std::string inside;    // without them
  bool fenced = false;
};

std::vector<Block> blocks_of(const std::string& page) {
  std::vector<Block> blocks;
  std::size_t at = 0;
  while (at < page.size()) {
    const bool at_line_start = at == 0 || page[at - 1] == '\n';
    if (at_line_start && page.compare(at, 3, "```") == 0) {
      const std::size_t first = page.find('\n', at) + 1;
      const std::size_t close = page.find("```\n", first);
      REQUIRE(close != std::string::npos);
      blocks.push_back({page.substr(at + 3, first - at - 4), page.substr(at, close + 4 - at),
                        page.substr(first, close - first), true});
      at = close + 4;
    } else {
      const std::size_t end = std::min(page.find("\n```", at), page.size() - 1) + 1;
      blocks.push_back({"", page.substr(at, end - at), "", false});
      at = end;
    }
  }
  return blocks;
}

// The script with the changes that the text before an output asks for.
std::string edited(std::string script, const std::string& prose) {
  for (std::size_t at = 0; (at = prose.find(kEdit, at)) != std::string::npos; ++at) {
    const std::size_t from = at + kEdit.size();
    const std::string change = prose.substr(from, prose.find(" -->", from) - from);
    const std::size_t arrow = change.find(" => ");
    REQUIRE(arrow != std::string::npos);
    const std::string old = with_line_feeds(change.substr(0, arrow));
    INFO("the page changes: " << old);
    const std::size_t place = script.find(old);
    REQUIRE(place != std::string::npos);
    script.replace(place, old.size(), with_line_feeds(change.substr(arrow + 4)));
  }
  return script;
}

std::string first_script() {
  for (const Block& block : blocks_of(text_of(kSource + "/README.md"))) {
    if (block.language == "lua" && block.inside.rfind("lab {", 0) == 0) return block.inside;
  }
  FAIL("README.md shows no scenario");
  return {};
}

// What the command of this block prints, as the page should show it.
std::string shown(const std::string& command_line, const std::string& script) {
  const Folder folder;
  folder.write("first.lua", script);
  fs::create_directory_symlink(kSource + "/scenarios", folder.path("scenarios"));
  if (command_line.find("run.mqrun") != std::string::npos) {
    REQUIRE(folder.mqlab({"run", "first.lua", "--record", "run.mqrun"}).code == 0);
  }
  std::vector<std::string> words = words_of(command_line);
  words.erase(words.begin(), words.begin() + 2);  // "$ mqlab"
  const Ran ran = folder.mqlab(words);
  return command_line + "\n" + ran.out + ran.err;
}

struct Checked {
  std::string page;  // as it should be
  int outputs = 0;
};

Checked checked(const std::string& page) {
  Checked result;
  std::string script = first_script();
  std::string prose;
  for (const Block& block : blocks_of(page)) {
    std::string text = block.text;
    if (!block.fenced) prose = block.text;
    if (block.language == "lua" && block.inside.rfind("lab {", 0) == 0) script = block.inside;
    if (block.inside.rfind("$ mqlab ", 0) == 0) {
      const std::string command_line = block.inside.substr(0, block.inside.find('\n'));
      if (command_line != kNamesItsBuild) {
        text = "```\n" + shown(command_line, edited(script, prose)) + "```\n";
        ++result.outputs;
      }
    }
    result.page += text;
  }
  return result;
}

TEST_CASE("every output that the documentation shows is what the command prints") {
  std::vector<fs::path> pages{kSource + "/README.md"};
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(kSource + "/docs")) {
    if (entry.path().extension() == ".md") pages.push_back(entry.path());
  }
  int outputs = 0;
  for (const fs::path& path : pages) {
    INFO(path.string() << " (MQLAB_UPDATE_PAGES=1 test_cli writes the pages anew)");
    const std::string page = text_of(path);
    const Checked should = checked(page);
    outputs += should.outputs;
    if (std::getenv("MQLAB_UPDATE_PAGES") != nullptr) {
      std::ofstream(path, std::ios::binary) << should.page;
    } else {
      CHECK(page == should.page);
    }
  }
  CHECK(outputs >= 8);
}

}  // namespace
}  // namespace mqlab::cli::test
