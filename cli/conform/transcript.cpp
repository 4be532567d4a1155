// SPDX-License-Identifier: MIT
// Reading and writing of transcript files.
#include "cli/conform/transcript.hpp"

#include <array>
#include <fstream>
#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace mqlab::conform {

namespace {

constexpr std::string_view kTranscript = "mqlab-transcript/1";
constexpr std::string_view kCase = "mqlab-case/1";

Error wrong(std::string what, std::string hint = "") {
  return Error{{}, std::move(what), std::move(hint)};
}

// Lines on which the elements of the outermost object's "steps" begin. The text is valid JSON.
std::vector<int> step_lines(std::string_view text) {
  std::vector<int> lines;
  int line = 1;
  int depth = 0;
  bool quoted = false;
  bool in_steps = false;
  std::size_t quote = 0;
  std::string_view last;  // the text last closed at depth 1
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\n') ++line;
    if (quoted) {
      if (c == '\\') ++at;
      if (c == '"') {
        quoted = false;
        if (depth == 1) last = text.substr(quote + 1, at - quote - 1);
      }
      continue;
    }
    if (c == '"') {
      quoted = true;
      quote = at;
      if (in_steps && depth == 2) lines.push_back(line);
    } else if (c == '{' || c == '[') {
      if (depth == 1) in_steps = c == '[' && last == "steps";
      if (in_steps && depth == 2) lines.push_back(line);
      ++depth;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return lines;
}

Result<Step> read_step(Json json, Form form, bool inside_burst) {
  const auto checked = check_members(json, form);
  if (!checked) return checked.error();
  Step step;
  step.op = json["op"].get<std::string>();
  if (json.contains("steps") != (step.op == "burst")) {
    return wrong(step.op == "burst" ? "a burst needs \"steps\"" : "only a burst has \"steps\"");
  }
  if (step.op == "burst") {
    if (!json["steps"].is_array()) return wrong("\"steps\" of a burst is a list");
    for (Json& inner : json["steps"]) {
      auto read = read_step(std::move(inner), form, true);
      if (!read) return wrong("in a burst: " + read.error().what, read.error().hint);
      if (*scope_of(read->op) != Scope::channel) {
        return wrong(fmt::format("{} cannot be part of a burst", read->op));
      }
      step.steps.push_back(std::move(*read));
    }
    json.erase("steps");
  }
  const bool observes = form == Form::transcript && !inside_burst;
  if (json.contains("observed") != observes) {
    return wrong(observes ? "a step of a transcript needs \"observed\""
                          : "there is no \"observed\" in a case or inside a burst");
  }
  if (observes) {
    const auto shape = check_observed(json["observed"]);
    if (!shape) return shape.error();
    step.observed = std::move(json["observed"]);
    json.erase("observed");
  }
  step.members = std::move(json);
  return step;
}

Result<void> read_header(Json& json, Transcript& into) {
  const auto text = [&json](const char* member) {
    return json.contains(member) && json[member].is_string();
  };
  if (!text("name")) return wrong("\"name\" must be a text");
  into.name = json["name"].get<std::string>();
  if (text("title")) into.title = json["title"].get<std::string>();
  if (json.contains("rules")) {
    if (!json["rules"].is_array()) return wrong("\"rules\" must be a list of rule ids");
    for (const Json& rule : json["rules"]) {
      if (!rule.is_string()) return wrong("\"rules\" must be a list of rule ids");
      into.rules.push_back(rule.get<std::string>());
    }
  }
  for (const char* flag : {"exclusive", "drop_skipped"}) {
    if (json.contains(flag) && !json[flag].is_boolean()) {
      return wrong(fmt::format("\"{}\" must be true or false", flag));
    }
  }
  into.exclusive = json.value("exclusive", false);
  into.drop_skipped = json.value("drop_skipped", false);
  if (json.contains("seed")) {
    if (!json["seed"].is_number_unsigned()) return wrong("\"seed\" must be a number");
    into.seed = json["seed"].get<std::uint64_t>();
  }
  if (into.form == Form::transcript) {
    const bool named = json.contains("broker") && json["broker"].is_object() &&
                       json["broker"].contains("version") && json["broker"]["version"].is_string();
    if (!named) return wrong("\"broker\" must name the version of the broker that was recorded");
    into.version = json["broker"]["version"].get<std::string>();
    const bool quiet = json.contains("settle_ms") && json["settle_ms"].is_number_unsigned() &&
                       json["settle_ms"].get<std::uint64_t>() < 1'000'000;
    if (json.contains("settle_ms") && !quiet) return wrong("\"settle_ms\" must be a number");
    if (quiet) into.settle_ms = json["settle_ms"].get<int>();
  }
  return {};
}

Result<Form> read_format(const Json& json) {
  if (!json.is_object()) return wrong("a transcript is an object");
  if (!json.contains("format") || !json["format"].is_string()) {
    return wrong("\"format\" is missing", fmt::format("expected \"{}\"", kTranscript));
  }
  const std::string format = json["format"].get<std::string>();
  if (format == kTranscript) return Form::transcript;
  if (format == kCase) return Form::case_;
  return wrong(fmt::format("the format \"{}\" is not known", format),
               fmt::format("this program reads \"{}\" and \"{}\"", kTranscript, kCase));
}

Json without_known(Json json) {
  for (const char* known : {"format", "name", "rules", "title", "broker", "settle_ms", "seed",
                            "drop_skipped", "exclusive", "steps"}) {
    json.erase(known);
  }
  return json;
}

}  // namespace

std::string Step::text(const char* member) const {
  const auto found = members.find(member);
  return found != members.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool Step::flag(const char* member) const {
  const auto found = members.find(member);
  return found != members.end() && found->is_boolean() && found->get<bool>();
}

std::uint64_t Step::number(const char* member) const {
  const auto found = members.find(member);
  return found != members.end() && found->is_number_integer() ? found->get<std::uint64_t>() : 0;
}

Json Step::object(const char* member) const {
  const auto found = members.find(member);
  return found != members.end() && found->is_object() ? *found : Json::object();
}

Result<Transcript> read_transcript(std::string_view text, const std::string& file) {
  auto parsed = parse_json(text, file);
  if (!parsed) return parsed.error();
  Json& json = *parsed;
  const auto placed = [&file](Error error, int line) {
    error.place = {file, line};
    return error;
  };
  const auto form = read_format(json);
  if (!form) return placed(form.error(), 1);
  Transcript transcript;
  transcript.form = form.value();
  const auto header = read_header(json, transcript);
  if (!header) return placed(header.error(), 1);
  if (!json.contains("steps") || !json["steps"].is_array()) {
    return placed(wrong("\"steps\" must be a list"), 1);
  }
  const std::vector<int> lines = step_lines(text);
  for (std::size_t i = 0; i < json["steps"].size(); ++i) {
    const int line = i < lines.size() ? lines[i] : 0;
    auto step = read_step(std::move(json["steps"][i]), transcript.form, false);
    if (!step) {
      Error error = step.error();
      error.what = fmt::format("step {}: {}", i + 1, error.what);
      return placed(error, line);
    }
    step->line = line;
    transcript.steps.push_back(std::move(*step));
  }
  transcript.others = without_known(std::move(json));
  return transcript;
}

Result<Transcript> load_transcript(const std::filesystem::path& path) {
  std::error_code failed;
  if (!std::filesystem::is_regular_file(path, failed)) {
    return Error{{path.string(), 0}, "there is no such file", ""};
  }
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error{{path.string(), 0}, "this file cannot be opened", "may you read it?"};
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (text.empty()) return Error{{path.string(), 0}, "this file is empty", ""};
  return read_transcript(text, path.string());
}

namespace {

Json whole_step(const Step& step, Form form) {
  Json json = step.members;
  if (step.op == "burst") {
    json["steps"] = Json::array();
    for (const Step& inner : step.steps) json["steps"].push_back(whole_step(inner, Form::case_));
  }
  if (form == Form::transcript) json["observed"] = step.observed;
  return json;
}

}  // namespace

std::string write_transcript(const Transcript& transcript) {
  const bool observed = transcript.form == Form::transcript;
  Json header;
  header["format"] = observed ? kTranscript : kCase;
  header["name"] = transcript.name;
  header["rules"] = transcript.rules;
  header["title"] = transcript.title;
  if (observed) {
    header["broker"] = Json{{"product", "RabbitMQ"}, {"version", transcript.version}};
    header["settle_ms"] = transcript.settle_ms;
  }
  if (transcript.seed) header["seed"] = *transcript.seed;
  if (transcript.drop_skipped) header["drop_skipped"] = true;
  if (transcript.exclusive) header["exclusive"] = true;
  for (const auto& item : transcript.others.items()) header[item.key()] = item.value();
  std::string out = "{\n";
  for (const auto& item : header.items()) {
    out += fmt::format(" {}: {},\n", to_line(item.key()), to_line(item.value()));
  }
  out += " \"steps\": [";
  std::string_view separator = "\n";
  for (const Step& step : transcript.steps) {
    out += fmt::format("{}  {}", separator, to_line(whole_step(step, transcript.form)));
    separator = ",\n";
  }
  out += "\n ]\n}\n";
  return out;
}

}  // namespace mqlab::conform
