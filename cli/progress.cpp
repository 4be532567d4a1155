// SPDX-License-Identifier: MIT
// When to speak, and the words of it.
#include "cli/progress.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "cli/terminal.hpp"
#include "sim/base/text.hpp"

namespace mqlab::cli {
namespace {

constexpr double kFirstBar = 1;
constexpr double kBarAgain = 0.1;
constexpr double kFirstLine = 5;
constexpr double kLineAgain = 10;
constexpr int kBarWidth = 20;

std::string left_text(double seconds) {
  if (seconds < 90) return fmt::format("{:.0f} s", seconds);
  if (seconds < 5400) return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.1f} h", seconds / 3600);
}

std::string rate_text(double rate) {
  if (rate >= 1e6) return fmt::format("{:.1f} M events/s", rate / 1e6);
  if (rate >= 1e3) return fmt::format("{:.0f} k events/s", rate / 1e3);
  return fmt::format("{:.0f} events/s", rate);
}

}  // namespace

Progress Progress::to_standard_error(bool wanted) {
  const auto start = std::chrono::steady_clock::now();
  Ports ports;
  ports.seconds = [start] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  ports.write = [](const std::string& text) { print_message(text); };
  const Style style = !wanted                        ? Style::silent
                      : ::isatty(STDERR_FILENO) != 0 ? Style::bar
                                                     : Style::lines;
  return {style, std::move(ports)};
}

Progress::Progress(Style style, Ports ports) : style_(style), ports_(std::move(ports)) {
  begun_ = ports_.seconds();
  next_ = begun_ + (style_ == Style::bar ? kFirstBar : kFirstLine);
}

void Progress::begin(std::string name, std::size_t of, Fraction fraction) {
  end();
  ++number_;
  of_ = std::max(of, number_);
  name_ = std::move(name);
  fraction_ = std::move(fraction);
  run_begun_ = ports_.seconds();
}

std::string Progress::text(std::uint64_t events, Time now, double elapsed) const {
  const double seconds = std::max(elapsed - run_begun_, 1e-3);
  const double within = fraction_ ? std::clamp(fraction_(events, now), 0.0, 1.0) : 0;
  const double done = (static_cast<double>(number_ - 1) + within) /
                      static_cast<double>(std::max<std::size_t>(of_, 1));
  std::string out = bar(done);
  if (of_ > 1) out += fmt::format("{} of {}, ", number_, of_);
  out += fmt::format("{}: {} events, {}, at {}", name_, with_thousands(events),
                     rate_text(static_cast<double>(events) / seconds), format_fixed(now));
  if (done > 0.01) {
    out += fmt::format(", {:.0f} %, about {} left", done * 100,
                       left_text((elapsed - begun_) * (1 - done) / done));
  }
  return out;
}

std::string Progress::bar(double done) const {
  if (style_ != Style::bar) return {};
  const auto full = static_cast<std::size_t>(done * kBarWidth);
  return fmt::format("[{}{}] ", std::string(full, '#'), std::string(kBarWidth - full, '.'));
}

bool Progress::due() const {
  return style_ != Style::silent && ports_.seconds() >= next_;
}

void Progress::say(const std::string& words) {
  if (style_ == Style::bar) {
    ports_.write("\r\x1b[K" + words);
    next_ = ports_.seconds() + kBarAgain;
    shown_ = true;
  } else {
    ports_.write("mqlab: " + words + "\n");
    next_ = ports_.seconds() + kLineAgain;
  }
}

void Progress::at(std::uint64_t events, Time now) {
  if (due()) say(text(events, now, ports_.seconds()));
}

void Progress::step(const std::string& name, std::string_view doing, std::uint64_t done,
                    std::uint64_t of) {
  // On a bar that is seen, what is done now replaces what was done before at once.
  const bool other = shown_ && doing != doing_;
  if (!due() && !other) return;
  doing_ = doing;
  if (of == 0) return say(fmt::format("{}{}: {}", bar(0), name, doing));
  const double part = static_cast<double>(done) / static_cast<double>(of);
  say(fmt::format("{}{}: {}, {:.0f} %", bar(part), name, doing, part * 100));
}

void Progress::end() {
  if (!shown_) return;
  ports_.write("\r\x1b[K");
  shown_ = false;
}

}  // namespace mqlab::cli
