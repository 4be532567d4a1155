// SPDX-License-Identifier: MIT
// Little-endian numbers and texts in a string of bytes: writing, and reading with bounds checked.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace mqlab::ledger {

class ByteWriter {
 public:
  void u16(std::uint16_t value) { number(value, 2); }
  void u32(std::uint32_t value) { number(value, 4); }
  void u64(std::uint64_t value) { number(value, 8); }
  void raw(std::string_view text) { bytes_ += text; }
  // Its length and then the text.
  void text(std::string_view text) {
    u64(text.size());
    raw(text);
  }

  // So many bytes are to come.
  void expect(std::size_t bytes) { bytes_.reserve(bytes_.size() + bytes); }
  std::string take() { return std::move(bytes_); }

 private:
  void number(std::uint64_t value, int size) {
    for (int i = 0; i < size; ++i) bytes_ += static_cast<char>((value >> (8 * i)) & 0xff);
  }

  std::string bytes_;
};

// Reading beyond the end gives zeros and empty texts, and ok() is false from then on.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  bool at_end() const { return position_ == bytes_.size(); }
  std::size_t left() const { return bytes_.size() - position_; }

  std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t u64() { return number(8); }
  std::string_view text() { return raw(u64()); }
  std::string_view raw(std::uint64_t size) {
    if (size > left()) {
      ok_ = false;
      return {};
    }
    const std::string_view found = bytes_.substr(position_, static_cast<std::size_t>(size));
    position_ += found.size();
    return found;
  }

 private:
  std::uint64_t number(std::uint64_t size) {
    std::uint64_t value = 0;
    int shift = 0;
    for (const char c : raw(size)) {
      value |= static_cast<std::uint64_t>(static_cast<unsigned char>(c)) << shift;
      shift += 8;
    }
    return value;
  }

  std::string_view bytes_;
  std::size_t position_ = 0;
  bool ok_ = true;
};

}  // namespace mqlab::ledger
