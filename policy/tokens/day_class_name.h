// `YYYYMMDD-CLASS`: how files that belong to a day and a retention class are named.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "policy/clock.h"
#include "policy/tokens/keys.h"

namespace candor::policy {

struct DayClass {
    Day day = 0;
    RetentionClass retention = 0;
    auto operator<=>(const DayClass&) const = default;
};

[[nodiscard]] std::string to_name(const DayClass& day_class);
/// Nothing unless `name` is exactly what to_name() writes for a day of the calendar and a class
/// from 1 to 15.
[[nodiscard]] std::optional<DayClass> day_class_from(std::string_view name);

}  // namespace candor::policy
