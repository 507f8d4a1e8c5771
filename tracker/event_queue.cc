// The writer thread behind EventQueue. No lock is held while the store or the journal is called.
#include "tracker/event_queue.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace candor::tracker {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds between_written_lines{1000};
constexpr milliseconds between_dropped_lines{60000};

/// Whether the same batch may succeed later. A batch the store calls wrong would block all others.
bool worth_a_retry(Fault fault) {
    switch (fault) {
        case Fault::Unavailable:
        case Fault::Broken: return true;
        case Fault::Malformed:
        case Fault::Missing:
        case Fault::OverLimit: return false;
    }
    return false;
}

}  // namespace

EventQueue::EventQueue(policy::Store& store, policy::Journal& journal,
                       const EventQueueLimits& limits)
    : store_(store), journal_(journal), limits_(limits), writer_([this] { run(); }) {}

EventQueue::~EventQueue() {
    stop(milliseconds{0});
}

void EventQueue::record(const policy::Event& event) {
    const std::scoped_lock lock(mutex_);
    if (stopping_ || limits_.capacity == 0) {
        ++dropped_;
        return;
    }
    if (waiting_.size() >= limits_.capacity) {
        waiting_.pop_front();
        ++dropped_;
    }
    waiting_.push_back(event);
    if (waiting_.size() == 1 || waiting_.size() == limits_.batch) to_writer_.notify_one();
}

bool EventQueue::flush(milliseconds limit) {
    std::unique_lock lock(mutex_);
    ++flushing_;
    to_writer_.notify_one();
    const bool done =
        from_writer_.wait_for(lock, limit, [this] { return waiting_.empty() && in_hand_ == 0; });
    --flushing_;
    return done;
}

void EventQueue::stop(milliseconds limit) {
    {
        const std::scoped_lock lock(mutex_);
        if (!stopping_) give_up_at_ = steady_clock::now() + limit;
        stopping_ = true;
        to_writer_.notify_one();
    }
    if (writer_.joinable()) writer_.join();
}

EventCounts EventQueue::counts() const {
    const std::scoped_lock lock(mutex_);
    return {written_, waiting_.size() + in_hand_, dropped_};
}

void EventQueue::run() {
    std::vector<policy::Event> batch;
    while (next_batch(batch)) {
        write(batch);
        report_dropped(false);
        const std::scoped_lock lock(mutex_);
        in_hand_ = 0;
        if (waiting_.empty()) from_writer_.notify_all();
    }
    report_written(0, milliseconds{0}, true);
    report_dropped(true);
}

/// Waits for events and takes up to a batch of them; false when there is nothing left to do.
bool EventQueue::next_batch(std::vector<policy::Event>& batch) {
    std::unique_lock lock(mutex_);
    to_writer_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return false;
    // Group commit: the first event waits a moment for others to share its fsync.
    to_writer_.wait_for(lock, limits_.wait, [this] {
        return stopping_ || flushing_ > 0 || waiting_.size() >= limits_.batch;
    });
    const std::size_t count = std::min(waiting_.size(), std::max<std::size_t>(limits_.batch, 1));
    const auto last = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
    batch.assign(waiting_.begin(), last);
    waiting_.erase(waiting_.begin(), last);
    in_hand_ = count;
    return true;
}

void EventQueue::write(const std::vector<policy::Event>& batch) {
    milliseconds pause = limits_.first_retry;
    bool failed_before = false;
    for (;;) {
        const auto started = steady_clock::now();
        const auto written = store_.append(batch);
        if (written) {
            if (failed_before) journal_.warning("events_resumed", "the store takes events again");
            report_written(batch.size(),
                           std::chrono::duration_cast<milliseconds>(steady_clock::now() - started),
                           false);
            const std::scoped_lock lock(mutex_);
            written_ += batch.size();
            return;
        }
        const bool retry = worth_a_retry(written.error().fault);
        if (!retry) journal_.error("events_refused", written.error().message);
        if (retry && !failed_before) journal_.warning("events_waiting", written.error().message);
        failed_before = true;
        if (!retry || !pause_before_retry(pause)) {
            const std::scoped_lock lock(mutex_);
            dropped_ += batch.size();
            return;
        }
        pause = std::min(pause * 2, limits_.last_retry);
    }
}

/// False when the queue is stopping and its patience is spent.
bool EventQueue::pause_before_retry(milliseconds pause) {
    std::unique_lock lock(mutex_);
    if (!stopping_) to_writer_.wait_for(lock, pause, [this] { return stopping_; });
    if (!stopping_) return true;
    const auto now = steady_clock::now();
    if (now >= give_up_at_) return false;
    // Stopping: nobody notifies any more, so this only lets the pause pass, within the patience.
    to_writer_.wait_until(lock, std::min(now + pause, give_up_at_), [] { return false; });
    return true;
}

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
