// SPDX-License-Identifier: MIT
// The recorded transcripts, replayed on the routing core.
#include <sstream>
#include <string>

#include "cli/conform/conform.hpp"
#include "tests/catch.hpp"

namespace mqlab::conform {
namespace {

// What `mqlab conform FOLDER` prints, without the transcripts that agree.
std::string disagreements(const std::string& folder) {
  std::ostringstream out;
  std::ostringstream err;
  conform_files({std::string(MQLAB_CONFORM_DATA) + "/" + folder}, {}, out, err);
  std::istringstream lines(out.str());
  std::string told = err.str();
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("agreed ", 0) == 0 && line.find(" of ") == std::string::npos) continue;
    told += line + "\n";
  }
  return told;
}

TEST_CASE("the core does what RabbitMQ 3.10 did in every transcript of a rule") {
  CHECK(disagreements("transcripts-3.10") == "agreed 290 of 290\n");
}

TEST_CASE("the core does what RabbitMQ 4.0 did in every transcript of a rule") {
  CHECK(disagreements("transcripts-4.0") == "agreed 290 of 290\n");
}

TEST_CASE("the core does what RabbitMQ 3.10 did where random cases once found a difference") {
  CHECK(disagreements("judged-3.10") == "agreed 72 of 72\n");
}

TEST_CASE("the core does what RabbitMQ 4.0 did where random cases once found a difference") {
  CHECK(disagreements("judged-4.0") == "agreed 68 of 68\n");
}

TEST_CASE("the core does what RabbitMQ 3.10 did in every random transcript") {
  CHECK(disagreements("random-3.10") == "agreed 96 of 96\n");
}

TEST_CASE("the core does what RabbitMQ 4.0 did in every random transcript") {
  CHECK(disagreements("random-4.0") == "agreed 96 of 96\n");
}

}  // namespace
}  // namespace mqlab::conform
