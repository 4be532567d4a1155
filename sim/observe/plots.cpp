// SPDX-License-Identifier: MIT
// Folding rows into series.
#include "sim/observe/plots.hpp"

#include <algorithm>
#include <array>

#include "sim/base/assert.hpp"
#include "sim/observe/metrics.hpp"

namespace mqlab::observe {

namespace {

constexpr std::array kRateWords{
    Key::series_publish,      Key::series_confirm,  Key::series_deliver_manual,
    Key::series_deliver_auto, Key::series_ack,      Key::series_redelivered,
    Key::series_get_manual,   Key::series_get_auto, Key::series_get_empty,
    Key::series_return,       Key::series_drop};

std::size_t rate_at(Key word) {
  const auto* found = std::find(kRateWords.begin(), kRateWords.end(), word);
  MQLAB_ASSERT(found != kRateWords.end());
  return static_cast<std::size_t>(found - kRateWords.begin());
}

template <typename T>
T& at_index(std::vector<T>& table, std::uint32_t index, T value = T{}) {
  if (index >= table.size()) table.resize(index + std::size_t{1}, value);
  return table[index];
}

Plot make_plot(std::string id, Key title, std::string subject, Plot::Unit unit,
               std::initializer_list<Key> words) {
  Plot plot;
  plot.id = std::move(id);
  plot.title = title;
  plot.subject = std::move(subject);
  plot.unit = unit;
  for (const Key word : words) plot.series.push_back({word, {}});
  return plot;
}

// Spans of time, in the order of their ends, as quantiles of what ended within each interval.
class Latencies {
 public:
  Latencies(Plot plot, Duration interval) : plot_(std::move(plot)), interval_(interval) {
    plot_.interval = interval;
  }

  void add(Time at, Duration span) {
    const std::int64_t bucket = at.ns / interval_.ns;
    if (bucket != bucket_) close();
    bucket_ = bucket;
    spans_.add(span);
  }

  // nullopt if nothing was added.
  std::optional<Plot> finish() {
    close();
    if (plot_.series.front().steps.empty()) return std::nullopt;
    return std::move(plot_);
  }

 private:
  void close() {
    if (spans_.count() == 0) return;
    const Time from{bucket_ * interval_.ns};
    const std::array quantiles{spans_.quantile(50, 100), spans_.quantile(90, 100),
                               spans_.quantile(99, 100), spans_.largest()};
    for (std::size_t i = 0; i < quantiles.size(); ++i) {
      Series& series = plot_.series[i];
      // The interval before ended a step of its own that says: nothing here.
      if (!series.steps.empty() && series.steps.back().at == from) series.steps.pop_back();
      series.set(from, static_cast<double>(quantiles[i]->ns));
      series.set_unknown(from + interval_);
    }
    spans_ = Durations{};
  }

  Plot plot_;
  Duration interval_;
  std::int64_t bucket_ = -1;
  Durations spans_;
};

class Folder {
 public:
  Folder(const NameIndex& names, EntityId queue)
      : names_(names),
        view_(names.view()),
        only_(queue),
        end_(view_.row_count() > 0 ? view_.rows().back().at : Time{}),
        interval_(plot_interval(end_ - Time{})),
        to_effect_(latency_plot("to-effect", Key::plot_to_effect, ""), interval_),
        confirmed_after_(latency_plot("confirmed-after", Key::plot_confirmed_after, ""),
                         interval_) {
    plots_.end = end_;
  }

  RunPlots fold() {
    plots_.backlog_all = backlog_plot("backlog", Key::plot_backlog_all, "");
    plots_.loss = make_plot(
        "loss", Key::plot_loss, "", Plot::Unit::messages,
        {Key::series_copies_lost, Key::series_business_lost, Key::series_business_duplicated});
    for (RowNo number = 1; number <= view_.row_count(); ++number) take(view_.row(number), number);
    close_rates();
    close_losses();
    plots_.rates = make_plot("rates", only_ ? Key::plot_rates_queue : Key::plot_rates,
                             only_ ? names_.label(only_) : "", Plot::Unit::per_second, {});
    plots_.rates.interval = interval_;
    for (std::size_t i = 0; i < rates_.size(); ++i) {
      plots_.rates.series.push_back({kRateWords[i], std::move(rates_[i].steps)});
    }
    collect(to_effect_);
    for (Latencies& waits : waited_) collect(waits);
    collect(confirmed_after_);
    plots_.faults = faults_of(view_);
    return std::move(plots_);
  }

 private:
  static Plot backlog_plot(std::string id, Key title, std::string subject) {
    return make_plot(std::move(id), title, std::move(subject), Plot::Unit::messages,
                     {Key::series_ready, Key::series_unacked, Key::series_total});
  }

