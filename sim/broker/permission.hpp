// SPDX-License-Identifier: MIT
// Users, virtual hosts and what each may do (PERM-1, PERM-2).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "sim/base/result.hpp"
#include "sim/broker/amqp_error.hpp"
#include "sim/broker/pattern.hpp"
#include "sim/broker/version.hpp"

namespace mqlab::broker {

// Begins with the virtual host "/" and the user guest/guest, who may do everything there.
class Permissions {
 public:
  Permissions();

  void add_vhost(std::string_view vhost);
  bool has_vhost(std::string_view vhost) const;

  // Adds a user without any rights, or changes the password.
  void add_user(std::string_view user, std::string_view password);
  bool password_is(std::string_view user, std::string_view password) const;

  // What a user may do on a virtual host: patterns on names. An empty pattern allows only the empty
  // name. Error if the user or the virtual host is missing or a pattern is malformed.
  Result<void> permit(std::string_view vhost, std::string_view user, std::string_view configure,
                      std::string_view write, std::string_view read);

  // Whether the user has rights on the virtual host at all (PERM-2).
  bool may_enter(std::string_view vhost, std::string_view user) const;
  bool may(Permission permission, Resource resource, std::string_view user) const;

 private:
  struct Rights {
    Pattern configure;
    Pattern write;
    Pattern read;
    bool everything = false;  // all three are ".*": nothing to match
  };
  const Rights* rights(std::string_view vhost, std::string_view user) const;

  std::set<std::string, std::less<>> vhosts_;
  std::map<std::string, std::string, std::less<>> users_;         // name to password
  std::map<std::pair<std::string, std::string>, Rights> rights_;  // by (vhost, user)
};

// Who asks, and where: what every check of a channel's method needs.
struct Access {
  const Permissions& permissions;
  Version version;
  std::string_view vhost;
  std::string_view user;

  // The error if the user has not this permission. The default exchange is called amq.default.
  std::optional<AmqpError> check(Permission permission, Resource resource) const;
};

// The error of a connection.open: wrong password (ERR-5), no such virtual host, no rights there.
std::optional<AmqpError> check_login(const Permissions& permissions, std::string_view user,
                                     std::string_view password, std::string_view vhost);

}  // namespace mqlab::broker
