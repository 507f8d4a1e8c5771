// Reads the files again and swaps the ring; who holds the old one keeps it.
#include "cli/live_keys.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace candor::cli {

std::shared_ptr<const policy::KeyRing> LiveKeys::ring() const {
    const std::scoped_lock lock(mutex_);
    return ring_;
}

Result<void> LiveKeys::reload() {
    // Taken before, so that a change in between is seen the next time. What cannot be read is not
    // tried again every second, but with the next reload.
    stamp_ = stamp();
    auto fresh = read();
    if (!fresh) {
        forget_destroyed();
        return fail(fresh.error());
    }
    replace(std::make_shared<const policy::KeyRing>(*std::move(fresh)));
    return {};
}

Result<policy::KeyRing> LiveKeys::read() const {
    auto ring = files_.ring();
    if (!ring || !left_) return ring;
    if (auto added = left_->add_links_to(*ring); !added) return fail(added.error());
    return ring;
}

KeyFiles::Stamp LiveKeys::stamp() const {
    KeyFiles::Stamp stamp = files_.stamp();
    if (left_) std::ranges::copy(left_->stamp(), std::back_inserter(stamp));
    return stamp;
}

/// What was shredded must not live on in memory because of a file that has nothing to do with it.
void LiveKeys::forget_destroyed() {
    const auto old = ring();
    const auto destroyed = files_.destroyed_in(*old);
    if (destroyed.empty()) return;
    auto fresh = std::make_shared<policy::KeyRing>(*old);
    for (const policy::Epoch& name : destroyed) fresh->remove_daily_key(name);
    replace(std::move(fresh));
}

void LiveKeys::replace(std::shared_ptr<const policy::KeyRing> ring) {
    const std::scoped_lock lock(mutex_);
    ring_ = std::move(ring);
}

Result<bool> LiveKeys::reload_if_changed() {
    if (stamp() == stamp_) return false;
    if (auto done = reload(); !done) return fail(done.error());
    return true;
}

}  // namespace candor::cli
