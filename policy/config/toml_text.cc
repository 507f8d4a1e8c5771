// Parses with toml++ and copies into our own tree, so that its headers are compiled here only.
// Its nesting limit bounds the recursion below.
#include "policy/config/toml_text.h"

#include <algorithm>
#include <chrono>

// Faults of syntax come back as values.
#define TOML_EXCEPTIONS 0
#include <toml++/impl/preprocessor.h>
// toml++ 3.3 asserts that a table's name begins as one, before it looks: `[=` would end the daemon
// in the middle of a reload. Behind the assertion it finds the fault by itself.
#undef TOML_ASSERT_ASSUME
#define TOML_ASSERT_ASSUME(expr) static_assert(true)
#include <toml++/toml.h>

namespace candor::policy {
namespace {

int line_of(const toml::source_region& region) {
    return static_cast<int>(region.begin.line);
}

Instant start_of_day(const toml::date& date) {
    const std::chrono::year_month_day day{
        std::chrono::year{date.year}, std::chrono::month{date.month}, std::chrono::day{date.day}};
    return Instant{std::chrono::sys_days{day}};
}

Instant instant_of(const toml::date_time& when) {
    Instant instant = start_of_day(when.date) + std::chrono::hours{when.time.hour} +
                      std::chrono::minutes{when.time.minute} +
                      std::chrono::seconds{when.time.second};
    if (when.offset) instant -= std::chrono::minutes{when.offset->minutes};
    return instant;
}

TomlTable copy_table(const toml::table& table);

TomlValue copy_value(const toml::node& node) {
    TomlValue value;
    value.line = line_of(node.source());
    if (const auto* text = node.as_string()) {
        value.value = text->get();
    } else if (const auto* whole = node.as_integer()) {
        value.value = whole->get();
    } else if (const auto* real = node.as_floating_point()) {
        value.value = real->get();
    } else if (const auto* flag = node.as_boolean()) {
        value.value = flag->get();
    } else if (const auto* date = node.as_date()) {
        value.value = start_of_day(date->get());
    } else if (const auto* date_time = node.as_date_time()) {
        value.value = instant_of(date_time->get());
    } else if (const auto* table = node.as_table()) {
        value.value = copy_table(*table);
    } else if (const auto* array = node.as_array()) {
        TomlArray items;
        for (const toml::node& item : *array) items.items.push_back(copy_value(item));
        value.value = std::move(items);
    } else {
        value.value = TomlTimeOfDay{};
    }
    return value;
}

TomlTable copy_table(const toml::table& table) {
    TomlTable copy;
    copy.line = line_of(table.source());
    for (const auto& [key, node] : table) {
        copy.entries.push_back({std::string(key.str()), line_of(key.source()), copy_value(node)});
    }
    return copy;
}

}  // namespace

const TomlTable::Entry* TomlTable::find(std::string_view key) const {
    const auto found = std::ranges::find(entries, key, &Entry::key);
    return found == entries.end() ? nullptr : &*found;
}

std::string_view TomlValue::kind() const {
    struct Name {
        std::string_view operator()(const std::string&) const { return "text"; }
        std::string_view operator()(std::int64_t) const { return "a whole number"; }
        std::string_view operator()(double) const { return "a number with a fraction"; }
        std::string_view operator()(bool) const { return "true or false"; }
        std::string_view operator()(Instant) const { return "a date"; }
        std::string_view operator()(TomlTimeOfDay) const { return "a time of day"; }
        std::string_view operator()(const TomlArray&) const { return "a list"; }
        std::string_view operator()(const TomlTable&) const { return "a table"; }
    };
    return std::visit(Name{}, value);
}

tl::expected<TomlTable, ConfigFault> parse_toml(std::string_view text, std::string_view file) {
    const toml::parse_result parsed = toml::parse(text, file);
    if (!parsed) {
        const toml::parse_error& error = parsed.error();
        std::string message(error.description());
        // One fault is one line, whatever the text at hand contained.
        std::ranges::replace_if(
            message, [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
        return tl::unexpected(
            ConfigFault{std::string(file), line_of(error.source()), "not valid TOML: " + message});
    }
    return copy_table(parsed.table());
}

}  // namespace candor::policy
