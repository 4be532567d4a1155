// SPDX-License-Identifier: MIT
// ImGui's triangles as pixels, without a graphics card: for tests, tours and pictures of the docs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <imgui.h>

namespace mqlab::gui {

// Rows from the top; each pixel red, green, blue, alpha.
struct Image {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> rgba;

  const std::uint8_t* at(int x, int y) const {
    return rgba.data() + (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                          static_cast<std::size_t>(x)) *
                             4;
  }
};

// How much of each texel of ImGui's font atlas is covered.
struct Coverage {
  const std::uint8_t* alpha = nullptr;
  int width = 0;
  int height = 0;
};

// Draws a frame on a background. All edges are computed in whole numbers (1/256 of a pixel): the
// same bytes on every machine for the same triangles.
Image rasterise(const ImDrawData& data, const Coverage& atlas, ImU32 background);

// The image as a PNG file's bytes.
std::string png_of(const Image& image);

}  // namespace mqlab::gui
