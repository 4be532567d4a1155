// SPDX-License-Identifier: MIT
// Whose call it is, and waiting for the answer.
#include "scripting/process_call.hpp"

namespace mqlab::scripting {
namespace {

Error in_its_own_coroutine(const Call& call) {
  return call.error("a process waits in its own function, not in a coroutine that it made",
                    "call it outside of coroutine.wrap and coroutine.create");
}

}  // namespace

Result<ActorObject*> calling_process(Call& call) {
  ActorObject* process = call.host.process_on(call.thread);
  if (process == nullptr && call.host.running_process() != nullptr) {
    return in_its_own_coroutine(call);
  }
  if (process == nullptr) {
    return call.error("this can only be done inside a process",
                      "process { \"client\", function(me) … end }");
  }
  return process;
}

Result<ActorObject*> calling_coroutine(Call& call) {
  ActorObject* coroutine = call.host.coroutine_on(call.thread);
  if (coroutine == nullptr && call.host.running_process() != nullptr) {
    return in_its_own_coroutine(call);
  }
  if (coroutine == nullptr) {
    return call.error("this can only be done inside a process, or the process of a consumer",
                      "consumer { \"worker\", process = function(me, m) … end }");
  }
  return coroutine;
}

Then reply_if_alive(Call& call, const ActorObject& coroutine) {
  return call.host.is_alive(coroutine) ? Then::reply : Then::yield;
}

Then answer_or_wait(Call& call, ActorObject& process, const std::optional<world::Answer>& answer,
                    ActorObject::Receive receive) {
  if (!answer) {
    process.receive = receive;
    return Then::yield;
  }
  const bool ready = receive(call.host, process, *answer, call.results);
  return ready ? Then::reply : Then::yield;
}

const std::string* business_at(const Call& call, std::size_t position) {
  const Value& what = call.arg(position);
  if (what.table() == nullptr) return what.text();
  const Value* business = what.table()->find("business");
  return business == nullptr ? nullptr : business->text();
}

}  // namespace mqlab::scripting
