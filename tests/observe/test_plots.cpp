// SPDX-License-Identifier: MIT
// Time axes, series and plots.
#include "sim/observe/metrics.hpp"
#include "sim/observe/plots.hpp"
#include "tests/catch.hpp"
#include "tests/observe/random_history.hpp"
#include "tests/observe/story.hpp"

using namespace mqlab;
using namespace mqlab::observe;
using story::Story;

namespace {

std::vector<std::string> words_of_ticks(const Ticks& ticks) {
  std::vector<std::string> words;
  for (const Tick& tick : ticks.ticks) words.push_back(tick.text);
  return words;
}

bool has_text(const Canvas& canvas, std::string_view text) {
  for (const Shape& shape : canvas.shapes()) {
    const auto* found = std::get_if<TextShape>(&shape);
    if (found != nullptr && found->text == text) return true;
  }
  return false;
}

// Five orders, one of which is rejected, one handled twice, one lost with its consumer.
Story shop_story() {
  Story story;
  const EntityId orders = story.queue("orders");
  const EntityId shop = story.actor("shop");
  const auto worker = story.consumer("worker", orders, 0, false);
  const auto careless = story.consumer("careless", orders, 0, true);
  std::vector<CopyId> copies;
  for (int i = 0; i < 5; ++i) copies.push_back(story.publish(shop, orders));
  story.handle(copies[0], worker);
  const auto twice = story.handle(copies[1], worker);
  story.effect(twice);
  const auto rejected = story.deliver(copies[2], worker);
  story.pass(milliseconds(1));
  story.arrive(rejected);
  story.settle(rejected, Reason::rejected, Reason::settled_reject);
  const auto lost = story.deliver(copies[3], careless);
  story.pass(milliseconds(1));
  const RowNo why = story.kill(careless.actor);
  story.end(lost.id, lost.message, lost.copy, careless.actor, Reason::died_with_client, why);
  story.pass(milliseconds(100));
  story.restart(careless.actor);
  return story;
}

const Series& series(const Plot& plot, Key word) {
  for (const Series& each : plot.series) {
    if (each.word == word) return each;
  }
  FAIL("the plot has no such series");
  return plot.series.front();
}

}  // namespace

TEST_CASE("ticks are steps of 1, 2 or 5, written exactly, with the unit that suits") {
  using Words = std::vector<std::string>;
  CHECK(words_of_ticks(value_ticks(0, true, 4)) == Words{"0", "1"});
  CHECK(words_of_ticks(value_ticks(3, true, 4)) == Words{"0", "1", "2", "3"});
  CHECK(words_of_ticks(value_ticks(17, true, 4)) == Words{"0", "5", "10", "15", "20"});
  CHECK(words_of_ticks(value_ticks(0.3, false, 3)) == Words{"0", "0.1", "0.2", "0.3"});
  CHECK(words_of_ticks(value_ticks(2.5e12, true, 2)) ==
        Words{"0", "2000000000000", "4000000000000"});
  const Ticks spans = span_ticks(1.2e6, 3);
  CHECK(spans.unit == "ms");
  CHECK(words_of_ticks(spans) == Words{"0", "0.5", "1", "1.5"});
  CHECK(spans.ticks[2].at == Approx(1e6));

  const TimeScale scale(LedgerView{}, {}, Time{}, Time{} + milliseconds(1500), AxisMode::linear);
  const Ticks times = time_ticks(PlotAxis::whole(scale, 0, 400));
  CHECK(times.unit == "s");
  CHECK(words_of_ticks(times) == Words{"0", "0.5", "1", "1.5"});
  CHECK(times.ticks.back().at == Approx(400));
}

