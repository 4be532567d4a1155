// SPDX-License-Identifier: MIT
// Catch2 under one name: 2.13 is a single header, 3.x is split.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;
#else
#include <catch2/catch.hpp>
#endif
