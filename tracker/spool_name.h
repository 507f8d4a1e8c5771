// Names of the spool's files: `ID-FIRST.spool`, both 16 hex digits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace candor::tracker {

struct SegmentName {
    std::uint64_t spool = 0;  ///< its id
    std::uint64_t first = 0;  ///< the number of the first record
};

[[nodiscard]] std::string to_name(const SegmentName& name);
/// Nothing unless `name` is exactly what to_name() writes for numbers above 0.
[[nodiscard]] std::optional<SegmentName> from_name(std::string_view name);

}  // namespace candor::tracker
