// SPDX-License-Identifier: MIT
// What a random sequence is about.
#include "cli/conform/random_case.hpp"

#include <fmt/format.h>

#include "cli/conform/case_maker.hpp"

namespace mqlab::conform {

Transcript random_case(const RandomCaseOptions& options) {
  CaseMaker maker(options);
  switch (options.seed % 8) {
    case 3:
      make_topology(maker);
      break;
    case 5:
      make_replicated(maker);
      break;
    case 7:
      maker.one_in(2) ? make_streams(maker) : make_replicated(maker);
      break;
    case 0:
    case 1:
    case 2:
    case 4:
    case 6:
      make_mixture(maker);
      break;
  }
  Transcript made;
  made.form = Form::case_;
  made.name = random_name(options.seed);
  made.title = fmt::format("random case, seed {}", options.seed);
  made.seed = options.seed;
  made.drop_skipped = true;
  made.others = Json::object();
  made.steps = maker.take_steps();
  return made;
}

std::string random_name(std::uint64_t seed) {
  return fmt::format("rnd-{:04}", seed);
}

}  // namespace mqlab::conform
