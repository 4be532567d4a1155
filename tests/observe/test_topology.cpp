// SPDX-License-Identifier: MIT
// Pictures of a run at an instant, and their text.
#include "sim/observe/marks.hpp"
#include "sim/observe/topology.hpp"
#include "tests/catch.hpp"
#include "tests/observe/random_history.hpp"
#include "tests/observe/story.hpp"

using namespace mqlab;
using namespace mqlab::observe;
using story::Story;

namespace {

// A shop publishes 12 orders; a worker with prefetch 2 has one in hand and one on its way; another
// one crashed with an order in hand; one order expired into the queue of dead letters.
Story busy_story() {
  Story story;
  const EntityId orders = story.queue("orders");
  const EntityId dead = story.queue("dead");
  story.fanout("events", {orders});
  const EntityId shop = story.actor("shop");
  const auto worker = story.consumer("worker", orders, 2);
  const auto backup = story.consumer("backup", orders, 1);
  std::vector<CopyId> copies;
  for (int i = 0; i < 12; ++i) copies.push_back(story.publish(shop, orders));
  const auto first = story.deliver(copies[0], worker);
  const auto crashed = story.deliver(copies[1], backup);
  story.pass(milliseconds(1));
  story.arrive(first);
  story.start(first);
  story.arrive(crashed);
  const RowNo why = story.kill(backup.actor);
  story.end(crashed.id, crashed.message, crashed.copy, backup.actor, Reason::died_with_client, why);
  story.requeue(crashed.copy, Reason::connection_lost, why);
  story.remove(copies[2], Reason::expired);
  story.enqueue(MessageId{3}, dead, Reason::dead_lettered);
  story.deliver(copies[3], worker);
  story.send(shop, story.compose(shop), true);
  return story;
}

bool has_text(const Canvas& canvas, std::string_view text) {
  for (const Shape& shape : canvas.shapes()) {
    const auto* found = std::get_if<TextShape>(&shape);
    if (found != nullptr && found->text == text) return true;
  }
  return false;
}

// The place a text covers; letters reach a little less high than their size.
Rect place_of(const TextShape& text) {
  const double width = text_width(text.text, text.size);
  const double left = text.anchor == Anchor::left     ? 0
                      : text.anchor == Anchor::middle ? width / 2
                                                      : width;
  return {text.at.x - left, text.at.y - text.size * 0.75, width, text.size * 0.75};
}

void check_that_no_texts_overlap(const Canvas& canvas) {
  std::vector<const TextShape*> texts;
  for (const Shape& shape : canvas.shapes()) {
    const auto* text = std::get_if<TextShape>(&shape);
    if (text != nullptr && !text->text.empty()) texts.push_back(text);
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const Rect a = place_of(*texts[i]);
    CAPTURE(texts[i]->text);
    REQUIRE(a.x >= 0);
    REQUIRE(a.right() <= canvas.width());
    REQUIRE(a.bottom() <= canvas.height());
    for (std::size_t j = 0; j < i; ++j) {
      const Rect b = place_of(*texts[j]);
      CAPTURE(texts[j]->text);
      REQUIRE_FALSE((a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom()));
    }
  }
}

}  // namespace

TEST_CASE("the text of a topology tells where every message is") {
  const Story story = busy_story();
  const NameIndex names(story.view());
  const State state = state_after(story.view(), story.ledger.row_count());
  const Time now = story.ledger.now() + microseconds(500);
  CHECK(Topology(names).text(state, now, "0123456789abcdef") ==
        "t 0.013500s   row 116 of 116   fingerprint 0123456789abcdef\n"
        "publishers\n"
        "  shop  unconfirmed 1: shop.13\n"
        "exchanges\n"
        "  (default)\n"
        "  events  -> orders\n"
        "queues\n"
        "  orders  ready 9  unacked 2\n"
        "    ready, head first: shop.2@orders (r) shop.5@orders shop.6@orders shop.7@orders "
        "shop.8@orders shop.9@orders shop.10@orders shop.11@orders shop.12@orders\n"
        "    unacked: shop.1@orders (with worker, tag 1) shop.4@orders (with worker, tag 3)\n"
        "  dead  ready 1  unacked 0\n"
        "    ready, head first: shop.3@dead\n"
        "consumers\n"
        "  worker  from orders, prefetch 2\n"
        "    in hand: shop.1@orders/1\n"
        "  backup  down: killed  from orders, prefetch 1\n"
        "on the wire\n"
        "  shop.4@orders/1  rabbit -> worker  deliver, sent 13ms, arrives 14ms\n"
        "  shop.13  shop -> rabbit  publish, sent 13ms, arrives 14ms\n");
}

TEST_CASE(
    "the picture of a topology has exact counts, and what does not fit is a bar with the rest") {
  const Story story = busy_story();
  const NameIndex names(story.view());
  const State state = state_after(story.view(), story.ledger.row_count());
  const Canvas picture = Topology(names).draw(state, story.ledger.now(), "0123456789abcdef");
  CHECK(has_text(picture, "t 0.013000s   row 116 of 116   fingerprint 0123456789abcdef"));
  CHECK(has_text(picture, "ready 9"));
  CHECK(has_text(picture, "+4"));
  CHECK(has_text(picture, "unacked 2"));
  CHECK(has_text(picture, "unconfirmed 1"));
  CHECK(has_text(picture, "down: killed"));
  CHECK(has_text(picture, "prefetch 2"));
  CHECK(has_text(picture, "t"));  // the dead letter's cause: time to live
  for (const Mark mark : all_marks()) CHECK(has_text(picture, word(mark)));
  check_that_no_texts_overlap(picture);
}

