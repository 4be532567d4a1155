// SPDX-License-Identifier: MIT
// Tables and properties between the broker's types and librabbitmq's.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "cli/conform/live/librabbitmq.hpp"
#include "sim/broker/field.hpp"
#include "sim/broker/message.hpp"

namespace mqlab::conform {

// Makes librabbitmq's views and keeps what they point to.
class AmqpValues {
 public:
  amqp_bytes_t bytes(std::string text);
  amqp_table_t table(const broker::FieldTable& table);
  amqp_basic_properties_t properties(const broker::Properties& properties);

 private:
  amqp_field_value_t value(const broker::FieldValue& value);

  std::deque<std::string> texts_;
  std::deque<std::vector<amqp_table_entry_t>> tables_;
  std::deque<std::vector<amqp_field_value_t>> arrays_;
};

std::string text_of(amqp_bytes_t bytes);
broker::FieldTable table_of(const amqp_table_t& table);
broker::Properties properties_of(const amqp_basic_properties_t& properties);

}  // namespace mqlab::conform
