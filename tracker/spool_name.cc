// Names to numbers and back; see spool_name.h.
#include "tracker/spool_name.h"

#include <fmt/format.h>

#include <charconv>
#include <system_error>

namespace candor::tracker {
namespace {

constexpr std::string_view suffix = ".spool";
constexpr std::size_t hex_digits = 16;

std::optional<std::uint64_t> from_hex(std::string_view digits) {
    std::uint64_t number = 0;
    const char* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, number, 16);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return number;
}

}  // namespace

std::string to_name(const SegmentName& name) {
    return fmt::format("{:016x}-{:016x}{}", name.spool, name.first, suffix);
}

std::optional<SegmentName> from_name(std::string_view name) {
    if (name.size() != 2 * hex_digits + 1 + suffix.size() || !name.ends_with(suffix) ||
        name[hex_digits] != '-') {
        return std::nullopt;
    }
    const auto spool = from_hex(name.substr(0, hex_digits));
    const auto first = from_hex(name.substr(hex_digits + 1, hex_digits));
    if (!spool || !first || *spool == 0 || *first == 0) return std::nullopt;
    return SegmentName{*spool, *first};
}

}  // namespace candor::tracker
