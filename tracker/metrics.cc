// Counting, and the text of it; see metrics.h.
#include "tracker/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "tracker/token_spellings.h"

namespace candor::tracker {
namespace {

using std::chrono::nanoseconds;

constexpr std::array<std::string_view, 4> route_words{"click", "open", "opt_out", "other"};
constexpr std::array<std::string_view, 2> kind_words{"click", "open"};
constexpr std::array<std::string_view, 2> verdict_words{"human", "machine"};
constexpr std::array<std::string_view, 2> scope_words{"all", "tracking"};
constexpr std::array<std::string_view, 2> source_words{"one_click", "page"};

constexpr std::array<nanoseconds, 12> time_limits{
    std::chrono::microseconds(10),  std::chrono::microseconds(25),  std::chrono::microseconds(50),
    std::chrono::microseconds(100), std::chrono::microseconds(250), std::chrono::microseconds(500),
    std::chrono::milliseconds(1),   std::chrono::milliseconds(5),   std::chrono::milliseconds(25),
    std::chrono::milliseconds(100), std::chrono::milliseconds(500), std::chrono::seconds(2)};

double seconds(nanoseconds time) {
    return std::chrono::duration<double>(time).count();
}

/// Frozen numbers that begin at 1 -> places that begin at 0; what is not known counts as the first.
template <class Number>
std::size_t place(Number number, std::size_t places) {
    const std::size_t at = static_cast<std::size_t>(number) - 1;
    return at < places ? at : 0;
}

class Text {
  public:
    void family(std::string_view name, std::string_view type, std::string_view help) {
        fmt::format_to(std::back_inserter(out_), "# HELP candor_{} {}\n# TYPE candor_{} {}\n", name,
                       help, name, type);
    }
    template <class Value>
    void line(std::string_view name, std::string_view labels, Value value) {
        fmt::format_to(std::back_inserter(out_), "candor_{}{} {}\n", name, labels, value);
    }
    template <class Value>
    void single(std::string_view name, std::string_view type, std::string_view help, Value value) {
        family(name, type, help);
        line(name, "", value);
    }
    [[nodiscard]] std::string take() const { return fmt::to_string(out_); }

  private:
    fmt::memory_buffer out_;
};

void write_times(Text& text, const auto& times, std::uint64_t total_nanoseconds) {
    text.family("request_seconds", "histogram",
                "From the last byte of a request to the first of its answer.");
    std::uint64_t so_far = 0;
    for (std::size_t i = 0; i < times.size(); ++i) {
        so_far += times[i].load();
        const std::string end = i < time_limits.size() ? fmt::format("{}", seconds(time_limits[i]))
                                                       : std::string("+Inf");
        text.line("request_seconds_bucket", fmt::format("{{le=\"{}\"}}", end), so_far);
    }
    text.line("request_seconds_sum", "",
              seconds(nanoseconds(static_cast<nanoseconds::rep>(total_nanoseconds))));
    text.line("request_seconds_count", "", so_far);
}

/// A table of counters with two labels.
void write_table(Text& text, std::string_view name, std::string_view format, const auto& table,
                 const auto& row_words, const auto& column_words) {
    for (std::size_t row = 0; row < table.size(); ++row) {
        for (std::size_t column = 0; column < table[row].size(); ++column) {
            text.line(name, fmt::format(fmt::runtime(format), row_words[row], column_words[column]),
                      table[row][column].load());
        }
    }
}

void write_gauges(Text& text, const Gauges& gauges) {
    text.single("connections_open", "gauge", "Connections of clients.", gauges.connections_open);
    text.single("connections_total", "counter", "Connections taken.", gauges.connections_accepted);
    text.single("events_written_total", "counter", "Events the store has.", gauges.events.written);
    text.single("events_waiting", "gauge", "Events on their way to the store.",
                gauges.events.waiting);
    text.single("events_dropped_total", "counter", "Events that were lost.", gauges.events.dropped);
    text.single("store_up", "gauge", "Whether the store answers a look-up.",
                gauges.store_answers ? 1 : 0);
    text.single("daily_keys", "gauge", "Days and classes whose links still know their person.",
                gauges.daily_keys);
    constexpr std::int64_t day_seconds = 86400;
    text.single("newest_daily_key_timestamp_seconds", "gauge",
                "The day of the newest daily key, of the controller that is worst off; 0 = none.",
                gauges.newest_daily_key ? std::int64_t{*gauges.newest_daily_key} * day_seconds : 0);
    text.single(
        "opt_out_test_timestamp_seconds", "gauge",
        "When the opt-out page last passed its test, of the controller that is worst off; "
        "0 = never.",
        gauges.opt_out_tested_at ? gauges.opt_out_tested_at->time_since_epoch().count() : 0);
    text.single("start_timestamp_seconds", "gauge", "When the tracker started.",
                gauges.started_at.time_since_epoch().count());
    text.family("build_info", "gauge", "The version.");
    text.line("build_info", "{version=\"" CANDOR_VERSION "\"}", 1);
}

}  // namespace

RouteClass route_class_of(std::string_view path) {
    if (behind_route(path, 'c')) return RouteClass::Click;
    if (behind_route(path, 'o')) return RouteClass::Open;
    if (behind_route(path, 'u')) return RouteClass::OptOut;
    return RouteClass::Other;
}

void Metrics::answered(RouteClass route, int status, nanoseconds took) {
    constexpr auto relaxed = std::memory_order_relaxed;
    const auto status_class = static_cast<std::size_t>(std::clamp(status / 100, 1, 5) - 1);
    answers_[static_cast<std::size_t>(route)][status_class].fetch_add(1, relaxed);
    const auto limit = std::ranges::lower_bound(time_limits, took);
    times_[static_cast<std::size_t>(limit - time_limits.begin())].fetch_add(1, relaxed);
    nanoseconds_.fetch_add(static_cast<std::uint64_t>(std::max<nanoseconds::rep>(took.count(), 0)),
                           relaxed);
}

void Metrics::recorded(const policy::Event& event) {
    ++events_[place(event.kind, kinds)][place(event.verdict, verdicts)];
}

void Metrics::opted_out(policy::OptOutScope scope, policy::OptOutSource source) {
    ++opt_outs_[place(scope, scopes)][place(source, sources)];
}

std::string prometheus_text(const Metrics& metrics, const Gauges& gauges) {
    constexpr std::array<std::string_view, 5> status_words{"1xx", "2xx", "3xx", "4xx", "5xx"};
    Text text;
    text.family("requests_total", "counter", "Requests answered, without the tracker's own tests.");
    write_table(text, "requests_total", "{{route=\"{}\",status=\"{}\"}}", metrics.answers_,
                route_words, status_words);
    write_times(text, metrics.times_, metrics.nanoseconds_.load());
    text.single("requests_beyond_rate_total", "counter", "Requests faster than anybody clicks.",
                metrics.beyond_rate_.load());
    text.family("events_total", "counter", "Clicks and opens, by what they were taken for.");
    write_table(text, "events_total", "{{kind=\"{}\",verdict=\"{}\"}}", metrics.events_, kind_words,
                verdict_words);
    text.family("opt_outs_total", "counter", "Opt-outs recorded.");
    write_table(text, "opt_outs_total", "{{scope=\"{}\",source=\"{}\"}}", metrics.opt_outs_,
                scope_words, source_words);
    write_gauges(text, gauges);
    return text.take();
}

}  // namespace candor::tracker
