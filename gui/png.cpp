// SPDX-License-Identifier: MIT
// A PNG writer: eight bits a channel, one block of compressed rows.
#include <stdexcept>

#include <zlib.h>

#include "gui/raster.hpp"

namespace mqlab::gui {

namespace {

void put32(std::string& out, std::uint32_t value) {
  for (const int shift : {24, 16, 8, 0}) out += static_cast<char>((value >> shift) & 255);
}

void chunk(std::string& out, const std::string& kind, const std::string& content) {
  put32(out, static_cast<std::uint32_t>(content.size()));
  const std::string body = kind + content;
  out += body;
  put32(out, static_cast<std::uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(body.data()),
                                              static_cast<uInt>(body.size()))));
}

}  // namespace

std::string png_of(const Image& image) {
  const auto width = static_cast<std::size_t>(image.width);
  std::string rows;
  for (int y = 0; y < image.height; ++y) {
    // Each byte as the difference to the one above it: flat areas become zeros.
    rows += '\2';
    for (std::size_t x = 0; x < width; ++x) {
      for (std::size_t c = 0; c < 3; ++c) {
        const std::uint8_t above = y == 0 ? 0 : image.at(0, y - 1)[x * 4 + c];
        rows += static_cast<char>(image.at(0, y)[x * 4 + c] - above);
      }
    }
  }
  uLongf size = compressBound(static_cast<uLong>(rows.size()));
  std::string packed(size, '\0');
  if (compress2(reinterpret_cast<Bytef*>(packed.data()), &size,
                reinterpret_cast<const Bytef*>(rows.data()), static_cast<uLong>(rows.size()),
                9) != Z_OK) {
    throw std::runtime_error("no memory for a picture");
  }
  packed.resize(size);
  std::string header;
  put32(header, static_cast<std::uint32_t>(image.width));
  put32(header, static_cast<std::uint32_t>(image.height));
  header += std::string("\x08\x02\0\0\0", 5);  // 8 bits, red green blue
  std::string out("\x89PNG\r\n\x1a\n", 8);
  chunk(out, "IHDR", header);
  chunk(out, "IDAT", packed);
  chunk(out, "IEND", "");
  return out;
}

}  // namespace mqlab::gui
