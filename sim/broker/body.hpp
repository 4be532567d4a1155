// SPDX-License-Identifier: MIT
// The body of a message: bytes that nobody changes, shared by all that have them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace mqlab::broker {

// One pointer wide. Copies share the bytes (not thread safe: a world lives in one thread).
class Body {
 public:
  Body() = default;
  Body(std::string_view text) : bytes_(text.empty() ? nullptr : make(text)) {}  // NOLINT
  Body(const std::string& text) : Body(std::string_view(text)) {}               // NOLINT
  Body(const char* text) : Body(std::string_view(text)) {}                      // NOLINT
  Body(const Body& other) : bytes_(other.bytes_) {
    if (bytes_ != nullptr) ++bytes_->references;
  }
  Body(Body&& other) noexcept : bytes_(std::exchange(other.bytes_, nullptr)) {}
  Body& operator=(Body other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~Body() {
    if (bytes_ != nullptr && --bytes_->references == 0) destroy();
  }

  std::size_t size() const { return bytes_ != nullptr ? bytes_->size : 0; }
  std::string_view view() const {
    if (bytes_ == nullptr) return {};
    return {reinterpret_cast<const char*>(bytes_ + 1), bytes_->size};
  }
  std::string text() const { return std::string(view()); }

  friend bool operator==(const Body& a, std::string_view b) { return a.view() == b; }

 private:
  // The bytes follow it.
  struct Bytes {
    std::uint32_t references = 1;
    std::uint32_t size = 0;
  };
  static Bytes* make(std::string_view text);
  void destroy();

  Bytes* bytes_ = nullptr;
};

}  // namespace mqlab::broker
