// Reading keys, and the wording of what can be wrong with any key.
#include "policy/config/config_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "policy/config/nearest_word.h"

namespace candor::policy {
namespace {

/// Foreign text in a message: bounded, and without control characters, so that a fault is one line.
std::string shown(std::string_view text) {
    constexpr std::size_t max_shown_bytes = 80;
    std::string out(text.substr(0, max_shown_bytes));
    std::ranges::replace_if(
        out, [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
    if (text.size() > max_shown_bytes) out += "...";
    return out;
}

}  // namespace

void FaultList::add(int line, std::string message) {
    faults_.push_back({file_, line, std::move(message)});
}

std::vector<ConfigFault> FaultList::take() {
    std::ranges::stable_sort(faults_, {}, &ConfigFault::line);
    return std::exchange(faults_, {});
}

std::string TableReader::name(std::string_view key) const {
    return path_.empty() ? fmt::format("`{}`", shown(key))
                         : fmt::format("`{}.{}`", path_, shown(key));
}

const TomlTable::Entry* TableReader::look_up(std::string_view key) {
    known_.push_back(key);
    return table_->find(key);
}

bool TableReader::is_empty_list(std::string_view key) const {
    const TomlTable::Entry* entry = table_->find(key);
    if (entry == nullptr) return true;
    const TomlArray* items = entry->value.as<TomlArray>();
    return items != nullptr && items->items.empty();
}

int TableReader::line_of(std::string_view key) const {
    const TomlTable::Entry* entry = table_->find(key);
    return entry == nullptr ? table_->line : entry->line;
}

void TableReader::fault(std::string_view key, std::string message) {
    faults_->add(line_of(key), std::move(message));
}

void TableReader::require(std::string_view key, std::string_view why) {
    if (has(key)) return;
    faults_->add(table_->line,
                 fmt::format("{} is missing{}{}", name(key), why.empty() ? "" : ": ", why));
}

void TableReader::wrong_kind(const TomlTable::Entry& entry, std::string_view wanted) {
    faults_->add(entry.line,
                 fmt::format("{} must be {}, not {}", name(entry.key), wanted, entry.value.kind()));
}

void TableReader::wrong_word(std::string_view key, int line, std::string_view word,
                             const std::vector<std::string_view>& allowed) {
    faults_->add(
        line, fmt::format("{} must be one of {}; not `{}`{}", name(key), fmt::join(allowed, ", "),
                          shown(word), did_you_mean(word, allowed)));
}

const std::string* TableReader::one_text(const TomlTable::Entry& entry) {
    const std::string* text = entry.value.as<std::string>();
    if (text == nullptr) wrong_kind(entry, "text in quotes");
    return text;
}

const TomlArray* TableReader::list(const TomlTable::Entry& entry, std::string_view of_what) {
    const TomlArray* items = entry.value.as<TomlArray>();
    if (items == nullptr) wrong_kind(entry, fmt::format("a list of {}", of_what));
    return items;
}

bool TableReader::text(std::string_view key, std::string& into, const TextCheck& check) {
    const TomlTable::Entry* entry = look_up(key);
    if (entry == nullptr) return false;
    const std::string* text = one_text(*entry);
    if (text == nullptr) return false;
    if (const std::string wrong = check ? check(*text) : std::string(); !wrong.empty()) {
        faults_->add(entry->line, fmt::format("{} `{}` {}", name(key), shown(*text), wrong));
        return false;
    }
    into = *text;
    return true;
}

bool TableReader::flag(std::string_view key, bool& into) {
    const TomlTable::Entry* entry = look_up(key);
    if (entry == nullptr) return false;
    const bool* value = entry->value.as<bool>();
    if (value == nullptr) {
        wrong_kind(*entry, "true or false");
        return false;
    }
    into = *value;
    return true;
}

bool TableReader::number(std::string_view key, std::int64_t& into, std::int64_t min,
                         std::int64_t max) {
    const TomlTable::Entry* entry = look_up(key);
    if (entry == nullptr) return false;
    const std::int64_t* value = entry->value.as<std::int64_t>();
    if (value == nullptr) {
        wrong_kind(*entry, "a whole number");
        return false;
    }
    if (*value < min || *value > max) {
        faults_->add(entry->line, fmt::format("{} must be between {} and {}, not {}", name(key),
                                              min, max, *value));
        return false;
    }
    into = *value;
    return true;
}

bool TableReader::number(std::string_view key, int& into, int min, int max) {
    std::int64_t value = into;
    const bool read = number(key, value, min, max);
    if (read) into = static_cast<int>(value);
    return read;
}

bool TableReader::texts(std::string_view key, std::vector<std::string>& into,
                        const TextCheck& check) {
    const TomlTable::Entry* entry = look_up(key);
    if (entry == nullptr) return false;
    const TomlArray* items = list(*entry, "texts");
    if (items == nullptr) return false;
    std::vector<std::string> read;
    for (const TomlValue& item : items->items) {
        const std::string* text = item.as<std::string>();
        if (text == nullptr) {
            faults_->add(item.line, fmt::format("{} must be a list of texts; it has {} in it",
                                                name(key), item.kind()));
            continue;
        }
        if (const std::string wrong = check ? check(*text) : std::string(); !wrong.empty()) {
            faults_->add(item.line, fmt::format("{} `{}` {}", name(key), shown(*text), wrong));
            continue;
        }
        read.push_back(*text);
    }
    if (read.size() != items->items.size()) return false;
    into = std::move(read);
    return true;
}

bool TableReader::instant(std::string_view key, std::optional<Instant>& into) {
    const TomlTable::Entry* entry = look_up(key);
    if (entry == nullptr) return false;
    const Instant* value = entry->value.as<Instant>();
    if (value == nullptr) {
        wrong_kind(*entry, "a date such as 2026-10-01, without quotes");
        return false;
    }
    into = *value;
    return true;
}

std::optional<TableReader> TableReader::table(std::string_view key) {
    const TomlTable::Entry* entry = look_up(key);
    if (entry == nullptr) return std::nullopt;
    const TomlTable* inner = entry->value.as<TomlTable>();
    if (inner == nullptr) {
        wrong_kind(*entry, "a table");
        return std::nullopt;
    }
    return TableReader(*inner, path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key),
                       *faults_);
}

std::vector<TableReader> TableReader::tables(std::string_view key) {
    std::vector<TableReader> readers;
    const TomlTable::Entry* entry = look_up(key);
    if (entry == nullptr) return readers;
    const std::string inner_path =
        path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
    const TomlArray* items = entry->value.as<TomlArray>();
    if (items == nullptr) {
        wrong_kind(*entry, fmt::format("a list of tables, each under [[{}]]", inner_path));
        return readers;
    }
    for (const TomlValue& item : items->items) {
        if (const TomlTable* inner = item.as<TomlTable>()) {
            readers.emplace_back(*inner, inner_path, *faults_);
        } else {
            faults_->add(item.line, fmt::format("`{}` must be a list of tables; it has {} in it",
                                                inner_path, item.kind()));
        }
    }
    return readers;
}

std::span<const TomlTable::Entry> TableReader::any_keys() {
    for (const TomlTable::Entry& entry : table_->entries) known_.emplace_back(entry.key);
    return table_->entries;
}

void TableReader::report_unknown_keys() {
    for (const TomlTable::Entry& entry : table_->entries) {
        if (std::ranges::find(known_, std::string_view(entry.key)) != known_.end()) continue;
        faults_->add(entry.line, fmt::format("unknown key {}{}", name(entry.key),
                                             did_you_mean(entry.key, known_)));
    }
}

}  // namespace candor::policy
