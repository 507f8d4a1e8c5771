// Names of files of a day and class; knows no folder and no ending.
#include "policy/tokens/day_class_name.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>

namespace candor::policy {

std::string to_name(const DayClass& day_class) {
    const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day_class.day}}};
    return fmt::format("{:04}{:02}{:02}-{}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       static_cast<int>(day_class.retention));
}

std::optional<DayClass> day_class_from(std::string_view name) {
    unsigned date = 0, retention = 0;
    if (name.size() < 10 || name.size() > 11 || name[8] != '-') return std::nullopt;
    const char* const dash = name.data() + 8;
    const char* const end = name.data() + name.size();
    const auto day_part = std::from_chars(name.data(), dash, date);
    const auto class_part = std::from_chars(dash + 1, end, retention);
    if (day_part.ec != std::errc{} || day_part.ptr != dash || class_part.ec != std::errc{} ||
        class_part.ptr != end || retention < 1 || retention > 15) {
        return std::nullopt;
    }
    const std::chrono::year_month_day ymd{std::chrono::year{static_cast<int>(date / 10000)},
                                          std::chrono::month{date / 100 % 100},
                                          std::chrono::day{date % 100}};
    if (!ymd.ok()) return std::nullopt;
    const DayClass found{static_cast<Day>(std::chrono::sys_days{ymd}.time_since_epoch().count()),
                         static_cast<RetentionClass>(retention)};
    if (to_name(found) != name) return std::nullopt;
    return found;
}

}  // namespace candor::policy
