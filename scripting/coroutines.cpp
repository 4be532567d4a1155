// SPDX-License-Identifier: MIT
// The script's coroutines: processes, and the work of consumers.
#include <fmt/format.h>

#include "scripting/host.hpp"
#include "sim/base/assert.hpp"

namespace mqlab::scripting {

world::Decision Host::decision_of(const ActorObject& consumer, const Value& answer) {
  if (answer.is_nil()) return consumer.leaves ? world::Decision::leave : world::Decision::ack;
  if (const std::string* word = answer.text()) {
    if (*word == "ack") return world::Decision::ack;
    if (*word == "nack") return world::Decision::nack;
    if (*word == "reject") return world::Decision::reject;
    if (*word == "requeue") return world::Decision::requeue;
    if (*word == "failure") return world::Decision::failure;
  }
  fail(Error{consumer.place,
             fmt::format("the handler of {} returned {}", consumer.name, answer.kind_text()),
             "return \"ack\", \"nack\", \"reject\", \"requeue\", \"failure\" or nothing"});
  return world::Decision::ack;
}

void Host::start_process(ledger::EntityId entity) {
  ActorObject* process = actor_of(entity);
  if (process == nullptr || failure_) return;
  lua_State* L = lua();
  process->thread = lua_newthread(L);
  process->thread_reference = luaL_ref(L, LUA_REGISTRYINDEX);
  process->finished = false;
  lua_rawgeti(process->thread, LUA_REGISTRYINDEX, process->body_function->reference);
  resume(*process, {object_of(*process)});
}

void Host::begin_work(ledger::EntityId consumer, std::uint32_t thread,
                      const world::Delivery& delivery) {
  ActorObject* actor = actor_of(consumer);
  if (actor == nullptr || failure_) return;
  if (free_tasks_.empty()) free_tasks_.push_back(&tasks.emplace_back());
  ActorObject* task = free_tasks_.back();
  free_tasks_.pop_back();
  working_[{consumer, thread}] = task;
  *task = ActorObject{};
  task->kind = ObjectKind::consumer;
  task->name = actor->name;
  task->place = actor->place;
  task->entity = consumer;
  task->leaves = actor->leaves;
  task->is_task = true;
  task->task = thread;
  lua_State* L = lua();
  task->thread = lua_newthread(L);
  task->thread_reference = luaL_ref(L, LUA_REGISTRYINDEX);
  lua_rawgeti(task->thread, LUA_REGISTRYINDEX, actor->work_function->reference);
  resume(*task, {object_of(*actor), message_value(delivery)});
}

void Host::end_work(ActorObject& task, world::Decision decision) {
  const std::string why = task.failure;
  drop_coroutine(task);
  if (failure_ || !is_alive(task)) return;
  world()
      .work(task.entity, task.task)
      .finish(decision, decision == world::Decision::failure ? why : std::string());
}

void Host::drop_coroutine(ActorObject& coroutine) {
  if (coroutine.thread == nullptr) return;
  luaL_unref(lua(), LUA_REGISTRYINDEX, coroutine.thread_reference);
  coroutine.finished = true;
  coroutine.thread = nullptr;
  if (!coroutine.is_task) return;
  working_.erase({coroutine.entity, coroutine.task});
  free_tasks_.push_back(&coroutine);
}

void Host::drop_coroutines(ledger::EntityId actor) {
  if (ActorObject* process = actor_of(actor)) drop_coroutine(*process);
  for (auto task = working_.lower_bound({actor, 0});
       task != working_.end() && task->first.first == actor;) {
    ActorObject& coroutine = *task->second;
    ++task;
    drop_coroutine(coroutine);
  }
}

void Host::go_on(ActorObject& coroutine, const world::Answer& answer) {
  MQLAB_ASSERT(coroutine.receive != nullptr);
  std::vector<Value> results;
  if (coroutine.receive(*this, coroutine, answer, results)) resume(coroutine, results);
}

void Host::resume(ActorObject& process, const std::vector<Value>& results) {
  if (process.thread == nullptr || failure_) return;
  process.receive = nullptr;
  for (const Value& value : results) push_value(process.thread, value);
  at_work_ = &process;
  const Result<Resumed> resumed = sandbox_.resume(process.thread, static_cast<int>(results.size()));
  at_work_ = nullptr;
  if (!resumed.ok()) {
    const bool gave_up = process.is_task && raised_ && raised_->hint == kGaveUp &&
                         resumed.error().what == raised_->what;
    if (gave_up) return end_work(process, world::Decision::failure);
    return fail(resumed.error());
  }
  if (process.thread == nullptr) return;
  if (!resumed->finished) {
    lua_pop(process.thread, resumed->values);
    if (process.receive != nullptr || !is_alive(process)) return;
    return fail(
        Error{process.place,
              fmt::format("process {} yielded by itself and would never go on", process.name),
              "wait with sleep() or a call on a channel"});
  }
  if (process.is_task) {
    Value answer;
    std::string problem;
    if (resumed->values > 0) {
      static_cast<void>(read_value(process.thread, -resumed->values, answer, problem));
    }
    return end_work(process, decision_of(process, answer));
  }
  lua_pop(process.thread, resumed->values);
  drop_coroutine(process);
}

}  // namespace mqlab::scripting
