// SPDX-License-Identifier: MIT
// Steps carried out on a live broker.
#include "cli/conform/live/live_side.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <poll.h>

namespace mqlab::conform {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kPatienceMs = 3000;  // for answers that are due

}  // namespace

LiveSide::LiveSide(Address address, const Console& console, std::string vhost, int quiet_ms)
    : address_(std::move(address)),
      console_(console),
      vhost_(console.is_there() ? std::move(vhost) : address_.vhost),
      quiet_ms_(quiet_ms) {
  address_.vhost = vhost_;
  if (vhost_ != "/") client_.normal().replace(vhost_, "/");
}

LiveSide::~LiveSide() {
  wires_.clear();
  if (console_.is_there()) static_cast<void>(console_.delete_vhost(vhost_).ok());
}

Result<void> LiveSide::begin() {
  if (!console_.is_there()) return {};
  return console_.make_vhost(vhost_);
}

Result<Json> LiveSide::perform(const Step& step) {
  if (auto why = client_.why_not(step)) return Json{{"skipped", *why}};
  client_.begin();
  Step actual = step;
  client_.normal().denormalise(actual.members);
  for (Step& method : actual.steps) client_.normal().denormalise(method.members);
  const auto sent = send(actual);
  if (!sent) return sent.error();
  const int patience = static_cast<int>(step.number("reply_timeout"));
  settle(patience > 0 ? patience : kPatienceMs);
  return client_.observation(step);
}

Result<void> LiveSide::send(const Step& step) {
  if (step.op == "burst") {
    for (auto& [name, wire] : wires_) wire->hold(true);
    for (const Step& method : step.steps) {
      client_.sending(method);
      wires_[method.text("conn")]->send(method);
    }
    for (auto& [name, wire] : wires_) wire->hold(false);
    return {};
  }
  client_.sending(step);
  if (*scope_of(step.op) == Scope::channel) {
    wires_[step.text("conn")]->send(step);
    return {};
  }
  if (*scope_of(step.op) == Scope::connection) return send_to_connection(step);
  if (step.op == "wait") {
    const auto end = Clock::now() + std::chrono::milliseconds(step.number("ms"));
    while (Clock::now() < end) {
      read_all();
      poll(nullptr, 0, 5);
    }
    return {};
  }
  if (!console_.is_there()) {
    return Error{{},
                 fmt::format("{} needs the broker's console", step.op),
                 "only a node of your own has one"};
  }
  if (step.op != "inspect") {
    return console_.control(step, vhost_, vhost_ + "/" + step.text("conn"));
  }
  auto seen = console_.inspect(vhost_);
  if (!seen) return seen.error();
  client_.inspected(std::move(*seen));
  return {};
}

Result<void> LiveSide::send_to_connection(const Step& step) {
  const std::string name = step.text("conn");
  if (step.op == "connection.open") {
    auto wire = Wire::open(step, address_, vhost_ + "/" + name, client_);
    if (!wire) return wire.error();
    if (*wire != nullptr) {
      version_ = (*wire)->broker_version();
      wires_[name] = std::move(*wire);
    }
    return {};
  }
  if (step.op == "connection.drop") {
    wires_[name]->drop(step.text("how") != "fin");
    wires_.erase(name);
    return {};
  }
  wires_[name]->close();
  wires_.erase(name);
  client_.reply(name, 0, Json{{"m", "connection.close-ok"}});
  return {};
}

bool LiveSide::read_all() {
  bool any = false;
  for (auto each = wires_.begin(); each != wires_.end();) {
    Wire::Read read = Wire::Read::frame;
    while (read == Wire::Read::frame) {
      read = each->second->read(client_);
      any |= read != Wire::Read::nothing;
    }
    each = read == Wire::Read::end ? wires_.erase(each) : std::next(each);
  }
  return any;
}

void LiveSide::settle(int at_most_ms) {
  const auto start = Clock::now();
  auto last = start;
  while (true) {
    if (read_all()) last = Clock::now();
    const auto now = Clock::now();
    const bool quiet = now - last >= std::chrono::milliseconds(quiet_ms_);
    const bool due = client_.awaits_replies() || client_.awaits_confirms();
    if (quiet && (!due || now - start >= std::chrono::milliseconds(at_most_ms))) return;
    std::vector<pollfd> sockets;
    for (const auto& [name, wire] : wires_) sockets.push_back({wire->socket(), POLLIN, 0});
    poll(sockets.data(), sockets.size(), std::max(1, quiet_ms_ / 4));
  }
}

}  // namespace mqlab::conform
