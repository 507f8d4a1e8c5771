// A policy pack or overlay as its TOML file says it. Layering it is packs.cc.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/config/config_reader.h"
#include "policy/law/packs.h"

namespace candor::policy {

inline constexpr std::pair<std::string_view, Treatment> row_treatment_words[]{
    {"individual", Treatment::Individual},
    {"aggregate", Treatment::Aggregate},
    {"untracked", Treatment::Untracked},
    {"plaintext", Treatment::Plaintext}};
inline constexpr std::pair<std::string_view, OpenPixel> open_pixel_words[]{
    {"no", OpenPixel::No}, {"consent", OpenPixel::Consent}, {"yes", OpenPixel::Yes}};

/// One [[row]]; an overlay says only what it changes.
struct PackRow {
    Row row;  ///< with the values that are set, defaults elsewhere
    int line = 0;
    std::optional<Treatment> default_treatment, with_consent, with_legitimate_interest;
    std::optional<OpenPixel> open_pixel;
    std::optional<int> retention_days;
    bool needs_eprivacy_analysis = false;
};

struct PackText {
    std::string name;
    std::string facts_date;  ///< 2026-11-23
    Instant facts_at{};
    std::vector<PackRow> rows;
};

enum class PackKind : std::uint8_t { Pack, Overlay };

/// Adds every fault to `faults`; the answer is of use only when there is none.
[[nodiscard]] PackText read_pack(std::string_view text, std::string_view file, PackKind expected,
                                 std::vector<ConfigFault>& faults);

}  // namespace candor::policy
