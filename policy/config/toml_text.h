// A TOML text as a tree of values that remember their lines.
// The only unit that knows toml++; what keys mean is left to its readers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "policy/clock.h"
#include "policy/config/config_fault.h"
#include "policy/result.h"

namespace candor::policy {

struct TomlValue;

/// Keys in alphabetical order, each with the line it stands on.
struct TomlTable {
    struct Entry;
    int line = 0;
    std::vector<Entry> entries;
    /// Null when there is no such key; borrowed from the table.
    [[nodiscard]] const Entry* find(std::string_view key) const;
};

struct TomlArray {
    std::vector<TomlValue> items;
};

/// A time of day alone: TOML has it, no setting of ours uses it.
struct TomlTimeOfDay {};

/// A date without a time is the start of that day; a date-time without an offset is UTC.
struct TomlValue {
    int line = 0;
    std::variant<std::string, std::int64_t, double, bool, Instant, TomlTimeOfDay, TomlArray,
                 TomlTable>
        value;

    /// "text", "a whole number" ...: for messages.
    [[nodiscard]] std::string_view kind() const;
    template <class T>
    [[nodiscard]] const T* as() const {
        return std::get_if<T>(&value);
    }
};

struct TomlTable::Entry {
    std::string key;
    int line = 0;
    TomlValue value;
};

/// Errors: the first fault of syntax, with its line.
[[nodiscard]] tl::expected<TomlTable, ConfigFault> parse_toml(std::string_view text,
                                                              std::string_view file);

}  // namespace candor::policy
