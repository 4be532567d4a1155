// SPDX-License-Identifier: MIT
// How far a long command is: a bar on a terminal, a line now and then elsewhere, on standard error.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "sim/base/time.hpp"

namespace mqlab::cli {

// Says nothing about what is quick. Never part of a result: it looks at the wall clock.
class Progress {
 public:
  enum class Style : std::uint8_t {
    silent,
    bar,    // one line that is written again and again, from the second second on
    lines,  // whole lines: the first after five seconds, then every ten
  };
  struct Ports {
    std::function<double()> seconds;                // since any instant; never goes back
    std::function<void(const std::string&)> write;  // to standard error
  };

  // As standard error is: a bar if it is a terminal.
  static Progress to_standard_error(bool wanted);
  Progress(Style style, Ports ports);

  // The next of `of` runs begins. `fraction` of a run tells how much of it is done, from 0 to 1, if
  // that can be known at all.
  using Fraction = std::function<double(std::uint64_t events, Time now)>;
  void begin(std::string name, std::size_t of, Fraction fraction = {});
  // The run that goes on has come so far. Cheap enough for every few thousand events.
  void at(std::uint64_t events, Time now);
  // What comes after a run, or needs none: "shop.lua: writing its report", or with how much of it
  // is done.
  void step(const std::string& name, std::string_view doing, std::uint64_t done = 0,
            std::uint64_t of = 0);
  // It ended: takes the bar away.
  void end();

 private:
  // Whether it is time to speak.
  bool due() const;
  void say(const std::string& words);
  std::string text(std::uint64_t events, Time now, double elapsed) const;
  std::string bar(double done) const;

  Style style_;
  Ports ports_;
  double begun_ = 0;      // the command
  double run_begun_ = 0;  // the run that goes on
  double next_ = 0;       // when there is something to say again
  std::size_t number_ = 0;
  std::size_t of_ = 0;
  std::string name_;
  Fraction fraction_;
  std::string doing_;  // the step that was told last
  bool shown_ = false;
};

}  // namespace mqlab::cli
