// How many people or domains stood in several rows of one file: of each only the last row counts,
// and who wrote the file may not know.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace candor::cli {

/// 8 bytes a row.
class RepeatedRows {
  public:
    /// `key`: the first 64 bits of an id, or a hash.
    void add(std::uint64_t key) { keys_.push_back(key); }
    [[nodiscard]] std::size_t count() {
        std::ranges::sort(keys_);
        std::size_t repeated = 0;
        for (std::size_t k = 1; k < keys_.size(); ++k) {
            const bool second = keys_[k] == keys_[k - 1] && (k < 2 || keys_[k] != keys_[k - 2]);
            repeated += second ? 1 : 0;
        }
        return repeated;
    }

  private:
    std::vector<std::uint64_t> keys_;
};

}  // namespace candor::cli
