// Mail never waits for the store: what adds takes another lock than what writes.
#include "milter/decision_buffer.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace candor::milter {

bool DecisionBuffer::has_room() const {
    const std::scoped_lock lock(mutex_);
    return waiting_.size() < capacity_;
}

void DecisionBuffer::add(std::vector<policy::DecisionRecord> records) {
    const std::scoped_lock lock(mutex_);
    std::ranges::move(records, std::back_inserter(waiting_));
}

Result<void> DecisionBuffer::write() {
    const std::scoped_lock one_at_a_time(writing_);
    std::vector<policy::DecisionRecord> batch;
    {
        const std::scoped_lock lock(mutex_);
        batch.swap(waiting_);
    }
    if (batch.empty()) return {};
    auto written = store_.append_decisions(batch);
    if (written) {
        if (failed_before_) journal_.warning("decisions_resumed", "the store takes them again");
        failed_before_ = false;
        return {};
    }
    if (!failed_before_) journal_.error("decisions_waiting", written.error().message);
    failed_before_ = true;
    // Those that came meanwhile are younger.
    const std::scoped_lock lock(mutex_);
    std::ranges::move(waiting_, std::back_inserter(batch));
    waiting_ = std::move(batch);
    return written;
}

policy::BodyDigester DecisionBuffer::digester() const {
    return {key_, policy::random_salt()};
}

}  // namespace candor::milter
