// The library parses without recursion and without throwing: the text is anybody's.
#include "policy/json_member.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace candor::policy {

std::optional<std::string> json_member(std::string_view json, std::string_view path) {
    const auto parsed = nlohmann::json::parse(json, nullptr, false);
    const nlohmann::json* at = &parsed;
    while (!path.empty()) {
        const std::size_t end = std::min(path.find('.'), path.size());
        if (!at->is_object()) return std::nullopt;
        const auto member = at->find(std::string{path.substr(0, end)});
        if (member == at->end()) return std::nullopt;
        at = &*member;
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    if (at->is_string()) return at->get<std::string>();
    if (at->is_number() || at->is_boolean()) return at->dump();
    return std::nullopt;
}

}  // namespace candor::policy
