// SPDX-License-Identifier: MIT
// Steps of random cases.
#include "cli/conform/case_maker.hpp"

#include <fmt/format.h>

namespace mqlab::conform {

CaseMaker::CaseMaker(const RandomCaseOptions& options)
    : options_(options), random_(options.seed, "conform") {}

std::string CaseMaker::named(std::string_view kind, std::uint64_t number) const {
  return fmt::format("{}{}{}", options_.prefix, kind, number);
}

void CaseMaker::add(const char* op, Json members) {
  steps_.push_back(step_of(op, std::move(members)));
}

void CaseMaker::on(ChannelName at, const char* op, Json members) {
  add(op, with(at, std::move(members)));
}

void CaseMaker::open(ChannelName at) {
  add("connection.open", {{"conn", at.connection}, {"if_closed", true}});
  on(at, "channel.open", {{"if_closed", true}});
}

void CaseMaker::inspect() {
  if (has_console()) add("inspect");
}

Step step_of(const char* op, Json members) {
  Json all{{"op", op}};
  for (auto& item : members.items()) all[item.key()] = std::move(item.value());
  Step made;
  made.op = op;
  made.members = std::move(all);
  return made;
}

Json with(ChannelName at, Json members) {
  Json all{{"conn", at.connection}, {"ch", at.number}};
  for (auto& item : members.items()) all[item.key()] = std::move(item.value());
  return all;
}

Json text(std::string_view value) {
  return Json::array({"S", std::string(value)});
}

Json whole(int value) {
  return Json::array({"I", value});
}

Json truth(bool value) {
  return Json::array({"t", value});
}

Json nothing() {
  return Json::array({"V", nullptr});
}

Json texts(const std::vector<std::string>& values) {
  Json list = Json::array();
  for (const std::string& value : values) list.push_back(text(value));
  return Json::array({"A", std::move(list)});
}

}  // namespace mqlab::conform
