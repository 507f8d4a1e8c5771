// Strict on purpose: what is not understood stops the import, with its line.
#include "cli/row_checks.h"

#include <fmt/format.h>
#include <sysexits.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "cli/wiring.h"
#include "policy/config/nearest_word.h"
#include "policy/law/packs.h"
#include "policy/people/address_in_text.h"

namespace candor::cli {
namespace {

std::string lower(std::string_view text) {
    std::string out{text};
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

std::optional<policy::Instant> instant_from(std::string_view text) {
    const auto number = [&text](std::size_t at, std::size_t length, auto& value) {
        if (text.size() < at + length) return false;
        const char* begin = text.data() + at;
        return std::from_chars(begin, begin + length, value).ptr == begin + length;
    };
    int year = 0;
    unsigned month = 0, day = 0, hours = 0, minutes = 0, seconds = 0;
    if (!number(0, 4, year) || !number(5, 2, month) || !number(8, 2, day)) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                           std::chrono::day{day}};
    if (!date.ok() || text[4] != '-' || text[7] != '-') return std::nullopt;
    if (text.size() > 10) {
        if (!number(11, 2, hours) || !number(14, 2, minutes) || !number(17, 2, seconds) ||
            hours > 23 || minutes > 59 || seconds > 60 || (text[10] != 'T' && text[10] != ' ') ||
            text[13] != ':' || text[16] != ':') {
            return std::nullopt;
        }
        if (text.size() > 19 && text.substr(19) != "Z") return std::nullopt;
    }
    return std::chrono::sys_days{date} + std::chrono::hours{hours} + std::chrono::minutes{minutes} +
           std::chrono::seconds{seconds};
}

}  // namespace

void RowFaults::add(int line, std::string message) {
    if (lines_ == 0 || line != last_line_) ++lines_;
    last_line_ = line;
    if (faults_.size() < max_shown) faults_.push_back({file_, line, std::move(message)});
}

int reported_rows(const RowFaults& faults) {
    report(faults.shown());
    if (faults.shown().size() == RowFaults::max_shown) {
        fmt::print(stderr, "candor: {} lines have faults; the first {} faults are shown\n",
                   faults.lines(), RowFaults::max_shown);
    }
    return EX_DATAERR;
}

std::string checked_text(std::string_view text, std::string_view column, int line,
                         RowFaults& faults) {
    if (!policy::looks_like_address(text)) return std::string{text};
    faults.add(line, fmt::format("{} holds an e-mail address, and it is not kept sealed: name the "
                                 "form, file or ticket instead",
                                 column));
    return {};
}

std::string checked_jurisdiction(std::string_view code, int line, RowFaults& faults) {
    if (code.empty()) return {};
    if (policy::is_jurisdiction_code(code)) return policy::canonical_jurisdiction(code);
    faults.add(line, "jurisdiction is no ISO 3166 code");
    return {};
}

std::string checked_jurisdiction(std::string_view code, std::string_view subdivision, int line,
                                 RowFaults& faults) {
    std::string country = checked_jurisdiction(code, line, faults);
    if (subdivision.empty()) return country;
    std::string whole = policy::canonical_jurisdiction(subdivision);
    if (whole.find('-') == std::string::npos) {
        if (country.empty()) {
            faults.add(line, "a subdivision without a jurisdiction");
            return {};
        }
        whole = country.substr(0, 2) + "-" + whole;
    }
    if (whole.find('-') != 2 || !policy::is_jurisdiction_code(whole)) {
        faults.add(line, "subdivision is no ISO 3166-2 code");
    } else if (!country.empty() && country != whole && country != whole.substr(0, 2)) {
        faults.add(line, "subdivision and jurisdiction contradict each other");
    }
    return whole;
}

policy::RecipientClass checked_class(std::string_view word, int line, RowFaults& faults) {
    const std::string known = lower(word);
    if (known == "b2b") return policy::RecipientClass::B2b;
    if (known == "b2c") return policy::RecipientClass::B2c;
    if (!known.empty() && known != "unknown") {
        faults.add(line, "class is not b2b, b2c or unknown");
    }
    return policy::RecipientClass::Unknown;
}

bool checked_yes_no(std::string_view word, std::string_view column, int line, RowFaults& faults) {
    const std::string known = lower(word);
    if (known == "yes" || known == "true" || known == "1" || known == "y") return true;
    if (!known.empty() && known != "no" && known != "false" && known != "0" && known != "n") {
        faults.add(line, fmt::format("{} is neither yes nor no", column));
    }
    return false;
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    for (const char c : text) {
        if (c == ' ' || c == '\t' || c == ';' || c == ',') {
            if (!word.empty()) words.push_back(std::exchange(word, {}));
        } else {
            word += c;
        }
    }
    if (!word.empty()) words.push_back(word);
    return words;
}

std::set<std::string> known_segments(const policy::Config& config) {
    std::set<std::string> known;
    for (const auto& [segment, treatment] : config.policy.segments) known.insert(segment);
    for (const policy::Stream& stream : config.streams) {
        known.insert(stream.segments.begin(), stream.segments.end());
    }
    return known;
}

std::vector<std::string> checked_segments(std::string_view text, const std::set<std::string>& known,
                                          int line, RowFaults& faults) {
    std::vector<std::string> words = words_of(text);
    const std::vector<std::string_view> candidates(known.begin(), known.end());
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (known.contains(words[i])) continue;
        const std::string which =
            words.size() == 1 ? "the segment" : fmt::format("segment {} of the cell", i + 1);
        faults.add(line, fmt::format("{} is not in [policy.segments] of the configuration{}", which,
                                     policy::did_you_mean(words[i], candidates)));
    }
    return words;
}

std::optional<policy::Instant> checked_instant(std::string_view text, std::string_view column,
                                               int line, RowFaults& faults) {
    if (text.empty()) return std::nullopt;
    const auto instant = instant_from(text);
    if (!instant) {
        faults.add(line, fmt::format("{} is not YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ", column));
    }
    return instant;
}

std::optional<policy::Instant> checked_past_instant(std::string_view text, std::string_view column,
                                                    policy::Instant now, int line,
                                                    RowFaults& faults) {
    const auto instant = checked_instant(text, column, line, faults);
    if (instant && *instant > now) faults.add(line, fmt::format("{} is in the future", column));
    return instant;
}

}  // namespace candor::cli
