// SPDX-License-Identifier: MIT
// The recorded transcripts, replayed on the routing core.
#include <sstream>
#include <string>

#include "cli/conform/compare.hpp"
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
  CHECK(disagreements("judged-3.10") == "agreed 157 of 157\n");
}

TEST_CASE("the core does what RabbitMQ 4.0 did where random cases once found a difference") {
  CHECK(disagreements("judged-4.0") == "agreed 113 of 113\n");
}

TEST_CASE("the core does what RabbitMQ 3.10 did in every random transcript") {
  CHECK(disagreements("random-3.10") == "agreed 96 of 96\n");
}

TEST_CASE("the core does what RabbitMQ 4.0 did in every random transcript") {
  CHECK(disagreements("random-4.0") == "agreed 96 of 96\n");
}

// Whether two texts count as equal.
bool same(const std::string& recorded, const std::string& got) {
  return !first_mismatch(Json(recorded), Json(got)).has_value();
}

TEST_CASE("a text that was cut agrees as far as it goes, and no other does") {
  const std::string name(240, 'x');
  const std::string queue = "NOT_FOUND - no queue '";
  const std::string whole = (queue + name + "' in vhost '/'").substr(0, 252) + "...";
  CHECK(same(whole, whole));
  CHECK_FALSE(
      same(whole.substr(0, 230) + "...", whole));  // nothing was hidden that could be longer
  CHECK_FALSE(same("Y" + whole.substr(1), whole));
  CHECK_FALSE(same(whole.substr(0, 251), whole));
  CHECK_FALSE(same("NOT_FOUND - ...", whole));     // nobody cuts so early
  CHECK_FALSE(same(whole, whole.substr(0, 200)));  // the shorter one would not have been cut
  CHECK_FALSE(same(whole, queue + name + "' in vhost '/' and more"));  // this one would

  // A longer name of a virtual host, now "/", left less room for the rest.
  const std::string lock =
      "RESOURCE_LOCKED - cannot obtain exclusive access to queue 'q' in vhost '/'";
  const std::string reason = lock + std::string(150, '.') + " and so on";
  CHECK(same(reason.substr(0, 200) + "...", reason));
  CHECK_FALSE(same(reason.substr(0, 187) + "...", reason));  // no name is as long as that
  CHECK_FALSE(same(reason.substr(0, 200) + "...", reason.substr(0, 180)));
  CHECK_FALSE(same(reason.substr(0, 199) + "Y...", reason));

  // The name of the virtual host itself may be cut.
  const std::string shorter = queue + std::string(200, 'x') + "' in vhost '";
  CHECK(same(shorter + "one-of-the-judg...", shorter + "/'"));
  CHECK_FALSE(same(shorter + "one-of-the-judge'...", shorter + "/'"));

  // A letter that was cut in two is no letter.
  CHECK(same("a\xef\xbf\xbd...", "a\xe2\x82..."));
  CHECK_FALSE(same("a\xef\xbf\xbd...", "a..."));
}

}  // namespace
}  // namespace mqlab::conform
