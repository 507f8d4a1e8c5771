// What EventQueue says of its work, and how often.
#include <fmt/format.h>

#include "tracker/event_queue.h"

namespace candor::tracker {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds between_written_lines{1000};
constexpr milliseconds between_dropped_lines{60000};

}  // namespace

/// At most one line a second, so that a busy day does not fill the log.
void EventQueue::report_written(std::size_t events, milliseconds took, bool final_line) {
    unreported_events_ += events;
    unreported_time_ += took;
    const auto now = steady_clock::now();
    if (unreported_events_ == 0 || (!final_line && now < next_report_)) return;
    journal_.clicks_written(unreported_events_, unreported_time_);
    unreported_events_ = 0;
    unreported_time_ = milliseconds{0};
    next_report_ = now + between_written_lines;
}

void EventQueue::report_dropped(bool final_line) {
    const std::uint64_t total = counts().dropped;
    const auto now = steady_clock::now();
    if (total == dropped_reported_ || (!final_line && now < next_drop_report_)) return;
    journal_.warning("events_dropped", fmt::format("{} events were lost, {} since the start",
                                                   total - dropped_reported_, total));
    dropped_reported_ = total;
    next_drop_report_ = now + between_dropped_lines;
}

}  // namespace candor::tracker
