// Reads the files again and swaps the ring; who holds the old one keeps it.
#include "cli/live_keys.h"

#include <utility>

namespace candor::cli {

std::shared_ptr<const policy::KeyRing> LiveKeys::ring() const {
    const std::scoped_lock lock(mutex_);
    return ring_;
}

Result<void> LiveKeys::reload() {
    // Taken before, so that a change in between is seen the next time. What cannot be read is not
    // tried again every second, but with the next reload.
    stamp_ = files_.stamp();
    auto read = files_.ring();
    if (!read) return fail(read.error());
    auto fresh = std::make_shared<const policy::KeyRing>(*std::move(read));
    const std::scoped_lock lock(mutex_);
    ring_ = std::move(fresh);
    return {};
}

Result<bool> LiveKeys::reload_if_changed() {
    if (files_.stamp() == stamp_) return false;
    if (auto done = reload(); !done) return fail(done.error());
    return true;
}

}  // namespace candor::cli
