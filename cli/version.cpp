// SPDX-License-Identifier: MIT
// The version, and what it was built with.
#include "cli/version.hpp"

#include <fmt/format.h>
#include <lua.hpp>

namespace mqlab::cli {

std::string_view version() {
  return MQLAB_VERSION;
}

std::string version_text() {
#if defined(__clang__)
  const std::string compiler = fmt::format("clang {}.{}", __clang_major__, __clang_minor__);
#else
  const std::string compiler = fmt::format("gcc {}.{}", __GNUC__, __GNUC_MINOR__);
#endif
  return fmt::format("mqlab {} ({}, Lua {}.{}; brokers: RabbitMQ 3.10, 4.0)\n", version(), compiler,
                     LUA_VERSION_MAJOR "." LUA_VERSION_MINOR, LUA_VERSION_RELEASE);
}

}  // namespace mqlab::cli
