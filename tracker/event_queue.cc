// The threads behind EventQueue. No lock is held while the store, the spool or the journal is
// called.
#include "tracker/event_queue.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <utility>

#include "tracker/spool_record.h"

namespace candor::tracker {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Those who answer come first; a tenth of a busy processor is enough for 100,000 clicks a second.
constexpr int writer_niceness = 10;

/// Whether the same may succeed later. A batch the store calls wrong would block all others.
bool worth_a_retry(Fault fault) {
    return fault == Fault::Unavailable || fault == Fault::Damaged || fault == Fault::Broken;
}

}  // namespace

EventQueue::EventQueue(const Ports& ports, const EventQueueLimits& limits)
    : store_(ports.store),
      spool_(ports.spool),
      keys_(ports.keys),
      clock_(ports.clock),
      journal_(ports.journal),
      limits_(limits),
      writer_([this] { run(); }),
      syncer_([this] { keep_synced(); }) {}

EventQueue::~EventQueue() {
    stop(milliseconds{0});
}

void EventQueue::record(std::span<const policy::Event> events) {
    if (events.empty()) return;
    const auto ring = keys_.ring();
    std::string records;
    records.reserve(events.size() * spool_record_bytes);
    for (const policy::Event& event : events) records += to_spool_record(event, *ring);
    const auto number = spool_.append(records);
    if (!number) {
        refused_warning_.warn(journal_, "spool_refused",
                              number.error().message + "; events wait in memory", clock_.now());
    }
    const std::scoped_lock lock(mutex_);
    if (!number) keep_in_memory(events);
    const std::size_t before = std::exchange(fresh_, fresh_ + events.size());
    const bool fills_batch = before < limits_.batch && fresh_ >= limits_.batch;
    if (before == 0 || fills_batch) to_writer_.notify_one();
}

void EventQueue::keep_in_memory(std::span<const policy::Event> events) {
    if (stopping_) dropped_ += events.size();
    if (!stopping_) waiting_.insert(waiting_.end(), events.begin(), events.end());
    for (; waiting_.size() > limits_.capacity; ++dropped_) waiting_.pop_front();
}

bool EventQueue::flush(milliseconds limit) {
    std::unique_lock lock(mutex_);
    ++flushing_;
    to_writer_.notify_one();
    const bool done =
        from_writer_.wait_for(lock, limit, [this] { return settled_ && fresh_ == 0; });
    --flushing_;
    return done;
}

void EventQueue::stop(milliseconds limit) {
    {
        const std::scoped_lock lock(mutex_);
        if (!stopping_) give_up_at_ = steady_clock::now() + limit;
        stopping_ = true;
        to_writer_.notify_one();
        to_syncer_.notify_one();
    }
    if (writer_.joinable()) writer_.join();
    if (syncer_.joinable()) syncer_.join();
}

EventCounts EventQueue::counts() const {
    const std::scoped_lock lock(mutex_);
    return {written_, waiting_.size() + spool_.records_behind(taken_), dropped_};
}

void EventQueue::run() {
    // Of this thread alone. A sandbox that refuses costs nothing.
    static_cast<void>(::setpriority(PRIO_PROCESS, 0, writer_niceness));
    next_file_ = steady_clock::now() + limits_.file;
    if (const std::uint64_t torn = spool_.torn_bytes(); torn > 0) {
        journal_.warning("spool_damaged",
                         fmt::format("the last {} bytes of a file were no whole record", torn));
    }
    if (!learn_what_was_taken()) {
        give_up({});
    } else {
        for (Batch batch; next_batch(batch);) {
            if (!write(batch)) {
                give_up(batch);
                break;
            }
            done_with(batch);
            report_dropped(false);
        }
        spool_.begin_file();
        spool_.release(taken_);
    }
    report_written(0, milliseconds{0}, true);
    report_dropped(true);
}

/// The first answer that is no failure which may pass, then `resumed` in the log; nothing when the
/// queue is stopping and its patience is spent.
template <class Attempt>
auto EventQueue::keep_trying(std::string_view resumed, Attempt attempt)
    -> std::optional<decltype(attempt())> {
    milliseconds pause = limits_.first_retry;
    std::optional<SteadyTime> said_at;
    for (;;) {
        auto done = attempt();
        if (done && said_at) journal_.warning("events_resumed", resumed);
        if (done || !worth_a_retry(done.error().fault)) return done;
        const auto now = steady_clock::now();
        if (!said_at || now - *said_at >= limits_.say_again) {
            journal_.warning("events_waiting", done.error().message);
            said_at = now;
        }
        if (!pause_before_retry(pause)) return std::nullopt;
        pause = std::min(pause * 2, limits_.last_retry);
    }
}

