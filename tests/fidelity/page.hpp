// SPDX-License-Identifier: MIT
// The page docs/fidelity.md, and what is missing for an honest one.
#pragma once

#include <string>
#include <vector>

#include "tests/fidelity/evidence.hpp"
#include "tests/fidelity/rule_book.hpp"

namespace mqlab::fidelity {

std::string fidelity_page(const RuleBook& book, const Findings& findings);

// One line for each: mistakes on the rules' page, ids that it does not have, rules that nothing
// implements or nothing proves.
std::vector<std::string> complaints(const RuleBook& book, const Findings& findings);

}  // namespace mqlab::fidelity
