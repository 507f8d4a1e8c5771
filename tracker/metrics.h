// What the tracker counts while it runs, as Prometheus reads it (text format 0.0.4). No label names
// a person, a campaign or a host: what is said about campaigns is said by reports, above their
// cohort threshold.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/clock.h"
#include "policy/store.h"
#include "tracker/event_queue.h"
#include "tracker/http_response.h"

namespace candor::tracker {

/// What a request was for.
enum class RouteClass : std::uint8_t { Click, Open, OptOut, Other };
[[nodiscard]] RouteClass route_class_of(std::string_view path);

/// Counts since the start. Safe to call from any thread; never waits.
class Metrics {
  public:
    void answered(RouteClass route, int status, std::chrono::nanoseconds took);
    void beyond_rate() { ++beyond_rate_; }
    void recorded(const policy::Event& event);
    void opted_out(policy::OptOutScope scope, policy::OptOutSource source);

  private:
    friend std::string prometheus_text(const Metrics&, const struct Gauges&);

    using Counter = std::atomic<std::uint64_t>;
    static constexpr std::size_t routes = 4;
    static constexpr std::size_t status_classes = 5;  ///< 1xx .. 5xx
    static constexpr std::size_t kinds = 2;
    static constexpr std::size_t verdicts = 2;
    static constexpr std::size_t scopes = 2;
    static constexpr std::size_t sources = 2;
    static constexpr std::size_t time_buckets = 13;  ///< the last has no end

    std::array<std::array<Counter, status_classes>, routes> answers_{};
    std::array<Counter, time_buckets> times_{};
    Counter nanoseconds_{0};
    Counter beyond_rate_{0};
    std::array<std::array<Counter, verdicts>, kinds> events_{};
    std::array<std::array<Counter, sources>, scopes> opt_outs_{};
};

/// What is asked for at the moment of a scrape.
struct Gauges {
    std::uint64_t connections_open = 0;
    std::uint64_t connections_accepted = 0;
    EventCounts events;
    bool store_answers = false;
    std::size_t daily_keys = 0;
    /// Of the controller that is worst off; nothing when one has none.
    std::optional<policy::Day> newest_daily_key;
    std::optional<policy::Instant> opt_out_tested_at;
    policy::Instant started_at{};
};

[[nodiscard]] std::string prometheus_text(const Metrics& metrics, const Gauges& gauges);

/// Counts events on their way to another sink.
class CountedEvents final : public EventSink {
  public:
    /// Both are borrowed and must outlive it.
    CountedEvents(Metrics& metrics, EventSink& next) : metrics_(metrics), next_(next) {}
    void record(const policy::Event& event) override {
        metrics_.recorded(event);
        next_.record(event);
    }

  private:
    Metrics& metrics_;
    EventSink& next_;
};

}  // namespace candor::tracker
