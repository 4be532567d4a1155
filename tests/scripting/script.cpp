// SPDX-License-Identifier: MIT
// Running small scenario scripts.
#include "tests/scripting/script.hpp"

namespace mqlab::scripting::test {

const char* const kTop = R"(lab { title = "x" } rabbit = broker "rabbit" q = rabbit:queue "q" )";

Request request_for(const std::string& body) {
  Request request;
  request.main = Source{"lab.lua", std::string(kTop) + "\n" + body};
  request.verify_each_event = true;
  return request;
}

Report run(const std::string& body) {
  return run_scenario(request_for(body));
}

std::string error_of(const Report& report) {
  if (!report.bug.empty()) return "bug: " + report.bug;
  return report.error ? report.error->text() : "";
}

std::string error(const std::string& body) {
  return error_of(run(body));
}

std::string outcome_of(const Report& report) {
  const std::string problem = error_of(report);
  if (!problem.empty()) return problem;
  for (const Check& check : report.checks) {
    if (check.verdict != Verdict::pass)
      return check.text + ": " + check.why.in(observe::Language::english);
  }
  if (report.verdict == Verdict::unknown) return report.verdict_why.in(observe::Language::english);
  return std::string(word(report.verdict));
}

std::string outcome(const std::string& body) {
  return outcome_of(run(body));
}

std::string printed(const std::string& body) {
  const Report report = run(body);
  std::string text = error_of(report);
  for (const std::string& line : report.printed) text += line + "\n";
  return text;
}

}  // namespace mqlab::scripting::test
