// Several ways to do one job, timed in turns: what else the machine does then hits all alike.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace candor::bench {

struct Contender {
    std::string name;
    std::function<void()> pass;  ///< the whole job once
};

/// Nanoseconds per pass, one entry per round.
struct Lap {
    std::vector<double> rounds;
    [[nodiscard]] double median() const;
    [[nodiscard]] double best() const;
};

/// Time on a processor does not count what other programs took meanwhile; for jobs that start
/// processes only time on the wall tells.
enum class Clock : std::uint8_t { Processor, Wall };

/// Each round runs every contender for at least `slice`.
[[nodiscard]] std::vector<Lap> race(std::span<const Contender> contenders, int rounds,
                                    std::chrono::milliseconds slice,
                                    Clock clock = Clock::Processor);

/// How many times `one` is as fast as `other`: the median over the rounds.
[[nodiscard]] double times_as_fast(const Lap& one, const Lap& other);

}  // namespace candor::bench
