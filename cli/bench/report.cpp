// SPDX-License-Identifier: MIT
// Writing measurements, reading baselines.
#include "cli/bench/report.hpp"

#include <fmt/format.h>

#include "cli/files.hpp"

namespace mqlab::bench {
namespace {

using Json = nlohmann::ordered_json;

std::string optional_number(std::optional<double> number) {
  return number ? fmt::format("{:.2f}", *number) : "-";
}

std::string extra_text(const Measured& measured) {
  std::string text;
  for (const auto& [name, value] : measured.extra) {
    text += fmt::format("  {}={}", name,
                        value >= 1000 ? rate_text(value) : fmt::format("{:.3g}", value));
  }
  return text;
}

}  // namespace

std::string rate_text(double rate) {
  constexpr double kThousand = 1e3;
  constexpr double kMillion = 1e6;
  const auto digits = [](double value) {
    return fmt::format("{:.{}f}", value, value < 10 ? 2 : value < 100 ? 1 : 0);
  };
  if (rate >= kMillion) return digits(rate / kMillion) + "M";
  if (rate >= kThousand) return digits(rate / kThousand) + "k";
  return digits(rate);
}

std::string list_text(const std::vector<Workload>& all) {
  std::string text;
  for (const Workload& one : all) {
    std::string sizes;
    for (const std::uint64_t size : one.sizes) sizes += fmt::format(" {}", size);
    text += fmt::format("{:14} {} a second; sizes in {}:{}\n{:14} {}\n", one.name, one.operation,
                        one.size_unit, sizes, "", one.what);
  }
  return text;
}

std::string heading_text(const Machine& machine, bool with_baseline) {
  return fmt::format(
      "{}, {} cores, built with {}; operations a second of processor time\n\n"
      "{:22} {:>8} {:>17} {:>9} {:>9}  {:16}{}\n",
      machine.cpu, machine.cores, machine.compiler, "workload", "median", "min..max", "bytes/obj",
      "allocs/op", "fingerprint", with_baseline ? "  ratio" : "");
}

std::string line_text(const Measured& measured, const Earlier* earlier) {
  const Range& rate = measured.ops_per_cpu_s;
  std::string ratio;
  if (earlier != nullptr && earlier->median > 0) {
    ratio = fmt::format("  {:5.2f}", rate.median / earlier->median);
  }
  if (differs(measured, earlier)) ratio += "  FINGERPRINT DIFFERS: " + earlier->fingerprint;
  return fmt::format(
      "{:22} {:>8} {:>17} {:>9} {:>9}  {:16}{}{}\n", measured.name, rate_text(rate.median),
      fmt::format("{}..{}", rate_text(rate.min), rate_text(rate.max)),
      measured.object.empty() ? "-" : fmt::format("{:.1f}", measured.bytes_per_object),
      optional_number(measured.allocs_per_op), measured.fingerprint, ratio, extra_text(measured));
}

Json results_json(const Machine& machine, const std::vector<Measured>& all,
                  const Baseline& baseline) {
  Json results = Json::array();
  for (const Measured& one : all) {
    Json result;
    result["name"] = one.name;
    result["operation"] = one.operation;
    result["ops_per_cpu_s"] = {{"median", one.ops_per_cpu_s.median},
                               {"min", one.ops_per_cpu_s.min},
                               {"max", one.ops_per_cpu_s.max}};
    result["bytes_per_object"] = one.object.empty() ? Json() : Json(one.bytes_per_object);
    result["allocs_per_op"] = one.allocs_per_op ? Json(*one.allocs_per_op) : Json();
    result["fingerprint"] = one.fingerprint;
    for (const auto& [name, value] : one.extra) result["extra"][name] = value;
    const Earlier* const earlier = find(baseline, one.name);
    if (earlier != nullptr && earlier->median > 0) {
      result["ratio"] = one.ops_per_cpu_s.median / earlier->median;
      result["same_fingerprint"] = !differs(one, earlier);
    }
    results.push_back(std::move(result));
  }
  return {
      {"machine", {{"cpu", machine.cpu}, {"cores", machine.cores}, {"compiler", machine.compiler}}},
      {"results", std::move(results)}};
}

Result<Baseline> read_baseline(const std::string& path) {
  const Result<std::string> text = cli::read_file(path, kMaxResultsBytes);
  if (!text.ok()) return text.error();
  const auto bad = [&](std::string_view what) {
    return Error{{path, 0}, std::string(what), "write one with mqlab bench --json"};
  };
  const Json json = Json::parse(*text, nullptr, false);
  if (json.is_discarded() || !json.is_object() || !json.contains("results") ||
      !json["results"].is_array()) {
    return bad("this is no result of mqlab bench");
  }
  Baseline baseline;
  for (const Json& result : json["results"]) {
    const Json median = result.value("/ops_per_cpu_s/median"_json_pointer, Json());
    if (!result.value("name", Json()).is_string() || !median.is_number()) {
      return bad("a result has no name or no /ops_per_cpu_s/median");
    }
    const Json fingerprint = result.value("fingerprint", Json());
    baseline[result["name"].get<std::string>()] = {
        median.get<double>(),
        fingerprint.is_string() ? fingerprint.get<std::string>() : std::string()};
  }
  return baseline;
}

const Earlier* find(const Baseline& baseline, const std::string& name) {
  const auto found = baseline.find(name);
  return found == baseline.end() ? nullptr : &found->second;
}

bool differs(const Measured& measured, const Earlier* earlier) {
  return earlier != nullptr && !earlier->fingerprint.empty() &&
         earlier->fingerprint != measured.fingerprint;
}

}  // namespace mqlab::bench
