// SPDX-License-Identifier: MIT
// Sequence diagrams: what they gather, and how it is drawn.
#include <cmath>

#include "sim/observe/sequence.hpp"
#include "sim/observe/why.hpp"
#include "tests/catch.hpp"
#include "tests/observe/random_history.hpp"
#include "tests/observe/story.hpp"

using namespace mqlab;
using namespace mqlab::observe;
using story::Story;

namespace {

// shop.1 is handled; shop.2 dies in the worker's hands and is handled by the backup.
Story two_orders() {
  Story story;
  const EntityId orders = story.queue("orders");
  const EntityId shop = story.actor("shop");
  const auto worker = story.consumer("worker", orders, 1);
  const auto backup = story.consumer("backup", orders, 1);
  const CopyId first = story.publish(shop, orders);
  const CopyId second = story.publish(shop, orders);
  story.handle(first, backup);
  const auto dies = story.deliver(second, worker);
  story.pass(milliseconds(1));
  story.arrive(dies);
  story.start(dies);
  story.pass(milliseconds(3));
  const RowNo why = story.kill(worker.actor);
  story.end(dies.id, dies.message, dies.copy, worker.actor, Reason::died_with_client, why);
  story.requeue(second, Reason::channel_closed, why);
  story.handle(second, backup);
  return story;
}

std::vector<std::string> lane_names(const Sequence& sequence, const NameIndex& names) {
  std::vector<std::string> words;
  for (const Sequence::Lane& lane : sequence.lanes) words.push_back(names.label(lane.id));
  return words;
}

Canvas draw(const Sequence& sequence, const NameIndex& names, AxisMode mode, Language language) {
  const Rect rect{0, 0, 900, sequence_height(sequence, 900, language)};
  const Rect area = sequence_area(sequence, rect, names);
  const TimeScale scale = sequence.scale(names.view(), mode);
  Canvas canvas(rect.width, rect.height);
  draw_sequence(canvas, rect, sequence, PlotAxis::whole(scale, area.x, area.right()), names,
                {language, {}, {}});
  return canvas;
}

bool has_text(const Canvas& canvas, std::string_view text) {
  for (const Shape& shape : canvas.shapes()) {
    const auto* found = std::get_if<TextShape>(&shape);
    if (found != nullptr && found->text == text) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("one message's story has only what concerns it, lanes from author to consumer") {
  const Story story = two_orders();
  const NameIndex names(story.view());
  const Result<Named> what = names.find("shop.2");
  REQUIRE(what.ok());
  const Sequence sequence = sequence_of(names, {.message = *what});
  CHECK(sequence.title == "shop.2");
  CHECK(lane_names(sequence, names) ==
        std::vector<std::string>{"shop", "rabbit", "orders", "worker", "backup"});
  // The publish, two deliveries, and nothing of shop.1.
  std::vector<Reason> kinds;
  for (const Sequence::Arrow& arrow : sequence.arrows) {
    kinds.push_back(arrow.kind);
    CHECK(arrow.end != 0);
    CHECK_FALSE(arrow.lost);
    if (arrow.message) CHECK(arrow.message == what->message);
  }
  CHECK(std::count(kinds.begin(), kinds.end(), Reason::deliver) == 2);
  CHECK(std::count(kinds.begin(), kinds.end(), Reason::publish) == 1);
  // Of the two spans in hand, one ended in a loss.
  int lost = 0;
  int in_hand = 0;
  for (const Sequence::Span& span : sequence.spans) {
    if (span.kind != Sequence::Span::Kind::in_hand) continue;
    ++in_hand;
    if (span.lost) ++lost;
  }
  CHECK(in_hand == 2);
  CHECK(lost == 1);
  REQUIRE(sequence.faults.marks.size() == 1);
  CHECK(names.label(sequence.faults.marks[0].who) == "worker");
  // What broke when the other order was done is no part of its story.
  CHECK(sequence_of(names, {.message = *names.find("shop.1")}).faults.marks.empty());
}

TEST_CASE("a frame that is lost on its way ends in a cross before it arrives") {
  Story story;
  const EntityId shop = story.actor("shop");
  const MessageId message = story.compose(shop);
  const TransmissionId publish = story.send(shop, message);
  story.pass(microseconds(500));
  const RowNo why = story.kill(shop);
  story.end(publish, message, CopyId{}, story.node, Reason::lost_in_flight, why);
  const NameIndex names(story.view());
  const Sequence sequence = sequence_of(names, {});
  REQUIRE(sequence.arrows.size() == 1);
  CHECK(sequence.arrows[0].lost);
  CHECK(sequence.arrows[0].end != 0);
  CHECK(has_text(draw(sequence, names, AxisMode::linear, Language::english), "shop down: killed"));
}

TEST_CASE("a window shows what happened in it, and counts what is too much to draw") {
  const Story story = two_orders();
  const NameIndex names(story.view());
  const Sequence all = sequence_of(names, {});
  CHECK(all.left_out == 0);
  const Sequence few = sequence_of(names, {.most = 2});
  CHECK(few.arrows.size() == 2);
  CHECK(few.left_out == all.arrows.size() - 2);
  CHECK(sequence_text(few, names, Language::english).find("shown: the first 2 of") !=
        std::string::npos);
  const Time middle = story.ledger.now() - milliseconds(3);
  const Sequence late = sequence_of(names, {.message = {}, .from = middle});
  CHECK(late.arrows.size() < all.arrows.size());
  for (const Sequence::Arrow& arrow : late.arrows) {
    CHECK(story.view().row(arrow.sent).at >= middle);
  }
  CHECK(late.from == middle);
}

TEST_CASE("sequence diagrams say the same in both languages, with every lane's name") {
  const Story story = two_orders();
  const NameIndex names(story.view());
  const Sequence sequence = sequence_of(names, {.message = *names.find("shop.2")});
  const Canvas english = draw(sequence, names, AxisMode::compressed, Language::english);
  CHECK(has_text(english, "shop.2: where it went"));
  CHECK(has_text(english, "worker down: killed"));
  CHECK(has_text(english, "deliver"));
  const Canvas chinese = draw(sequence, names, AxisMode::by_event, Language::chinese);
  CHECK(has_text(chinese, "shop.2 的去向"));
  CHECK(has_text(chinese, "worker 宕机：被杀"));
  for (const char* lane : {"shop", "rabbit", "orders", "worker", "backup"}) {
    CHECK(has_text(english, lane));
    CHECK(has_text(chinese, lane));
  }
  const std::string text = sequence_text(sequence, names, Language::chinese);
  CHECK(text.find("入队") != std::string::npos);
}

TEST_CASE("in any history, on any axis, nothing is drawn outside of the picture") {
  story::RandomHistory history(8);
  for (int i = 0; i < 500; ++i) history.step();
  const NameIndex names(history.story.view());
  const Sequence sequence = sequence_of(names, {});
  CHECK(sequence.arrows.size() > 50);
  for (const AxisMode mode : {AxisMode::linear, AxisMode::by_event, AxisMode::compressed}) {
    const Canvas canvas = draw(sequence, names, mode, Language::english);
    const auto inside = [&](Point point) {
      return point.x >= -8 && point.x <= canvas.width() + 8 && point.y >= -8 &&
             point.y <= canvas.height() + 8 && std::isfinite(point.x) && std::isfinite(point.y);
    };
    for (const Shape& shape : canvas.shapes()) {
      if (const auto* line = std::get_if<LineShape>(&shape)) {
        REQUIRE(inside(line->from));
        REQUIRE(inside(line->to));
      } else if (const auto* text = std::get_if<TextShape>(&shape)) {
        REQUIRE(inside(text->at));
      } else if (const auto* polygon = std::get_if<PolygonShape>(&shape)) {
        for (const Point& corner : polygon->corners) REQUIRE(inside(corner));
      }
    }
  }
}

TEST_CASE("rows and verdicts are told in Chinese with AMQP's own names") {
  const Story story = two_orders();
  const NameIndex names(story.view());
  Books books;
  books.extend(story.view());
  const Result<Life> told = why(names, books, "shop.2", Language::chinese);
  REQUIRE(told.ok());
  CHECK(told->verdict.find("shop.2 被处理了一次") == 0);
  const std::string text = told->text(names, Language::chinese);
  CHECK(text.find("随客户端而亡") != std::string::npos);
  CHECK(text.find("重新入队") != std::string::npos);
  CHECK(text.find("requeued") == std::string::npos);
}