TEST_CASE("on every axis later is not further left, and a place gives its time back") {
  story::RandomHistory history(3);
  for (int i = 0; i < 400; ++i) history.step();
  const LedgerView view = history.story.view();
  const Time end = view.rows().back().at;
  for (const AxisMode mode : {AxisMode::linear, AxisMode::by_event, AxisMode::compressed}) {
    CAPTURE(word(mode));
    CHECK(axis_mode(word(mode)) == mode);
    const TimeScale scale(view, eventful_rows(view), Time{}, end, mode);
    PlotAxis axis = PlotAxis::whole(scale, 50, 850);
    CHECK(axis.x(Time{}) >= 50);
    CHECK(axis.x(end) == Approx(850));
    double before = 0;
    for (RowNo row = 1; row <= view.row_count(); ++row) {
      const double x = axis.x(scale.at(view, row));
      REQUIRE(x >= before);
      REQUIRE(x <= axis.x(view.row(row).at) + 1e-6);
      before = x;
    }
    for (double x = 50; x <= 850; x += 8) {
      const Time time = axis.time(x);
      REQUIRE(axis.x(time) >= x - 1e-3);  // an instant that takes room ends further right
      REQUIRE(axis.time(axis.x(time)) >= Time{time.ns - 2});
    }
    for (const TimeScale::Stretch& stretch : scale.instants()) {
      REQUIRE(scale.time(stretch.from) == stretch.at);
      REQUIRE(scale.at(stretch.at) == stretch.to);
    }
    axis.zoom(450, 0.1);
    CHECK(axis.to - axis.from == Approx((scale.last() - scale.first()) / 10));
    axis.pan(-1e6);
    CHECK(axis.from == Approx(scale.first()));
    axis.zoom(50, 1e6);
    CHECK(axis.to == Approx(scale.last()));
  }
}