  static Plot latency_plot(std::string id, Key title, std::string subject) {
    return make_plot(std::move(id), title, std::move(subject), Plot::Unit::nanoseconds,
                     {Key::series_median, Key::series_p90, Key::series_p99, Key::series_longest});
  }

  void collect(Latencies& latencies) {
    std::optional<Plot> plot = latencies.finish();
    if (plot) plots_.latency.push_back(std::move(*plot));
  }

  void take(const Row& row, RowNo number) {
    if (row.at != loss_at_) close_losses();
    loss_at_ = row.at;
    count_rates(row);
    measure(row);
    business_.apply(view_, row, number);
    count_losses(row);
    state_.apply(view_, row);
    if (row.fact == Fact::enqueued || row.fact == Fact::delivered || row.fact == Fact::requeued ||
        row.fact == Fact::removed) {
      if (row.copy) sample(row);
    }
  }

  // -- backlog ------------------------------------------------------------------------------------

  std::size_t position_of(EntityId queue) {
    std::uint32_t& known = at_index(position_, queue.value, std::uint32_t{0});
    if (known == 0) {
      const std::string name = names_.label(queue);
      plots_.queues.push_back(queue);
      plots_.backlog.push_back(backlog_plot("backlog-" + name, Key::plot_backlog, name));
      for (Series& series : plots_.backlog.back().series) series.set(Time{}, 0);
      waited_.emplace_back(latency_plot("waited-" + name, Key::plot_waited, name), interval_);
      known = static_cast<std::uint32_t>(plots_.queues.size());
    }
    return known - 1;
  }

  void sample(const Row& row) {
    set(plots_.backlog[position_of(row.subject)], row.at, state_.ready_count(row.subject),
        state_.unacked_count(row.subject));
    set(plots_.backlog_all, row.at, state_.ready_count(), state_.unacked_count());
  }

  static void set(Plot& plot, Time at, std::size_t ready, std::size_t unacked) {
    plot.series[0].set(at, static_cast<double>(ready));
    plot.series[1].set(at, static_cast<double>(unacked));
    plot.series[2].set(at, static_cast<double>(ready + unacked));
  }

  // -- rates --------------------------------------------------------------------------------------

  void count(Key word, Time at) {
    const std::int64_t bucket = at.ns / interval_.ns;
    if (bucket != bucket_) close_rates();
    bucket_ = bucket;
    ++counts_[rate_at(word)];
  }

  // What was counted becomes a step, and after it there is nothing until something is counted.
  void close_rates() {
    const Time from{bucket_ * interval_.ns};
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      Series& series = rates_[i];
      if (series.steps.empty()) series.set(Time{}, 0);
      if (counts_[i] == 0) continue;
      // Exact: the interval is a whole part or a multiple of a second, or a rounding away from it.
      const double rate = static_cast<double>(counts_[i]) * 1e9 / static_cast<double>(interval_.ns);
      if (series.steps.back().at == from) series.steps.pop_back();
      if (series.steps.empty() || series.steps.back().value != rate) series.set(from, rate);
      series.set(from + interval_, 0);
    }
    counts_ = {};
  }

  bool counts_here(EntityId queue) const { return !only_ || queue == only_; }

  void count_rates(const Row& row) {
    if (row.fact == Fact::published && !only_) count(Key::series_publish, row.at);
    if (row.fact == Fact::enqueued && only_ && row.subject == only_ &&
        row.reason == Reason::published) {
      count(Key::series_publish, row.at);
    }
    if (row.fact == Fact::confirmed && row.reason == Reason::ack && !only_) {
      count(Key::series_confirm, row.at);
    }
    if (row.fact == Fact::routed && !only_) {
      if (row.reason == Reason::returned) count(Key::series_return, row.at);
      if (row.reason == Reason::unroutable) count(Key::series_drop, row.at);
    }
    if (row.fact == Fact::sent && row.reason == Reason::method && !only_ &&
        view_.text(row.text) == "basic.get-empty") {
      count(Key::series_get_empty, row.at);
    }
    if (row.fact == Fact::removed && row.reason == Reason::acked && counts_here(row.subject)) {
      count(Key::series_ack, row.at);
    }
    if (row.fact == Fact::delivered && counts_here(row.subject)) count_delivery(row);
  }

  void count_delivery(const Row& row) {
    const bool automatic = (row.flags & ledger::kNoAck) != 0;
    if (view_.entity(row.object).kind == ledger::EntityKind::subscription) {
      count(automatic ? Key::series_deliver_auto : Key::series_deliver_manual, row.at);
    } else {
      count(automatic ? Key::series_get_auto : Key::series_get_manual, row.at);
    }
    if ((row.flags & ledger::kRedelivered) != 0) count(Key::series_redelivered, row.at);
  }

  // -- loss ---------------------------------------------------------------------------------------

