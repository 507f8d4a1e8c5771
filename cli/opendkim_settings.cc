#include "cli/opendkim_settings.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/mta_text.h"

namespace candor::cli {
namespace {

/// RFC 6376, section 5.4.1, as far as it matters here: what libopendkim signs by itself.
bool signed_by_default(std::string_view header) {
    return header == "list-unsubscribe";
}

/// Whether `list` of opendkim (`a,b`, or `*,+a,-b` as a change to its default) names `header`.
bool names(std::string_view list, std::string_view header, bool by_default) {
    bool named = false;
    while (!list.empty()) {
        const std::size_t end = std::min(list.find_first_of(", \t"), list.size());
        std::string entry = lower(trimmed(list.substr(0, end)));
        list.remove_prefix(std::min(list.size(), end + 1));
        if (entry == "*") named = named || by_default;
        if (entry == "-" + std::string{header}) named = false;
        if (entry.starts_with('+')) entry.erase(0, 1);
        if (entry == header) named = true;
    }
    return named;
}

bool is_in_a_file(std::string_view list) {
    return list.starts_with('/') || list.find(':') != list.npos;
}

}  // namespace

OpendkimSettings OpendkimSettings::parse(std::string_view text, std::string file) {
    OpendkimSettings settings;
    settings.file_ = std::move(file);
    for (int line = 1; !text.empty(); ++line) {
        std::string_view words = take_line(text);
        words = trimmed(words.substr(0, words.find('#')));
        const std::size_t end = words.find_first_of(blanks);
        if (end == words.npos) continue;
        settings.settings_[lower(words.substr(0, end))] = {std::string{trimmed(words.substr(end))},
                                                           line};
    }
    return settings;
}

std::optional<MtaSetting> OpendkimSettings::get(std::string_view name) const {
    const auto found = settings_.find(lower(name));
    if (found == settings_.end()) return std::nullopt;
    return found->second;
}

std::optional<std::string> OpendkimSettings::socket() const {
    const auto setting = get("Socket");
    if (!setting) return std::nullopt;
    const std::string_view value = setting->value;
    const std::size_t at = value.find('@');
    if (!value.starts_with("inet")) return setting->value;
    const std::size_t colon = value.find(':');
    if (colon == value.npos) return std::nullopt;
    const std::string_view port = value.substr(colon + 1, at == value.npos ? at : at - colon - 1);
    return fmt::format("inet:{}:{}", at == value.npos ? "" : value.substr(at + 1), port);
}

MtaSetting OpendkimSettings::sign_headers() const {
    return get("SignHeaders").value_or(MtaSetting{});
}

std::optional<bool> OpendkimSettings::signs(std::string_view header) const {
    const std::string wanted = lower(header);
    const auto listed = get("SignHeaders");
    const auto omitted = get("OmitHeaders");
    if ((listed && is_in_a_file(listed->value)) || (omitted && is_in_a_file(omitted->value))) {
        return std::nullopt;
    }
    if (omitted && names(omitted->value, wanted, false)) return false;
    const bool by_default = signed_by_default(wanted);
    return listed ? names(listed->value, wanted, by_default) : by_default;
}

}  // namespace candor::cli
