// The keys of a JSON for machines, as docs/formats.md has them and as a program wrote them.
#pragma once

#include <cstddef>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

namespace candor::tests {

/// The keys below a heading of docs/formats.md: the first cell of each row of its tables, as
/// `name` or `name[].member`.
inline std::set<std::string> documented_keys(const std::string& heading) {
    std::ifstream in{CANDOR_SOURCE_DIR "/docs/formats.md"};
    std::set<std::string> keys;
    bool inside = false;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("#")) inside = line.find(heading) != std::string::npos;
        if (!inside || !line.starts_with("| `")) continue;
        const std::size_t end = line.find(" |", 2);
        std::string cell = line.substr(2, end - 2);
        for (std::size_t at = 0; (at = cell.find('`', at)) != std::string::npos;) {
            const std::size_t close = cell.find('`', at + 1);
            keys.insert(cell.substr(at + 1, close - at - 1));
            at = close + 1;
        }
    }
    return keys;
}

/// Every key of `value`, as documented_keys() spells them; maps of free words are one key.
inline void collect_keys(const nlohmann::json& value, const std::string& prefix,
                         std::set<std::string>& keys) {
    if (value.is_array()) {
        for (const auto& item : value) {
            if (item.is_object()) collect_keys(item, prefix + "[]", keys);
        }
        return;
    }
    for (const auto& [key, member] : value.items()) {
        const std::string name = prefix.empty() ? key : prefix + "." + key;
        keys.insert(name);
        const bool free_words = key == "links_left_because" || key == "segments";
        if (member.is_structured() && !free_words) collect_keys(member, name, keys);
    }
}

}  // namespace candor::tests
