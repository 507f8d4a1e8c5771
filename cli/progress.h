// How far a long piece of work has come, for a person who waits at a terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace candor::cli {

/// One line, drawn over itself; nothing at all where nobody looks.
class Progress {
  public:
    /// On standard error, if that is a terminal.
    Progress();
    /// On `terminal`, which must outlive this; null draws nothing.
    explicit Progress(std::FILE* terminal) : terminal_(terminal) {}
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress() { clear(); }

    /// Cheap enough for every row: draws ten times a second. `all` = 0: nobody knows how much it
    /// is.
    void show(std::string_view doing, std::uint64_t done, std::uint64_t all, std::size_t rows);
    /// Takes the line away, so that something can be said.
    void clear();

  private:
    std::FILE* terminal_;
    bool drawn_ = false;
    std::chrono::steady_clock::time_point next_{};
};

/// `importing  [=====     ]  50 %  500,000 rows`
[[nodiscard]] std::string progress_line(std::string_view doing, std::uint64_t done,
                                        std::uint64_t all, std::size_t rows);

}  // namespace candor::cli
