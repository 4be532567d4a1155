// SPDX-License-Identifier: MIT
// Finding and replacing the names that servers make.
#include "cli/conform/normal.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace mqlab::conform {

namespace {

constexpr std::string_view kQueue = "amq.gen-";
constexpr std::string_view kTag = "amq.ctag-";
constexpr std::string_view kReplyTo = "amq.rabbitmq.reply-to.";
constexpr std::string_view kShownReplyTo = "amq.rabbitmq.reply-to.*";
constexpr std::size_t kRandomPart = 22;  // of a name that the server made (DECL-10, CONS-9)

bool is_token(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
         c == '_';
}

// How many characters from `at` on can belong to a name that a server made.
std::size_t token_length(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_token(text[end])) ++end;
  return end - at;
}

// "<0.123.0>" from `at` on: its length, or 0.
std::size_t pid_length(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  int dots = 0;
  while (end < text.size() && ((text[end] >= '0' && text[end] <= '9') || text[end] == '.')) {
    dots += text[end] == '.' ? 1 : 0;
    ++end;
  }
  return end < text.size() && text[end] == '>' && dots == 2 ? end + 1 - at : 0;
}

bool starts(std::string_view text, std::size_t at, std::string_view prefix) {
  return text.substr(at, prefix.size()) == prefix;
}

}  // namespace

void Normal::replace(std::string actual, std::string shown) {
  replaced_.emplace_back(std::move(actual), std::move(shown));
}

std::string Normal::numbered(std::string_view prefix, std::string_view name) {
  const auto found = shown_.find(name);
  if (found != shown_.end()) return found->second;
  int& count = prefix == kQueue ? generated_queues_ : generated_tags_;
  const std::string shown = fmt::format("{}{}", prefix, ++count);
  shown_.emplace(name, shown);
  actual_.emplace(shown, name);
  return shown;
}

std::string Normal::shown(std::string_view text) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t taken = 0;
    for (const std::string_view prefix : {kQueue, kTag}) {
      if (!starts(text, at, prefix)) continue;
      if (token_length(text, at + prefix.size()) != kRandomPart) continue;
      taken = prefix.size() + kRandomPart;
      out += numbered(prefix, text.substr(at, taken));
    }
    if (taken == 0 && starts(text, at, kReplyTo)) {
      taken = kReplyTo.size();
      while (at + taken < text.size() && text[at + taken] != '\'' && text[at + taken] != ' ') {
        ++taken;
      }
      actual_[std::string(kShownReplyTo)] = text.substr(at, taken);
      out += kShownReplyTo;
    }
    if (taken == 0 && text[at] == '<') {
      taken = pid_length(text, at);
      if (taken > 0) out += "<PID>";
    }
    for (const auto& [actual, shown] : replaced_) {
      if (taken > 0 || !starts(text, at, actual)) continue;
      taken = actual.size();
      out += shown;
    }
    if (taken == 0) {
      out += text[at];
      taken = 1;
    }
    at += taken;
  }
  return out;
}

std::string Normal::actual(std::string_view text) const {
  if (text == kShownReplyTo) {
    const auto found = actual_.find(kShownReplyTo);
    return std::string(found == actual_.end() ? text : found->second);
  }
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t taken = 0;
    for (const std::string_view prefix : {kQueue, kTag}) {
      if (!starts(text, at, prefix)) continue;
      const std::size_t length = prefix.size() + token_length(text, at + prefix.size());
      const auto found = actual_.find(text.substr(at, length));
      if (found == actual_.end()) continue;
      out += found->second;
      taken = length;
    }
    if (taken == 0) {
      out += text[at];
      taken = 1;
    }
    at += taken;
  }
  return out;
}

void Normal::normalise(Json& value) {
  if (value.is_string()) {
    value = shown(value.get_ref<const std::string&>());
  } else if (value.is_array()) {
    for (Json& member : value) normalise(member);
  } else if (value.is_object()) {
    Json renamed = Json::object();
    for (auto& item : value.items()) {
      normalise(item.value());
      renamed[shown(item.key())] = std::move(item.value());
    }
    value = std::move(renamed);
  }
}

void Normal::denormalise(Json& value) const {
  if (value.is_string()) {
    value = actual(value.get_ref<const std::string&>());
  } else if (value.is_structured()) {
    for (auto& item : value.items()) denormalise(item.value());
  }
}

void Normal::hide_times(Json& props) {
  const auto headers = props.find("headers");
  if (headers == props.end() || !headers->contains("x-death")) return;
  Json& deaths = (*headers)["x-death"];
  if (deaths[0] != "A") return;
  for (Json& entry : deaths[1]) {
    if (entry[0] != "F" || !entry[1].contains("time") || entry[1]["time"][0] != "T") continue;
    entry[1]["time"] = Json::array({"T", "T"});
  }
}

}  // namespace mqlab::conform
