// SPDX-License-Identifier: MIT
// Circles in a directed graph.
#pragma once

#include <cstddef>
#include <vector>

namespace mqlab::cli {

// The strongly connected parts of a graph that hold a circle: each as its nodes in rising order, in
// order of the first. edges[n] are the nodes that n leads to. Time and memory are linear, without
// recursion.
std::vector<std::vector<std::size_t>> cycles_of(const std::vector<std::vector<std::size_t>>& edges);

}  // namespace mqlab::cli
