// A carriage return and "erase to the end of the line": what every terminal since the VT100 knows.
#include "cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

namespace candor::cli {
namespace {

constexpr std::chrono::milliseconds redraw_every{100};
constexpr std::size_t bar_width = 30;

std::string in_thousands(std::size_t number) {
    std::string digits = std::to_string(number);
    for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, 1, ',');
    return digits;
}

}  // namespace

Progress::Progress() : terminal_(::isatty(STDERR_FILENO) == 1 ? stderr : nullptr) {}

void Progress::show(std::string_view doing, std::uint64_t done, std::uint64_t all,
                    std::size_t rows) {
    if (terminal_ == nullptr) return;
    const auto now = std::chrono::steady_clock::now();
    if (now < next_) return;
    next_ = now + redraw_every;
    drawn_ = true;
    fmt::print(terminal_, "\r{}\x1B[K", progress_line(doing, done, all, rows));
    std::fflush(terminal_);
}

void Progress::clear() {
    if (!drawn_) return;
    fmt::print(terminal_, "\r\x1B[K");
    std::fflush(terminal_);
    drawn_ = false;
}

std::string progress_line(std::string_view doing, std::uint64_t done, std::uint64_t all,
                          std::size_t rows) {
    if (all == 0) return fmt::format("{}  {} rows", doing, in_thousands(rows));
    const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(all));
    const auto filled = static_cast<std::size_t>(share * bar_width);
    return fmt::format("{:<9}  [{}{}]  {:>3} %  {} rows", doing, std::string(filled, '='),
                       std::string(bar_width - filled, ' '), static_cast<int>(share * 100),
                       in_thousands(rows));
}

}  // namespace candor::cli
