// SPDX-License-Identifier: MIT
// Keeping users, virtual hosts and rights.
#include "sim/broker/permission.hpp"

#include <fmt/format.h>

namespace mqlab::broker {

Permissions::Permissions() {
  add_vhost("/");
  add_user("guest", "guest");
  const bool done = permit("/", "guest", ".*", ".*", ".*").ok();
  MQLAB_ASSERT(done);
}

void Permissions::add_vhost(std::string_view vhost) {
  vhosts_.emplace(vhost);
}

bool Permissions::has_vhost(std::string_view vhost) const {
  return vhosts_.find(vhost) != vhosts_.end();
}

void Permissions::add_user(std::string_view user, std::string_view password) {
  users_.insert_or_assign(std::string(user), std::string(password));
}

bool Permissions::password_is(std::string_view user, std::string_view password) const {
  const auto found = users_.find(user);
  return found != users_.end() && found->second == password;
}

Result<void> Permissions::permit(std::string_view vhost, std::string_view user,
                                 std::string_view configure, std::string_view write,
                                 std::string_view read) {
  if (!has_vhost(vhost)) {
    return Error{{}, fmt::format("there is no virtual host '{}'", vhost), "add it first"};
  }
  if (users_.find(user) == users_.end()) {
    return Error{{}, fmt::format("there is no user '{}'", user), "add it first"};
  }
  const auto parse = [](std::string_view pattern) {
    return Pattern::parse(pattern.empty() ? "^$" : pattern);
  };
  Result<Pattern> may_configure = parse(configure);
  if (!may_configure) return may_configure.error();
  Result<Pattern> may_write = parse(write);
  if (!may_write) return may_write.error();
  Result<Pattern> may_read = parse(read);
  if (!may_read) return may_read.error();
  const bool everything = configure == ".*" && write == ".*" && read == ".*";
  rights_.insert_or_assign(
      {std::string(vhost), std::string(user)},
      Rights{std::move(*may_configure), std::move(*may_write), std::move(*may_read), everything});
  return {};
}

const Permissions::Rights* Permissions::rights(std::string_view vhost,
                                               std::string_view user) const {
  const auto found = rights_.find({std::string(vhost), std::string(user)});
  return found == rights_.end() ? nullptr : &found->second;
}

bool Permissions::may_enter(std::string_view vhost, std::string_view user) const {
  return rights(vhost, user) != nullptr;
}

bool Permissions::may(Permission permission, Resource resource, std::string_view user) const {
  const Rights* rights_here = rights(resource.vhost, user);
  if (rights_here == nullptr) return false;
  if (rights_here->everything) return true;
  switch (permission) {
    case Permission::configure:
      return rights_here->configure.search(resource.name);
    case Permission::write:
      return rights_here->write.search(resource.name);
    case Permission::read:
      return rights_here->read.search(resource.name);
  }
  return false;
}

std::optional<AmqpError> Access::check(Permission permission, Resource resource) const {
  if (resource.kind == Resource::Kind::exchange && resource.name.empty()) {
    resource.name = "amq.default";
  }
  if (permissions.may(permission, resource, user)) return std::nullopt;
  return errors::access_refused(version, permission, resource, user);
}

std::optional<AmqpError> check_login(const Permissions& permissions, std::string_view user,
                                     std::string_view password, std::string_view vhost) {
  if (!permissions.password_is(user, password)) return errors::login_refused();
  if (!permissions.has_vhost(vhost)) return errors::vhost_missing(vhost);
  if (!permissions.may_enter(vhost, user)) return errors::vhost_refused(vhost, user);
  return std::nullopt;
}

}  // namespace mqlab::broker
