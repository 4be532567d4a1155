// SPDX-License-Identifier: MIT
// Built in place of the live judge where there is no librabbitmq.
#include <ostream>

#include "cli/conform/live.hpp"

namespace mqlab::conform {

namespace {

int say_missing(std::ostream& err) {
  err << "mqlab: built without librabbitmq, it cannot talk to a broker "
         "(install librabbitmq-dev and build again)\n";
  return 2;
}

}  // namespace

int conform_live(const LiveOptions&, std::ostream&, std::ostream& err) {
  return say_missing(err);
}

int record_live(const std::vector<std::string>&, const LiveOptions&, std::ostream&,
                std::ostream& err) {
  return say_missing(err);
}

}  // namespace mqlab::conform
