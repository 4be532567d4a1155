// SPDX-License-Identifier: MIT
// The words of the ledger in Simplified Chinese. A new enumerator breaks this file until it has
// one.
#include "sim/base/assert.hpp"
#include "sim/observe/texts_table.hpp"

namespace mqlab::observe {

std::string_view chinese_word(Fact value) {
  switch (value) {
    case Fact::created:
      return "创建";
    case Fact::ended:
      return "结束";
    case Fact::bound:
      return "绑定";
    case Fact::unbound:
      return "解绑";
    case Fact::failed:
      return "出错";
    case Fact::blocked:
      return "阻塞";
    case Fact::unblocked:
      return "解除阻塞";
    case Fact::down:
      return "宕机";
    case Fact::up:
      return "启动";
    case Fact::composed:
      return "写成";
    case Fact::published:
      return "发布";
    case Fact::routed:
      return "路由";
    case Fact::confirmed:
      return "发布确认";
    case Fact::enqueued:
      return "入队";
    case Fact::delivered:
      return "投递";
    case Fact::requeued:
      return "重新入队";
    case Fact::removed:
      return "移除";
    case Fact::synced:
      return "落盘";
    case Fact::sent:
      return "发出";
    case Fact::delayed:
      return "延迟";
    case Fact::arrived:
      return "到达";
    case Fact::started:
      return "开始处理";
    case Fact::finished:
      return "完结";
    case Fact::learned:
      return "获知";
    case Fact::effect:
      return "生效";
    case Fact::noted:
      return "记录";
    case Fact::checked:
      return "检查";
    case Fact::written:
      return "写库";
    case Fact::network:
      return "网络";
  }
  assertion_failed("every fact has a word", __FILE__, __LINE__);
}

// NOLINTNEXTLINE(readability-function-size): a table
std::string_view chinese_word(Reason value) {
  switch (value) {
    case Reason::none:
      return "";
    case Reason::declared:
      return "声明";
    case Reason::predeclared:
      return "预先声明";
    case Reason::opened:
      return "打开";
    case Reason::started:
      return "启动";
    case Reason::restarted:
      return "重启";
    case Reason::deleted:
      return "被删除";
    case Reason::auto_deleted:
      return "自动删除";
    case Reason::expired_unused:
      return "闲置过期";
    case Reason::owner_gone:
      return "独占者离开";
    case Reason::cancelled:
      return "取消";
    case Reason::server_cancelled:
      return "被 broker 取消";
    case Reason::closed_by_client:
      return "客户端关闭";
    case Reason::closed_by_server:
      return "broker 关闭";
    case Reason::connection_lost:
      return "连接中断";
    case Reason::heartbeat_missed:
      return "心跳丢失";
    case Reason::broker_stopped:
      return "broker 停止";
    case Reason::broker_killed:
      return "broker 被杀";
    case Reason::broker_powered_off:
      return "broker 断电";
    case Reason::killed:
      return "被杀";
    case Reason::stopped:
      return "停止";
    case Reason::powered_off:
      return "断电";
    case Reason::not_durable:
      return "未持久化";
    case Reason::unroutable:
      return "不可路由";
    case Reason::returned:
      return "退回";
    case Reason::no_exchange:
      return "没有交换机";
    case Reason::refused:
      return "被拒收";
    case Reason::ack:
      return "确认 ack";
    case Reason::nack:
      return "否认 nack";
    case Reason::published:
      return "发布";
    case Reason::dead_lettered:
      return "转为死信";
    case Reason::recovered:
      return "从磁盘恢复";
    case Reason::nack_requeue:
      return "nack 后重新入队";
    case Reason::reject_requeue:
      return "reject 后重新入队";
    case Reason::recover_requeue:
      return "recover 后重新入队";
    case Reason::channel_closed:
      return "信道关闭";
    case Reason::acked:
      return "已确认";
    case Reason::auto_acked:
      return "自动确认";
    case Reason::rejected:
      return "被拒绝";
    case Reason::expired:
      return "过期";
    case Reason::overflow:
      return "队列溢出";
    case Reason::purged:
      return "被清空";
    case Reason::queue_deleted:
      return "队列被删";
    case Reason::delivery_limit:
      return "超过投递次数上限";
    case Reason::not_persistent:
      return "非持久消息";
    case Reason::not_synced:
      return "未落盘";
    case Reason::rolled_back:
      return "已回滚";
    case Reason::publish:
      return "发布";
    case Reason::deliver:
      return "投递";
    case Reason::get:
      return "拉取";
    case Reason::give_back:
      return "退回";
    case Reason::method:
      return "方法";
    case Reason::accepted:
      return "已接收";
    case Reason::applied:
      return "已执行";
    case Reason::handled:
      return "已处理";
    case Reason::settled_ack:
      return "已 ack";
    case Reason::settled_nack:
      return "已 nack";
    case Reason::settled_reject:
      return "已 reject";
    case Reason::lost_in_flight:
      return "途中丢失";
    case Reason::died_with_client:
      return "随客户端而亡";
    case Reason::connection_ended:
      return "连接结束";
    case Reason::ignored_closed:
      return "因已关闭而忽略";
    case Reason::failed:
      return "处理失败";
    case Reason::timed_out:
      return "超时";
    case Reason::received:
      return "已收到";
    case Reason::passed:
      return "通过";
    case Reason::violated:
      return "违反";
    case Reason::inserted:
      return "插入";
    case Reason::updated:
      return "更新";
    case Reason::held:
      return "被扣住";
    case Reason::released:
      return "放行";
    case Reason::partitioned:
      return "分区";
    case Reason::partitioned_to_broker:
      return "到 broker 方向中断";
    case Reason::partitioned_to_client:
      return "到客户端方向中断";
    case Reason::healed:
      return "分区恢复";
    case Reason::clogged:
      return "带宽受限";
  }
  assertion_failed("every reason has a word", __FILE__, __LINE__);
}

std::string_view chinese_word(ledger::EntityKind value) {
  switch (value) {
    case ledger::EntityKind::node:
      return "节点";
    case ledger::EntityKind::vhost:
      return "虚拟主机";
    case ledger::EntityKind::exchange:
      return "交换机";
    case ledger::EntityKind::queue:
      return "队列";
    case ledger::EntityKind::connection:
      return "连接";
    case ledger::EntityKind::channel:
      return "信道";
    case ledger::EntityKind::subscription:
      return "订阅";
    case ledger::EntityKind::actor:
      return "角色";
    case ledger::EntityKind::link:
      return "链路";
    case ledger::EntityKind::store:
      return "数据库";
  }
  assertion_failed("every kind of thing has a word", __FILE__, __LINE__);
}

}  // namespace mqlab::observe
