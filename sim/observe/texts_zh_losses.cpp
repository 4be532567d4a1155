// SPDX-License-Identifier: MIT
// The causes of loss in Simplified Chinese.
#include "sim/base/assert.hpp"
#include "sim/observe/texts_table.hpp"

namespace mqlab::observe {

std::string_view chinese_word(LossCause value) {
  switch (value) {
    case LossCause::never_sent:
      return "从未发出";
    case LossCause::lost_before_broker:
      return "到达 broker 前丢失";
    case LossCause::ignored:
      return "被忽略";
    case LossCause::no_exchange:
      return "没有交换机";
    case LossCause::unroutable:
      return "不可路由";
    case LossCause::returned:
      return "被退回";
    case LossCause::refused:
      return "被拒收";
    case LossCause::rolled_back:
      return "已回滚";
    case LossCause::expired:
      return "过期";
    case LossCause::overflow:
      return "队列溢出";
    case LossCause::purged:
      return "被清空";
    case LossCause::queue_deleted:
      return "队列被删";
    case LossCause::rejected:
      return "被拒绝";
    case LossCause::delivery_limit:
      return "超过投递次数上限";
    case LossCause::lost_in_broker:
      return "在 broker 中丢失";
    case LossCause::auto_acked_then_lost:
      return "自动确认后丢失";
    case LossCause::auto_acked_then_crashed:
      return "自动确认后崩溃";
    case LossCause::auto_acked_then_dropped:
      return "自动确认后断开";
    case LossCause::auto_acked_then_failed:
      return "自动确认后失败";
    case LossCause::acked_then_crashed:
      return "确认后崩溃";
    case LossCause::acked_without_effect:
      return "确认但未生效";
  }
  assertion_failed("every cause of a loss has a word", __FILE__, __LINE__);
}

std::string_view chinese_explanation(LossCause value) {
  switch (value) {
    case LossCause::never_sent:
      return "它发出之前作者就宕机了";
    case LossCause::lost_before_broker:
      return "它在去往 broker 的路上时连接断了";
    case LossCause::ignored:
      return "它到达 broker 时所用信道已关闭";
    case LossCause::no_exchange:
      return "没有这个交换机";
    case LossCause::unroutable:
      return "没有队列与之绑定，生产者也没有要求告知";
    case LossCause::returned:
      return "没有队列与之绑定；它被退回给生产者";
    case LossCause::refused:
      return "队列已满，拒收了它";
    case LossCause::rolled_back:
      return "它的事务没有提交";
    case LossCause::expired:
      return "没人取走之前它的存活时间就到了";
    case LossCause::overflow:
      return "队列已满，丢弃了它";
    case LossCause::purged:
      return "它的队列被清空";
    case LossCause::queue_deleted:
      return "它的队列连同它一起被删除";
    case LossCause::rejected:
      return "消费者拒绝了它，也没有别的队列接收";
    case LossCause::delivery_limit:
      return "它退回的次数超过了队列允许的上限";
    case LossCause::lost_in_broker:
      return "broker 宕机，而它不在磁盘上";
    case LossCause::auto_acked_then_lost:
      return "它在发出时就被确认，随后在途中丢失";
    case LossCause::auto_acked_then_crashed:
      return "它在发出时就被确认，客户端在处理之前崩溃";
    case LossCause::auto_acked_then_dropped:
      return "它在发出时就被确认，随后连接或消费者结束";
    case LossCause::auto_acked_then_failed:
      return "它在发出时就被确认，处理却失败了";
    case LossCause::acked_then_crashed:
      return "客户端在做完之前就确认了它，然后崩溃";
    case LossCause::acked_without_effect:
      return "客户端确认了它，却什么也没做";
  }
  assertion_failed("every cause of a loss is explained", __FILE__, __LINE__);
}

std::string_view chinese_word(Outcome value) {
  switch (value) {
    case Outcome::pending:
      return "待处理";
    case Outcome::handled:
      return "已处理";
    case Outcome::duplicated:
      return "重复";
    case Outcome::lost:
      return "丢失";
  }
  assertion_failed("every outcome has a word", __FILE__, __LINE__);
}

}  // namespace mqlab::observe
