// SPDX-License-Identifier: MIT
// The body of a message: bytes that nobody changes, shared by all that have them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/broker/counted.hpp"

namespace mqlab::broker {

// One pointer wide. Copies share the bytes.
class Body {
 public:
  Body() = default;
  Body(std::string_view text) : bytes_(text.empty() ? nullptr : make(text)) {}  // NOLINT
  Body(const std::string& text) : Body(std::string_view(text)) {}               // NOLINT
  Body(const char* text) : Body(std::string_view(text)) {}                      // NOLINT

  std::size_t size() const { return bytes_ ? bytes_->size : 0; }
  std::string_view view() const {
    if (!bytes_) return {};
    return {reinterpret_cast<const char*>(&*bytes_ + 1), bytes_->size};
  }
  std::string text() const { return std::string(view()); }

  friend bool operator==(const Body& a, std::string_view b) { return a.view() == b; }

 private:
  // The bytes follow it.
  struct Bytes {
    std::uint32_t references = 1;
    std::uint32_t size = 0;
    static void destroy(Bytes* bytes);
  };
  // The bytes of a text that is not empty.
  static Bytes* make(std::string_view text);

  Counted<Bytes> bytes_;
};

}  // namespace mqlab::broker
