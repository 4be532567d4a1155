// SPDX-License-Identifier: MIT
// "Did you mean …?": the known word that is nearest to a mistyped one.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace mqlab {

// How many letters must be added, dropped, changed or swapped with their neighbour to turn one word
// into the other. Upper and lower case are different letters.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The word of `known` nearest to `word`, or empty if none is near enough to be what was meant (one
// edit for three letters, but never all letters). Of equally near words the first in the alphabet.
std::string suggest(std::string_view word, std::span<const std::string> known);

}  // namespace mqlab
