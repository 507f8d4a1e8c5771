// Jurisdiction codes: which exist, which are two names of one, who belongs to the Union.
// What a jurisdiction allows is in the packs.
#include <algorithm>
#include <array>
#include <utility>

#include "policy/law/packs.h"

namespace candor::policy {
namespace {

// ISO 3166-1 alpha-2, officially assigned, sorted; three bytes each.
constexpr std::string_view assigned_codes =
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR "
    "BS "
    "BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC "
    "EE "
    "EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK "
    "HM "
    "HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB "
    "LC "
    "LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ "
    "NA "
    "NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU "
    "RW "
    "SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN "
    "TO "
    "TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW ";

constexpr std::string_view eu_members =
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK ";

// Everyday and statistical spellings, and parts of a member state that have codes of their own.
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> aliases{{
    {"UK", "GB"},
    {"EL", "GR"},
    {"GP", "FR"},
    {"GF", "FR"},
    {"MQ", "FR"},
    {"RE", "FR"},
    {"YT", "FR"},
    {"MF", "FR"},
    {"AX", "FI"},
}};

bool in_list(std::string_view list, std::string_view code) {
    if (code.size() != 2) return false;
    for (std::size_t at = 0; at + 3 <= list.size(); at += 3) {
        if (list.substr(at, 2) == code) return true;
    }
    return false;
}

bool is_upper_or_digit(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

std::string canonical_jurisdiction(std::string_view code) {
    std::string upper(code);
    for (char& c : upper) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    // The country part only: UK-ENG is GB-ENG, and nothing behind the dash has aliases.
    const std::string country = upper.substr(0, upper.find('-'));
    for (const auto& [alias, meant] : aliases) {
        if (country == alias) return upper.replace(0, country.size(), meant);
    }
    return upper;
}

bool is_jurisdiction_code(std::string_view code) {
    const std::string canonical = canonical_jurisdiction(code);
    if (canonical == "EU" || canonical == "ZZ") return true;
    const std::size_t dash = canonical.find('-');
    if (!in_list(assigned_codes, std::string_view(canonical).substr(0, dash))) return false;
    if (dash == std::string::npos) return true;
    // ISO 3166-2: one to three letters or digits. The lists change too often to be kept here.
    const std::string_view part = std::string_view(canonical).substr(dash + 1);
    return !part.empty() && part.size() <= 3 && std::ranges::all_of(part, is_upper_or_digit);
}

bool is_eu_member(std::string_view code) {
    const std::string canonical = canonical_jurisdiction(code);
    return in_list(eu_members, std::string_view(canonical).substr(0, canonical.find('-')));
}

}  // namespace candor::policy