  void count_losses(const Row& row) {
    if (row.fact == Fact::removed && row.reason != Reason::acked &&
        row.reason != Reason::auto_acked) {
      ++dropped_;
    } else if (row.fact == Fact::enqueued && row.reason == Reason::dead_lettered &&
               row.cause != saved_by_ && row.cause != 0 &&
               view_.row(row.cause).fact == Fact::removed && dropped_ > 0) {
      saved_by_ = row.cause;  // one copy may become a dead letter in several queues
      --dropped_;
    }
  }

  // Only what an instant leaves behind: between two rows of it, a message that is on its way from
  // one hand to the next seems to be nowhere.
  void close_losses() {
    std::vector<Series>& series = plots_.loss.series;
    series[0].set(loss_at_, static_cast<double>(dropped_));
    series[1].set(loss_at_, static_cast<double>(business_.count(Outcome::lost)));
    series[2].set(loss_at_, static_cast<double>(business_.count(Outcome::duplicated)));
  }

  // -- latencies ----------------------------------------------------------------------------------

  // Before the state knows of the row.
  void measure(const Row& row) {
    if (row.fact == Fact::composed && row.text) {
      Time& composed = at_index(composed_at_, row.text.value, Time{-1});
      if (composed == Time{-1}) composed = row.at;
    } else if (row.fact == Fact::effect && row.text.value < composed_at_.size()) {
      Time& composed = composed_at_[row.text.value];
      if (composed == Time{-1} || composed == Time::never()) return;
      to_effect_.add(row.at, row.at - composed);
      composed = Time::never();
    } else if (row.fact == Fact::sent && row.reason == Reason::publish) {
      at_index(sent_at_, row.transmission.value, Time{}) = row.at;
    } else if (row.fact == Fact::learned && row.reason == Reason::ack) {
      if (only_ || row.transmission.value >= sent_at_.size()) return;
      confirmed_after_.add(row.at, row.at - sent_at_[row.transmission.value]);
    } else if (row.fact == Fact::delivered && counts_here(row.subject)) {
      const Copy* copy = state_.copy(row.copy);
      if (copy == nullptr || copy->deliveries > 0) return;
      waited_[position_of(copy->queue)].add(row.at, row.at - view_.row(copy->enqueued).at);
    }
  }

  const NameIndex& names_;
  const LedgerView& view_;
  EntityId only_;
  Time end_;
  Duration interval_;
  RunPlots plots_;
  State state_;
  BusinessBook business_;
  std::vector<std::uint32_t> position_;  // by queue: in plots_.queues, + 1
  std::int64_t bucket_ = 0;
  std::array<std::uint64_t, kRateWords.size()> counts_{};
  std::array<Series, kRateWords.size()> rates_;
  Time loss_at_;
  std::uint64_t dropped_ = 0;
  RowNo saved_by_ = 0;
  std::vector<Time> composed_at_;  // by business id; never: its effect took place
  std::vector<Time> sent_at_;      // by transmission
  std::vector<Latencies> waited_;  // as plots_.queues
  Latencies to_effect_;
  Latencies confirmed_after_;
};

}  // namespace

std::string_view word(PlotKind kind) {
  switch (kind) {
    case PlotKind::backlog:
      return "backlog";
    case PlotKind::rates:
      return "rates";
    case PlotKind::loss:
      return "loss";
    case PlotKind::latency:
      return "latency";
  }
  assertion_failed("every kind of plot has a word", __FILE__, __LINE__);
}

std::optional<PlotKind> plot_kind(std::string_view text) {
  for (const PlotKind kind :
       {PlotKind::backlog, PlotKind::rates, PlotKind::loss, PlotKind::latency}) {
    if (word(kind) == text) return kind;
  }
  return std::nullopt;
}

std::vector<const Plot*> RunPlots::of(PlotKind kind) const {
  std::vector<const Plot*> plots;
  if (kind == PlotKind::backlog) {
    if (backlog.size() != 1) plots.push_back(&backlog_all);
    for (const Plot& plot : backlog) plots.push_back(&plot);
  }
  if (kind == PlotKind::rates) plots.push_back(&rates);
  if (kind == PlotKind::loss) plots.push_back(&loss);
  if (kind == PlotKind::latency) {
    for (const Plot& plot : latency) plots.push_back(&plot);
  }
  return plots;
}

RunPlots run_plots(const NameIndex& names, EntityId queue) {
  return Folder(names, queue).fold();
}

Duration plot_interval(Duration whole) {
  constexpr std::int64_t kSteps = 100;
  for (std::int64_t power = 1; power < 1'000'000'000'000'000'000; power *= 10) {
    for (const std::int64_t mantissa : {1, 2, 5}) {
      if (power * mantissa >= whole.ns / kSteps) return Duration{power * mantissa};
    }
  }
  return Duration{1'000'000'000'000'000'000};
}

}  // namespace mqlab::observe
