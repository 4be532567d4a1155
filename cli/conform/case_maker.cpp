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

namespace {

Json header_of_any_kind(CaseMaker& maker) {
  switch (maker.below(10)) {
    case 0:
      return Json::array({"b", -3});
    case 1:
      return Json::array({"u", 60000});
    case 2:
      return Json::array({"d", 1.5});
    case 3:
      return Json::array({"T", 1700000000});
    case 4:
      return Json::array({"x", "bytes"});
    case 5:
      return truth(true);
    case 6:
      return nothing();
    case 7:
      return texts({"a", "b"});
    case 8:
      return Json::array({"F", Json{{"k", text("v")}}});
    default:
      return Json::array({"l", 5000000000});
  }
}

}  // namespace

Json some_properties(CaseMaker& maker) {
  Json some = Json::object();
  for (const char* name : {"content_type", "content_encoding", "correlation_id", "message_id",
                           "type", "app_id", "cluster_id"}) {
    if (maker.one_in(4)) some[name] = name;
  }
  if (maker.one_in(4)) some["timestamp"] = 1700000000;
  if (maker.one_in(6)) some["user_id"] = "guest";
  if (maker.one_in(4)) some["expiration"] = maker.one_in(2) ? "+600000" : "000600000";
  if (maker.one_in(3)) return some;
  Json headers = Json::object();
  for (const char* name : {"k", "own", "x-own", "x-delivery-count", "x-first-death-queue"}) {
    if (maker.one_in(3)) headers[name] = header_of_any_kind(maker);
  }
  some["headers"] = std::move(headers);
  return some;
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