/// Nothing is read from the spool before: it would be written a second time. False: give up.
bool EventQueue::learn_what_was_taken() {
    const auto taken =
        keep_trying("the store answers again", [&] { return store_.taken_from(spool_.id()); });
    if (!taken || !*taken) return false;
    taken_ = **taken;
    spool_.number_from(taken_ + 1);
    return true;
}

/// Waits for events and takes up to a batch of them; false when there is nothing left to do.
bool EventQueue::next_batch(Batch& batch) {
    for (;;) {
        change_file_in_time();
        {
            std::unique_lock lock(mutex_);
            to_writer_.wait_until(lock, next_file_,
                                  [this] { return stopping_ || !settled_ || fresh_ > 0; });
            // Group commit: the first event waits a moment for others to share its fsync.
            if (settled_) {
                to_writer_.wait_for(lock, limits_.wait, [this] {
                    return stopping_ || flushing_ > 0 || fresh_ >= limits_.batch;
                });
            }
            settled_ = false;
            fresh_ = 0;
            if (steady_clock::now() >= give_up_at_) return take_from_memory(batch);
        }
        if (take_from_spool(batch)) return true;
        const std::scoped_lock lock(mutex_);
        if (take_from_memory(batch)) return true;
        settled_ = true;
        from_writer_.notify_all();
        if (stopping_ && fresh_ == 0) return false;
    }
}

/// So that what was taken does not lie in the newest file, which stays, until that is full.
void EventQueue::change_file_in_time() {
    const auto now = steady_clock::now();
    if (now < next_file_) return;
    next_file_ = now + limits_.file;
    spool_.begin_file();
    spool_.release(taken_);
}

bool EventQueue::take_from_spool(Batch& batch) {
    const std::uint64_t last = spool_.last();
    // A file that is there is not passed over: what hides it, such as a lack of descriptors, ends.
    const auto found = keep_trying("the spool can be read again", [&] {
        return spool_.read(taken_, std::max<std::size_t>(limits_.batch, 1));
    });
    if (!found || !*found || (*found)->records == 0) return false;
    const SpoolRun& run = **found;
    batch.events.clear();
    batch.position = {spool_.id(), run.through};
    batch.last = run.through >= last;
    const auto ring = keys_.ring();
    const policy::Day today = policy::day_of(clock_.now());
    for (std::string_view rest = run.bytes; !rest.empty(); rest.remove_prefix(spool_record_bytes)) {
        auto event = from_spool_record(rest.substr(0, spool_record_bytes), *ring, today);
        if (event) batch.events.push_back(*event);
    }
    if (const std::size_t lost = run.records - batch.events.size(); lost > 0) {
        journal_.warning("spool_damaged", fmt::format("{} records cannot be read", lost));
    }
    return true;
}

/// With mutex_ held.
bool EventQueue::take_from_memory(Batch& batch) {
    if (waiting_.empty()) return false;
    const std::size_t count = std::min(waiting_.size(), std::max<std::size_t>(limits_.batch, 1));
    const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
    batch.events.assign(waiting_.begin(), end);
    waiting_.erase(waiting_.begin(), end);
    batch.position = {};
    batch.last = waiting_.empty();
    return true;
}

/// Whether the queue is through with the batch: the store has it, or calls it wrong for good.
bool EventQueue::write(const Batch& batch) {
    milliseconds took{0};
    const auto written = keep_trying("the store takes events again", [&] {
        const auto started = steady_clock::now();
        auto done = store_.append(batch.events, batch.position);
        took = std::chrono::duration_cast<milliseconds>(steady_clock::now() - started);
        return done;
    });
    if (!written) return false;
    if (*written) report_written(batch.events.size(), took, false);
    if (!*written) journal_.error("events_refused", written->error().message);
    const std::scoped_lock lock(mutex_);
    (*written ? written_ : dropped_) += batch.events.size();
    return true;
}

void EventQueue::done_with(const Batch& batch) {
    {
        const std::scoped_lock lock(mutex_);
        settled_ = batch.last && waiting_.empty();
        if (settled_) from_writer_.notify_all();
    }
    if (batch.position.spool == 0) return;
    taken_ = batch.position.through;
    spool_.release(taken_);
}

/// What is in memory is lost; what is in the spool stays there.
void EventQueue::give_up(const Batch& in_hand) {
    const std::scoped_lock lock(mutex_);
    dropped_ += waiting_.size();
    if (in_hand.position.spool == 0) dropped_ += in_hand.events.size();
    waiting_.clear();
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

/// A thread of its own: the writer may be waiting for the store.
void EventQueue::keep_synced() {
    for (bool stopping = false; !stopping;) {
        {
            std::unique_lock lock(mutex_);
            stopping = to_syncer_.wait_for(lock, limits_.sync, [this] { return stopping_; });
        }
        if (auto synced = spool_.sync(); !synced) {
            sync_warning_.warn(journal_, "spool_not_synced", synced.error().message, clock_.now());
        }
    }
}

}  // namespace candor::tracker
