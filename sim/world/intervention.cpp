// SPDX-License-Identifier: MIT
// Interventions as text, and back.
#include "sim/world/intervention.hpp"

#include <array>
#include <optional>

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
                            Intervention::Kind::delay,
                            Intervention::Kind::hold,
                            Intervention::Kind::release,
                            Intervention::Kind::partition,
                            Intervention::Kind::partition_to_broker,
                            Intervention::Kind::partition_to_client,
                            Intervention::Kind::heal,
                            Intervention::Kind::clog,
                            Intervention::Kind::slow_disk};

bool has_span(Intervention::Kind kind) {
  return kind == Intervention::Kind::delay || kind == Intervention::Kind::slow_disk;
}

// "shop > rabbit": a link with both of its ends.
void split_name(Intervention& intervention) {
  constexpr std::string_view kArrow = " > ";
  const std::size_t arrow = intervention.name.rfind(kArrow);
  if (arrow == std::string::npos) return;
  intervention.peer = intervention.name.substr(arrow + kArrow.size());
  intervention.name.resize(arrow);
}

// Whole digits, at most eighteen of them.
std::optional<std::uint64_t> parse_rate(std::string_view text) {
  if (text.empty() || text.size() > 18) return std::nullopt;
  std::uint64_t rate = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return std::nullopt;
    rate = rate * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  return rate;
}

}  // namespace

std::string intervention_text(const Intervention& intervention) {
  std::string text = fmt::format("{} {}", word(intervention.kind), intervention.name);
  if (!intervention.peer.empty()) text += " > " + intervention.peer;
  if (has_span(intervention.kind)) text += " " + format_short(intervention.span);
  if (intervention.kind == Intervention::Kind::clog) {
    text += fmt::format(" {}", intervention.rate);
  }
  return text;
}

Result<Intervention> parse_intervention(std::uint64_t after_event, std::string_view text) {
  const Error malformed{{},
                        fmt::format("'{}' is no intervention", text),
                        "kill NAME, stop NAME, power-off NAME, restart NAME, drop-connection NAME, "
                        "delay NAME TIME, hold NAME, release NAME, partition NAME, "
                        "partition-to-broker NAME, partition-to-client NAME, heal NAME, "
                        "clog NAME BYTES, slow-disk NAME TIME; of links also NAME > BROKER"};
  const std::size_t blank = text.find(' ');
  if (blank == std::string_view::npos) return malformed;
  for (const Intervention::Kind kind : kKinds) {
    if (text.substr(0, blank) != word(kind)) continue;
    Intervention intervention{after_event, kind, std::string(text.substr(blank + 1)), {}, 0};
    const bool clogs = kind == Intervention::Kind::clog;
    if (!has_span(kind) && !clogs) {
      split_name(intervention);
      return intervention;
    }
    const std::size_t last = intervention.name.rfind(' ');
    if (last == std::string::npos) return malformed;
    if (clogs) {
      const auto rate = parse_rate(std::string_view(intervention.name).substr(last + 1));
      if (!rate) return malformed;
      intervention.rate = *rate;
      intervention.name.resize(last);
      split_name(intervention);
      return intervention;
    }
    const Result<Duration> span = parse_duration(intervention.name.substr(last + 1));
    if (!span.ok()) return span.error();
    intervention.span = *span;
    intervention.name.resize(last);
    split_name(intervention);
    return intervention;
  }
  return malformed;
}

}  // namespace mqlab::world
