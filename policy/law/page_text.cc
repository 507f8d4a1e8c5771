#include "policy/law/page_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace candor::policy {

namespace {

constexpr std::size_t line_width = 78;
constexpr std::size_t label_width = 14;

}  // namespace

std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string padded(std::string_view text, std::size_t width) {
    const std::size_t used = width_of(text);
    std::string out{text};
    if (used < width) out.append(width - used, ' ');
    return out;
}

std::string wrapped(std::string_view text, std::size_t indent) {
    std::string out;
    std::size_t column = indent;
    while (!text.empty()) {
        const std::string_view word = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(text.size(), word.size() + 1));
        if (word.empty()) continue;
        if (column > indent && column + 1 + width_of(word) > line_width) {
            out += '\n' + std::string(indent, ' ');
            column = indent;
        }
        if (column > indent) {
            out += ' ';
            ++column;
        }
        out += word;
        column += width_of(word);
    }
    return out;
}

std::string labelled(std::string_view label, std::string_view text) {
    return fmt::format("{}{}\n", padded(label, label_width), wrapped(text, label_width));
}

std::string date_of(Instant instant) {
    const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(instant)};
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()),
                       static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

std::string moment_of(Instant instant) {
    const std::chrono::hh_mm_ss time{instant - std::chrono::floor<std::chrono::days>(instant)};
    return fmt::format("{}T{:02}:{:02}:{:02}Z", date_of(instant), time.hours().count(),
                       time.minutes().count(), time.seconds().count());
}

}  // namespace candor::policy
