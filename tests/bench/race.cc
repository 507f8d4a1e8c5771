#include "tests/bench/race.h"

#include <time.h>

#include <algorithm>

namespace candor::bench {
namespace {

double now_in_nanoseconds(Clock clock) {
    timespec time{};
    clock_gettime(clock == Clock::Wall ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

double median_of(std::vector<double> values) {
    if (values.empty()) return 0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

double nanoseconds_per_pass(const std::function<void()>& pass, std::chrono::milliseconds slice,
                            Clock clock) {
    const double least = std::chrono::duration<double, std::nano>(slice).count();
    const double begin = now_in_nanoseconds(clock);
    double taken = 0;
    int passes = 0;
    do {
        pass();
        ++passes;
        taken = now_in_nanoseconds(clock) - begin;
    } while (taken < least);
    return taken / passes;
}

}  // namespace

double Lap::median() const {
    return median_of(rounds);
}

double Lap::best() const {
    return rounds.empty() ? 0 : *std::ranges::min_element(rounds);
}

std::vector<Lap> race(std::span<const Contender> contenders, int rounds,
                      std::chrono::milliseconds slice, Clock clock) {
    std::vector<Lap> laps(contenders.size());
    for (const Contender& contender : contenders) contender.pass();  // caches and first-time set-up
    for (int round = 0; round < rounds; ++round) {
        for (std::size_t i = 0; i < contenders.size(); ++i) {
            laps[i].rounds.push_back(nanoseconds_per_pass(contenders[i].pass, slice, clock));
        }
    }
    return laps;
}

double times_as_fast(const Lap& one, const Lap& other) {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < std::min(one.rounds.size(), other.rounds.size()); ++i) {
        ratios.push_back(other.rounds[i] / one.rounds[i]);
    }
    return median_of(std::move(ratios));
}

}  // namespace candor::bench
