// Ages of records, nothing else.
#include "policy/decision/duties.h"

namespace candor::policy {
namespace {

/// Two processes of one host read the same clock, but not in the same second.
constexpr std::chrono::minutes ahead_at_most{1};

}  // namespace

bool counts(const std::optional<Instant>& done_at, Instant now, std::chrono::hours for_long) {
    return done_at && *done_at <= now + ahead_at_most && now - *done_at <= for_long;
}

std::optional<Instant>& Duties::at(Duty duty) {
    switch (duty) {
        case Duty::TestOptOut: return opt_out_tested_at;
        case Duty::PurgeEvents: return events_purged_at;
        case Duty::ShredKeys: break;
    }
    return keys_shredded_at;
}

bool opt_out_tested(const Duties& duties, Instant now) {
    return counts(duties.opt_out_tested_at, now, opt_out_test_counts);
}

bool purge_on_time(const Duties& duties, Instant now) {
    return counts(duties.events_purged_at, now, purge_counts) &&
           counts(duties.keys_shredded_at, now, purge_counts);
}

bool assume_unrecorded(Duties& duties, Instant now) {
    bool any = false;
    for (const Duty duty : all_duties) {
        std::optional<Instant>& done_at = duties.at(duty);
        if (done_at) continue;
        done_at = now;
        any = true;
    }
    return any;
}

}  // namespace candor::policy