TEST_CASE("of very many steps, instants and ticks only as many are drawn as there is room for") {
  Story story;
  const EntityId shop = story.actor("shop");
  std::vector<RowNo> rows;
  Series series;
  double most = 0;
  for (int i = 0; i < 40'000; ++i) {
    // Three rows of one instant, then a wait; now and then a long one.
    story.pass(i % 10'000 == 0 ? seconds(1) : microseconds(1 + i % 7));
    for (int k = 0; k < 3; ++k) {
      story.compose(shop);
      rows.push_back(story.ledger.row_count());
    }
    const double value = (i * 7919) % 1000;
    series.set(story.ledger.now(), value);
    most = std::max(most, value);
  }
  CHECK(series.most() == most);
  const LedgerView view = story.view();
  for (const AxisMode mode : {AxisMode::linear, AxisMode::by_event, AxisMode::compressed}) {
    CAPTURE(word(mode));
    const TimeScale scale(view, rows, Time{}, story.ledger.now(), mode);
    const PlotAxis axis = PlotAxis::whole(scale, 60, 1060);
    const std::vector<PlotColumn> found = columns(series, axis);
    CHECK(found.size() <= 1002);
    double low = 1e9;
    double high = 0;
    double before = 0;
    for (const PlotColumn& column : found) {
      REQUIRE(column.x >= before);
      REQUIRE(column.low <= column.last);
      REQUIRE(column.last <= column.high);
      before = column.x;
      low = std::min(low, column.low);
      high = std::max(high, column.high);
    }
    CHECK(low == 0);
    CHECK(high == most);
    CHECK(found.back().last == series.steps.back().value);
    const std::vector<Tick> ticks = time_ticks(axis).ticks;
    CHECK(ticks.size() >= 2);
    CHECK(ticks.size() < 30);
    if (mode == AxisMode::linear) continue;
    // Whatever is wide enough is among those that are drawn, as it is among all of them.
    const double least = axis.place(61) - axis.place(60);
    CHECK(scale.instants(scale.first(), scale.last(), least).size() <= 1001);
    const double from = scale.last() * 0.4;
    const double to = from + 100 * (scale.instants()[1].from - scale.instants()[0].from);
    const double small = (scale.instants()[0].to - scale.instants()[0].from) / 2;
    std::size_t expected = 0;
    for (const TimeScale::Stretch& all : scale.instants()) {
      expected += all.to >= from && all.from <= to && all.to - all.from >= small ? 1U : 0U;
    }
    const std::size_t got = scale.instants(from, to, small).size();
    CHECK(got + 1 >= expected);  // of one at the end it may have only the edge
    CHECK(got <= expected);
  }
}

TEST_CASE("a compressed axis gives a wait a thousand times as long a few times the room") {
  Story story;
  const EntityId shop = story.actor("shop");
  std::vector<RowNo> rows;
  for (const Duration wait : {milliseconds(0), milliseconds(1), seconds(1), seconds(1000)}) {
    story.pass(wait);
    story.compose(shop);
    rows.push_back(story.ledger.row_count());
  }
  const TimeScale scale(story.view(), rows, Time{}, story.ledger.now(), AxisMode::compressed);
  const auto width = [&](std::size_t i) {
    return scale.at(story.view(), rows[i]) - scale.at(story.view(), rows[i - 1]);
  };
  CHECK(width(2) > width(1));
  CHECK(width(3) > width(2));
  CHECK(width(3) < 20 * width(1));
}

TEST_CASE("the backlog's series are the lengths that the queue has at every instant") {
  story::RandomHistory history(11);
  for (int i = 0; i < 700; ++i) history.step();
  const LedgerView view = history.story.view();
  const NameIndex names(view);
  const RunPlots plots = run_plots(names);
  Metrics metrics;
  metrics.extend(view);
  REQUIRE(plots.queues.size() == metrics.queues().size());
  for (std::size_t i = 0; i < plots.queues.size(); ++i) {
    const QueueMetrics* queue = metrics.queue(plots.queues[i]);
    REQUIRE(queue != nullptr);
    for (const Sample& sample : queue->series) {
      REQUIRE(plots.backlog[i].series[0].at(sample.at) == static_cast<double>(sample.ready));
      REQUIRE(plots.backlog[i].series[1].at(sample.at) == static_cast<double>(sample.unacked));
      REQUIRE(plots.backlog[i].series[2].at(sample.at) ==
              static_cast<double>(sample.ready + sample.unacked));
    }
    CHECK(plots.backlog[i].series[0].most() == static_cast<double>(queue->peak_ready));
    CHECK(plots.backlog[i].series[1].most() == static_cast<double>(queue->peak_unacked));
  }
}

TEST_CASE("rates add up to the counts of the books") {
  story::RandomHistory history(5);
  for (int i = 0; i < 700; ++i) history.step();
  const LedgerView view = history.story.view();
  const NameIndex names(view);
  const RunPlots plots = run_plots(names);
  Books books;
  books.extend(view);
  const auto sum = [&](Key word) {
    const Series& rates = series(plots.rates, word);
    const double interval = static_cast<double>(plots.rates.interval.ns) / 1e9;
    double total = 0;
    for (std::size_t i = 0; i < rates.steps.size(); ++i) {
      const Time until = i + 1 < rates.steps.size() ? rates.steps[i + 1].at
                                                    : rates.steps[i].at + plots.rates.interval;
      const auto steps = (until - rates.steps[i].at).ns / plots.rates.interval.ns;
      total += rates.steps[i].value * interval * static_cast<double>(steps);
    }
    return total;
  };
  const CopiesBook& copies = books.copies();
  CHECK(sum(Key::series_ack) ==
        Approx(static_cast<double>(copies.removed[static_cast<std::size_t>(Reason::acked)])));
  CHECK(sum(Key::series_deliver_manual) + sum(Key::series_deliver_auto) +
            sum(Key::series_get_manual) + sum(Key::series_get_auto) ==
        Approx(static_cast<double>(copies.delivered)));
  CHECK(sum(Key::series_redelivered) == Approx(static_cast<double>(copies.redelivered)));
  CHECK(copies.delivered > 20);
}

TEST_CASE("losses, duplicates and latencies are what the story tells") {
  const Story story = shop_story();
  const NameIndex names(story.view());
  const RunPlots plots = run_plots(names);
  CHECK(series(plots.loss, Key::series_copies_lost).at(plots.end) == 1);
  CHECK(series(plots.loss, Key::series_business_lost).at(plots.end) == 2);
  CHECK(series(plots.loss, Key::series_business_duplicated).at(plots.end) == 1);
  CHECK(series(plots.loss, Key::series_business_lost).at(Time{} + milliseconds(5)) == 0);
  REQUIRE_FALSE(plots.latency.empty());
  CHECK(plots.latency.front().title == Key::plot_to_effect);
  Metrics metrics;
  metrics.extend(story.view());
  CHECK(series(plots.latency.front(), Key::series_longest).most() ==
        static_cast<double>(metrics.publish_to_effect().largest()->ns));
  REQUIRE(plots.faults.marks.size() == 2);
  CHECK(words_of(plots.faults.marks[0], names, Language::english) == "careless down: killed");
  CHECK(words_of(plots.faults.marks[1], names, Language::chinese) == "careless 恢复");
  REQUIRE(plots.faults.outages.size() == 1);
  CHECK(plots.faults.outages[0].to - plots.faults.outages[0].from == milliseconds(100));
}

TEST_CASE("a copy that becomes a dead letter is not dropped, in however many queues") {
  Story story;
  const EntityId orders = story.queue("orders");
  const EntityId shop = story.actor("shop");
  const CopyId copy = story.publish(shop, orders);
  const EntityId dead = story.queue("dead");
  const EntityId log = story.queue("log");
  story.remove(copy, Reason::expired);
  const RowNo removed = story.ledger.row_count();
  for (const EntityId queue : {dead, log}) {
    story.ledger.set_cause(removed);
    story.enqueue(MessageId{1}, queue, Reason::dead_lettered);
  }
  const NameIndex names(story.view());
  CHECK(series(run_plots(names).loss, Key::series_copies_lost).at(Time::never()) == 0);
}

TEST_CASE("within an instant a plot shows how low and how high it went") {
  Series values;
  values.set(Time{}, 0);
  values.set(Time{} + seconds(1), 5);
  values.set(Time{} + seconds(1), 2);
  values.set(Time{} + seconds(2), 3);
  CHECK(values.most() == 5);
  CHECK(values.at(Time{} + seconds(1)) == 2);
  const TimeScale scale(LedgerView{}, {}, Time{}, Time{} + seconds(4), AxisMode::linear);
  const std::vector<PlotColumn> found = columns(values, PlotAxis::whole(scale, 0, 400));
  REQUIRE(found.size() == 3);
  CHECK(found[1].x == Approx(100));
  CHECK(found[1].low == 2);
  CHECK(found[1].high == 5);
  CHECK(found[1].last == 2);
  // Much narrower: all of it in a few columns that keep the extremes.
  const std::vector<PlotColumn> narrow = columns(values, PlotAxis::whole(scale, 0, 1));
  REQUIRE(narrow.size() == 1);
  CHECK(narrow[0].high == 5);
  CHECK(narrow[0].low == 0);
  CHECK(narrow[0].last == 3);
}

TEST_CASE("a drawn plot names its series, unit, faults and cursor values in both languages") {
  const Story story = shop_story();
  const NameIndex names(story.view());
  const RunPlots plots = run_plots(names);
  const TimeScale scale(story.view(), eventful_rows(story.view()), Time{}, plots.end,
                        AxisMode::linear);
  const auto draw = [&](const Plot& plot, Language language, std::optional<Time> cursor) {
    Canvas canvas(800, 240);
    const Rect rect{0, 0, 800, 240};
    const Rect area = plot_area(plot, rect, language);
    draw_plot(canvas, rect, plot, PlotAxis::whole(scale, area.x, area.right()), plots.faults, names,
              {language, cursor, nullptr});
    return canvas;
  };
  const Canvas english = draw(plots.backlog.front(), Language::english, std::nullopt);
  CHECK(has_text(english, "Queued messages: orders"));
  CHECK(has_text(english, "Ready"));
  CHECK(has_text(english, "careless down: killed"));
  CHECK(has_text(english, "time (ms)"));
  const Canvas chinese = draw(plots.loss, Language::chinese, plots.end);
  CHECK(has_text(chinese, "丢失与重复（累计）"));
  CHECK(has_text(chinese, "丢失的业务 2"));
  const Canvas rates = draw(plots.rates, Language::english, std::nullopt);
  CHECK(has_text(rates, "Deliver (auto ack)"));
  CHECK_FALSE(has_text(rates, "Get (empty)"));  // there were none
  for (const Canvas* canvas : {&english, &chinese, &rates}) {
    for (const Shape& shape : canvas->shapes()) {
      const auto* path = std::get_if<PathShape>(&shape);
      if (path == nullptr) continue;
      for (std::size_t i = 0; i < path->points.size(); ++i) {
        REQUIRE(path->points[i].y <= 240);
        // Steps: never slanted.
        if (i == 0) continue;
        REQUIRE((path->points[i].x == path->points[i - 1].x ||
                 path->points[i].y == path->points[i - 1].y));
      }
    }
  }
}

TEST_CASE("the text of a plot has the end, the extremes and some instants between") {
  const Story story = shop_story();
  const NameIndex names(story.view());
  const RunPlots plots = run_plots(names);
  const TimeScale scale(story.view(), {}, Time{}, plots.end, AxisMode::linear);
  const std::string text = plot_text(plots.loss, scale, Language::english, 1);
  CHECK(text ==
        "Loss and duplicates, so far\n"
        "  Copies dropped: at the end 1, least 0, most 1\n"
        "  Business lost: at the end 2, least 0, most 2\n"
        "  Business duplicated: at the end 1, least 0, most 1\n"
        "             t  Copies dropped  Business lost  Business duplicated\n"
        "     0.000000s               0              0                    0\n"
        "     0.111000s               1              2                    1\n");
}
