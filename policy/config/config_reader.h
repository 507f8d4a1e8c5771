// Typed reading of a TOML table: every access knows its line, faults are collected, and what nobody
// asked for is an unknown key. Knows no setting; config*.cc, packs.cc and evidence.cc do.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/config/config_fault.h"
#include "policy/config/toml_text.h"

namespace candor::policy {

/// The faults of one file.
class FaultList {
  public:
    explicit FaultList(std::string_view file) : file_(file) {}
    void add(int line, std::string message);
    [[nodiscard]] bool empty() const { return faults_.empty(); }
    [[nodiscard]] std::size_t size() const { return faults_.size(); }
    /// Sorted by line; the list is empty afterwards.
    [[nodiscard]] std::vector<ConfigFault> take();

  private:
    std::string file_;
    std::vector<ConfigFault> faults_;
};

/// The words a key may hold, each with what it stands for.
template <class T>
using Words = std::span<const std::pair<std::string_view, T>>;

/// Looks at one text and says what is wrong with it ("is not a host name"), or nothing.
using TextCheck = std::function<std::string(std::string_view)>;

class TableReader {
  public:
    /// `path` is the table's place for messages: "milter", "stream", or "" for the top.
    /// Borrows `table` and `faults`, which must outlive the reader.
    TableReader(const TomlTable& table, std::string path, FaultList& faults)
        : table_(&table), path_(std::move(path)), faults_(&faults) {}

    // Each reads one key into `into`, which keeps its value when the key is absent or wrong.
    // True when the key was there and right.
    bool text(std::string_view key, std::string& into, const TextCheck& check = {});
    bool flag(std::string_view key, bool& into);
    bool number(std::string_view key, std::int64_t& into, std::int64_t min, std::int64_t max);
    bool number(std::string_view key, int& into, int min, int max);
    bool texts(std::string_view key, std::vector<std::string>& into, const TextCheck& check = {});
    bool instant(std::string_view key, std::optional<Instant>& into);
    template <class T>
    bool word(std::string_view key, T& into, Words<T> allowed);
    template <class T>
    bool words(std::string_view key, std::vector<T>& into, Words<T> allowed);

    /// The table under `key`; nothing when it is absent or no table.
    [[nodiscard]] std::optional<TableReader> table(std::string_view key);
    /// The tables of `[[key]]`; a plain list of tables is the same thing.
    [[nodiscard]] std::vector<TableReader> tables(std::string_view key);
    /// All keys, for tables whose keys are names the operator chose; none is unknown then.
    [[nodiscard]] std::span<const TomlTable::Entry> any_keys();

    [[nodiscard]] bool has(std::string_view key) const { return table_->find(key) != nullptr; }
    /// Whether `key` is absent or holds a list with nothing in it.
    [[nodiscard]] bool is_empty_list(std::string_view key) const;
    /// Line of `key`, or of the table where the key is absent.
    [[nodiscard]] int line_of(std::string_view key) const;
    [[nodiscard]] int line() const { return table_->line; }
    void fault(std::string_view key, std::string message);
    /// A fault unless `key` is there.
    void require(std::string_view key, std::string_view why = {});
    /// Names every key that nobody asked for. Call once, after the last read.
    void report_unknown_keys();

    /// "`milter.max_links`", for messages.
    [[nodiscard]] std::string name(std::string_view key) const;

  private:
    const TomlTable::Entry* look_up(std::string_view key);
    const std::string* one_text(const TomlTable::Entry& entry);
    const TomlArray* list(const TomlTable::Entry& entry, std::string_view of_what);
    void wrong_kind(const TomlTable::Entry& entry, std::string_view wanted);
    void wrong_word(std::string_view key, int line, std::string_view word,
                    const std::vector<std::string_view>& allowed);

    const TomlTable* table_;
    std::string path_;
    FaultList* faults_;
    std::vector<std::string_view> known_;  // of string literals: the keys asked for
};

template <class T>
bool TableReader::word(std::string_view key, T& into, Words<T> allowed) {
    const TomlTable::Entry* entry = look_up(key);
    if (entry == nullptr) return false;
    const std::string* text = one_text(*entry);
    if (text == nullptr) return false;
    std::vector<std::string_view> spellings;
    for (const auto& [spelling, meaning] : allowed) {
        if (spelling == *text) {
            into = meaning;
            return true;
        }
        spellings.push_back(spelling);
    }
    wrong_word(key, entry->value.line, *text, spellings);
    return false;
}

template <class T>
bool TableReader::words(std::string_view key, std::vector<T>& into, Words<T> allowed) {
    const TomlTable::Entry* entry = look_up(key);
    if (entry == nullptr) return false;
    const TomlArray* items = list(*entry, "words");
    if (items == nullptr) return false;
    std::vector<std::string_view> spellings;
    for (const auto& [spelling, meaning] : allowed) spellings.push_back(spelling);
    std::vector<T> meanings;
    for (const TomlValue& item : items->items) {
        const std::string* text = item.as<std::string>();
        const std::string shown = text == nullptr ? std::string(item.kind()) : *text;
        bool found = false;
        for (const auto& [spelling, meaning] : allowed) {
            if (text == nullptr || spelling != *text) continue;
            meanings.push_back(meaning);
            found = true;
        }
        if (!found) wrong_word(key, item.line, shown, spellings);
    }
    if (meanings.size() != items->items.size()) return false;
    into = std::move(meanings);
    return true;
}

}  // namespace candor::policy
