// SPDX-License-Identifier: MIT
// Interventions as text, and back.
#include "sim/world/intervention.hpp"

#include <array>

#include <fmt/format.h>

#include "sim/base/assert.hpp"
#include "sim/base/text.hpp"

namespace mqlab::world {

namespace {

constexpr std::array kKinds{Intervention::Kind::kill,
                            Intervention::Kind::stop,
                            Intervention::Kind::power_off,
                            Intervention::Kind::restart,
                            Intervention::Kind::drop_connection,
                            Intervention::Kind::delay};

}  // namespace

std::string intervention_text(const Intervention& intervention) {
  std::string text = fmt::format("{} {}", word(intervention.kind), intervention.name);
  if (intervention.kind == Intervention::Kind::delay) {
    text += " " + format_short(intervention.span);
  }
  return text;
}

Result<Intervention> parse_intervention(std::uint64_t after_event, std::string_view text) {
  const Error malformed{{},
                        fmt::format("'{}' is no intervention", text),
                        "kill NAME, stop NAME, power-off NAME, restart NAME, drop-connection NAME, "
                        "delay NAME TIME"};
  const std::size_t blank = text.find(' ');
  if (blank == std::string_view::npos) return malformed;
  for (const Intervention::Kind kind : kKinds) {
    if (text.substr(0, blank) != word(kind)) continue;
    Intervention intervention{after_event, kind, std::string(text.substr(blank + 1)), {}};
    if (kind != Intervention::Kind::delay) return intervention;
    const std::size_t last = intervention.name.rfind(' ');
    if (last == std::string::npos) return malformed;
    const Result<Duration> span = parse_duration(intervention.name.substr(last + 1));
    if (!span.ok()) return span.error();
    intervention.span = *span;
    intervention.name.resize(last);
    return intervention;
  }
  return malformed;
}

}  // namespace mqlab::world
