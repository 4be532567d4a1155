// SPDX-License-Identifier: MIT
// Who may do what, and in which words it is refused.
#include "sim/broker/permission.hpp"
#include "tests/catch.hpp"

using namespace mqlab;
using namespace mqlab::broker;

namespace {

Permissions with_lab() {
  Permissions permissions;
  permissions.add_user("lab", "p");
  REQUIRE(permissions.permit("/", "lab", "^mine", "^mine|^amq\\.default$", "").ok());
  return permissions;
}

std::string refusal(const Permissions& permissions, Version version, Permission permission,
                    Resource resource) {
  const Access access{permissions, version, "/", "lab"};
  const auto error = access.check(permission, resource);
  if (!error) return "";
  CHECK(error->code == 403);
  CHECK_FALSE(error->connection);
  return error->text;
}

}  // namespace

TEST_CASE("guest may do everything on the virtual host that is there from the start", "[PERM-1]") {
  const Permissions permissions;
  for (const Permission each : {Permission::configure, Permission::write, Permission::read}) {
    CHECK(permissions.may(each, Resource::queue("anything", "/"), "guest"));
  }
  CHECK_FALSE(check_login(permissions, "guest", "guest", "/"));
}

TEST_CASE("permissions are patterns on names", "[PERM-1]") {
  const Permissions permissions = with_lab();
  const Version v = Version::v4_0;
  CHECK(refusal(permissions, v, Permission::configure, Resource::queue("mine.1", "/")).empty());
  CHECK_FALSE(
      refusal(permissions, v, Permission::configure, Resource::queue("not mine", "/")).empty());
}

TEST_CASE("an empty pattern allows only the empty name", "[PERM-1]") {
  const Permissions permissions = with_lab();
  CHECK_FALSE(permissions.may(Permission::read, Resource::queue("mine", "/"), "lab"));
  CHECK(permissions.may(Permission::read, Resource::queue("", "/"), "lab"));
}

TEST_CASE("the default exchange is called amq.default in permissions", "[PERM-1]") {
  const Permissions permissions = with_lab();
  const Resource exchange = Resource::exchange("", "/");
  CHECK(refusal(permissions, Version::v4_0, Permission::write, exchange).empty());
  CHECK(refusal(permissions, Version::v4_0, Permission::configure, exchange) ==
        "ACCESS_REFUSED - configure access to exchange 'amq.default' in vhost '/' refused for "
        "user 'lab'");
}

TEST_CASE("4.0 says which access is refused, 3.10 does not", "[PERM-1]") {
  const Permissions permissions = with_lab();
  const Resource queue = Resource::queue("open", "/");
  CHECK(refusal(permissions, Version::v3_10, Permission::read, queue) ==
        "ACCESS_REFUSED - access to queue 'open' in vhost '/' refused for user 'lab'");
  CHECK(refusal(permissions, Version::v4_0, Permission::read, queue) ==
        "ACCESS_REFUSED - read access to queue 'open' in vhost '/' refused for user 'lab'");
}

TEST_CASE("a connection needs the password, a virtual host that is there, and rights on it",
          "[ERR-5][PERM-2]") {
  Permissions permissions;
  permissions.add_user("lab", "p");
  permissions.add_vhost("other");
  const auto wrong = check_login(permissions, "lab", "q", "/");
  REQUIRE(wrong);
  CHECK(wrong->code == 403);
  CHECK(wrong->connection);
  CHECK(check_login(permissions, "nobody", "", "/")->code == 403);
  CHECK(check_login(permissions, "lab", "p", "x")->text == "NOT_ALLOWED - vhost x not found");
  const auto refused = check_login(permissions, "lab", "p", "/");
  REQUIRE(refused);
  CHECK(refused->code == 530);
  CHECK(refused->text == "NOT_ALLOWED - access to vhost '/' refused for user 'lab'");
  REQUIRE(permissions.permit("/", "lab", "", "", "").ok());
  CHECK_FALSE(check_login(permissions, "lab", "p", "/"));
  CHECK(check_login(permissions, "lab", "p", "other")->code == 530);
}

TEST_CASE("rights for nobody, nowhere or with a bad pattern are an error") {
  Permissions permissions;
  CHECK_FALSE(permissions.permit("/", "nobody", "", "", "").ok());
  CHECK_FALSE(permissions.permit("nowhere", "guest", "", "", "").ok());
  CHECK_FALSE(permissions.permit("/", "guest", "(", "", "").ok());
  CHECK(permissions.may(Permission::write, Resource::queue("q", "/"), "guest"));
}