TEST_CASE("a message on a link stands where its time has brought it") {
  const Story story = busy_story();
  const NameIndex names(story.view());
  const Topology topology(names);
  const State state = state_after(story.view(), story.ledger.row_count());
  const auto x_of = [&](Duration later) {
    double x = 0;
    const Canvas picture = topology.draw(state, story.ledger.now() + later, "");
    for (const Shape& shape : picture.shapes()) {
      const auto* text = std::get_if<TextShape>(&shape);
      if (text != nullptr && text->text == "13") x = text->at.x;
    }
    return x;
  };
  const double start = x_of({});
  const double middle = x_of(microseconds(500));
  const double end = x_of(milliseconds(1));
  const Layout::Box* shop =
      topology.layout().find(state.transmissions().back().from, Layout::Part::publisher);
  REQUIRE(shop != nullptr);
  CHECK(start > shop->rect.right());
  CHECK(middle == Approx((start + end) / 2));
  CHECK(x_of(seconds(9)) == end);
}

TEST_CASE("in any history at any instant no texts of the picture overlap") {
  story::RandomHistory history(6);
  for (int i = 0; i < 900; ++i) history.step();
  const LedgerView view = history.story.view();
  const NameIndex names(view);
  const Topology topology(names);
  for (RowNo row = 1; row <= view.row_count(); row += 97) {
    const State state = state_after(view, row);
    CAPTURE(row);
    check_that_no_texts_overlap(topology.draw(state, state.now(), "0123456789abcdef"));
    REQUIRE_FALSE(topology.text(state, state.now(), "").empty());
  }
}

TEST_CASE("a picture is SVG with escaped text and numbers that are the same everywhere") {
  Canvas canvas(100, 50.5);
  canvas.line({0, 0}, {1.0 / 3, -0.001}, {ink::kSky, 1.5, true});
  canvas.rect({1, 2, 3, 4}, ink::kPaper, std::nullopt);
  canvas.circle({5, 5}, 2, std::nullopt, Pen{});
  canvas.text({.at = {1, 2}, .text = "a<b & \"c\"\n", .anchor = Anchor::right, .bold = true});
  CHECK(to_svg(canvas) ==
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"100\" height=\"50.5\" "
        "viewBox=\"0 0 100 50.5\" font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" "
        "xml:space=\"preserve\">\n"
        "<rect width=\"100\" height=\"50.5\" fill=\"#ffffff\"/>\n"
        "<line x1=\"0\" y1=\"0\" x2=\"0.33\" y2=\"0\" fill=\"none\" stroke=\"#56b4e9\" "
        "stroke-width=\"1.5\" stroke-dasharray=\"4 3\"/>\n"
        "<polygon points=\"1,2 4,2 4,6 1,6\" fill=\"#ffffff\"/>\n"
        "<circle cx=\"5\" cy=\"5\" r=\"2\" fill=\"none\" stroke=\"#222222\"/>\n"
        "<text x=\"1\" y=\"2\" font-size=\"12\" fill=\"#222222\" text-anchor=\"end\" "
        "font-weight=\"bold\">a&lt;b &amp; &quot;c&quot; </text>\n"
        "</svg>\n");
}

TEST_CASE("a text that is too long is cut with a sign for it, also in wide letters") {
  CHECK(fitted("orders", 10, 100) == "orders");
  CHECK(fitted("dead-letters of everything", 10, 61) == "dead-lett…");
  CHECK(fitted("消息队列", 10, 40) == "消息…");
  CHECK(fitted("消息队列", 10, 49) == "消息队列");
}

TEST_CASE("joined lines are one element, and texts that are not UTF-8 are shown as such") {
  Canvas canvas(10, 10);
  canvas.path({{0, 1}, {2, 3}, {4.5, 3}}, {ink::kRed, 1, false});
  canvas.text({.at = {1, 2}, .text = "\xff\xc0\xaf'\xe6\xb6\x88\xed\xa0\x80"});
  const std::string svg = to_svg_element(canvas, "id=\"p\"");
  CHECK(svg ==
        "<svg id=\"p\" viewBox=\"0 0 10 10\" font-family=\"DejaVu Sans Mono, Menlo, Consolas, "
        "monospace\" xml:space=\"preserve\">\n"
        "<rect width=\"10\" height=\"10\" fill=\"#ffffff\"/>\n"
        "<polyline points=\"0,1 2,3 4.5,3\" fill=\"none\" stroke=\"#d55e00\"/>\n"
        "<text x=\"1\" y=\"2\" font-size=\"12\" "
        "fill=\"#222222\">\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd&#39;"
        "\xe6\xb6\x88\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd</text>\n"
        "</svg>\n");
}

TEST_CASE("every ink has another on dark paper, and no two become the same") {
  for (const Ink& one : inks()) {
    CHECK(on_dark_paper(one.light) == one.dark);
    for (const Ink& other : inks()) {
      if (&one == &other) continue;
      CHECK_FALSE(one.light == other.light);
      CHECK_FALSE(one.dark == other.dark);
    }
  }
  CHECK(on_dark_paper(Color{1, 2, 3}) == Color{1, 2, 3});
}
