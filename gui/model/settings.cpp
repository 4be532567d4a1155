// SPDX-License-Identifier: MIT
// The window's settings as a file.
#include "gui/model/settings.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/files.hpp"

namespace mqlab::gui {

namespace fs = std::filesystem;

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostBytes = std::size_t{1} << 20;
constexpr std::size_t kMostThings = 5000;
constexpr std::array<const char*, 4> kParts{"publisher", "exchange", "queue", "consumer"};

Error damaged(const std::string& path, const std::string& what) {
  return {Place{path, 0}, what, "mend it or delete it"};
}

// Reads one word of an object into `to`; false if it is there and something else than it should be.
bool take(const Json& from, const char* key, bool& to) {
  const auto found = from.find(key);
  if (found == from.end()) return true;
  if (!found->is_boolean()) return false;
  to = found->get<bool>();
  return true;
}

template <typename Number>
bool take(const Json& from, const char* key, Number& to, double low, double high) {
  const auto found = from.find(key);
  if (found == from.end()) return true;
  if (!found->is_number()) return false;
  // Numbers that JSON cannot hold are infinite, and cut as others are.
  to = static_cast<Number>(std::clamp(found->get<double>(), low, high));
  return true;
}

bool take(const Json& from, const char* key, std::string& to) {
  const auto found = from.find(key);
  if (found == from.end() || !found->is_string()) return false;
  to = found->get<std::string>();
  return true;
}

bool take_thing(const Json& from, PutThing& thing) {
  std::string part;
  if (!from.is_object() || !take(from, "scenario", thing.file) || !take(from, "name", thing.name) ||
      !take(from, "part", part)) {
    return false;
  }
  const auto known = std::find(kParts.begin(), kParts.end(), part);
  if (known == kParts.end()) return false;
  thing.part = static_cast<observe::Layout::Part>(known - kParts.begin());
  return take(from, "x", thing.at.x, 0, Places::kFarthest) &&
         take(from, "y", thing.at.y, 0, Places::kFarthest);
}

}  // namespace

std::string settings_path() {
  const auto folder = [](const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string{} : std::string(value);
  };
  const std::string config = folder("XDG_CONFIG_HOME");
  if (config.starts_with('/')) return config + "/mqlab/window.json";
  const std::string home = folder("HOME");
  return home.starts_with('/') ? home + "/.config/mqlab/window.json" : std::string{};
}

Result<Settings> read_settings(const std::string& path) {
  std::error_code code;
  if (!fs::exists(fs::symlink_status(path, code))) return Settings{};
  const Result<std::string> text = cli::read_file(path, kMostBytes);
  if (!text.ok()) return text.error();
  const Json json = Json::parse(*text, nullptr, false);
  if (!json.is_object()) return damaged(path, "this is no file of settings");
  Settings settings;
  std::string language = "en";
  const bool said = !json.contains("language") || take(json, "language", language);
  const bool fine = said && take(json, "dark", settings.dark) &&
                    take(json, "reduced_motion", settings.reduced_motion) &&
                    take(json, "scale", settings.scale, 0, 3) &&
                    take(json, "left", settings.left, 0, 4000) &&
                    take(json, "right", settings.right, 0, 4000) &&
                    take(json, "below", settings.below, 0, 4000) &&
                    take(json, "width", settings.width, 0, 8192) &&
                    take(json, "height", settings.height, 0, 8192);
  if (!fine) return damaged(path, "a setting is not of its kind");
  settings.chinese = language == "zh";
  const auto things = json.find("things");
  if (things == json.end()) return settings;
  if (!things->is_array()) return damaged(path, "'things' is no list");
  for (const Json& one : *things) {
    PutThing thing;
    if (!take_thing(one, thing)) return damaged(path, "one of the things is not told as it should");
    settings.things.push_back(std::move(thing));
    if (settings.things.size() == kMostThings) break;
  }
  return settings;
}

Result<void> write_settings(const std::string& path, const Settings& settings) {
  Json things = Json::array();
  for (const PutThing& thing : settings.things) {
    std::error_code code;
    if (!fs::exists(thing.file, code) || things.size() == kMostThings) continue;
    things.push_back({{"scenario", thing.file},
                      {"part", kParts.at(static_cast<std::size_t>(thing.part))},
                      {"name", thing.name},
                      {"x", thing.at.x},
                      {"y", thing.at.y}});
  }
  const Json json{{"language", settings.chinese ? "zh" : "en"},
                  {"dark", settings.dark},
                  {"reduced_motion", settings.reduced_motion},
                  {"scale", settings.scale},
                  {"left", settings.left},
                  {"right", settings.right},
                  {"below", settings.below},
                  {"width", settings.width},
                  {"height", settings.height},
                  {"things", things}};
  std::error_code code;
  const fs::path folder = fs::path(path).parent_path();
  if (!folder.empty()) fs::create_directories(folder, code);
  // Names may hold bytes that are no UTF-8.
  return cli::write_file(path, json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace mqlab::gui
