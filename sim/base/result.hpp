// SPDX-License-Identifier: MIT
// Errors as values: what a user did wrong, where, and how to mend it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "sim/base/assert.hpp"

namespace mqlab {

// A place in a file. An empty file means that there is none; line 0 means the file as a whole.
struct Place {
  std::string file;
  int line = 0;
};

// One mistake, told in one line: place, what is wrong, how to mend it (may be empty).
struct Error {
  Place place;
  std::string what;
  std::string hint;

  // "file:line: what (hint)", without the parts that are missing.
  std::string text() const;
};

// An error that has no place (yet): whoever knows where the text came from adds it.
Error make_error(std::string what, std::string hint = {});

// A value of type T, or the error that prevented it.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value)  // NOLINT(google-explicit-constructor)
      : content_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error)  // NOLINT(google-explicit-constructor)
      : content_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return content_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() {
    MQLAB_ASSERT(ok());
    return *std::get_if<0>(&content_);
  }
  const T& value() const {
    MQLAB_ASSERT(ok());
    return *std::get_if<0>(&content_);
  }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const {
    MQLAB_ASSERT(!ok());
    return *std::get_if<1>(&content_);
  }

 private:
  std::variant<T, Error> content_;
};

// Success without a value, or an error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return !error_; }
  explicit operator bool() const { return ok(); }
  const Error& error() const {
    MQLAB_ASSERT(error_.has_value());
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

}  // namespace mqlab
