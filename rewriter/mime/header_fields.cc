// The address grammar is GMime's; the rest is unfolding and trimming.
#include "rewriter/mime/header_fields.h"

#include <gmime/gmime.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "rewriter/mime/gmime_ptr.h"
#include "rewriter/mime/parse_guard.h"

namespace candor::rewriter {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// A fold is a line end before a blank (RFC 5322, section 2.2.3): only the line end goes.
std::string unfolded(std::string_view value) {
    std::string text;
    text.reserve(value.size());
    std::ranges::copy_if(value, std::back_inserter(text),
                         [](char c) { return c != '\n' && c != '\r'; });
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

bool same_field(std::string_view one, std::string_view other) {
    return std::ranges::equal(one, other, [](char a, char b) { return lower(a) == lower(b); });
}

std::optional<std::string> field_value(std::span<const Header> headers, std::string_view name) {
    const auto found = std::ranges::find_if(
        headers, [&](const Header& header) { return same_field(header.name, name); });
    if (found == headers.end()) return std::nullopt;
    return unfolded(found->value);
}

std::vector<HeaderEdit> removed_fields(std::span<const Header> headers,
                                       const std::function<bool(std::string_view name)>& goes) {
    std::vector<HeaderEdit> edits;
    std::unordered_map<std::string, int> seen;  // fields so far, by name in lower case
    for (const Header& header : headers) {
        if (!goes(header.name)) continue;
        std::string name = header.name;
        std::ranges::transform(name, name.begin(), lower);
        edits.push_back({HeaderEdit::Kind::Remove, header.name, ++seen[std::move(name)], {}});
    }
    return edits;
}

int count_fields(std::span<const Header> headers, std::string_view name) {
    return static_cast<int>(std::ranges::count_if(
        headers, [&](const Header& header) { return same_field(header.name, name); }));
}

std::string from_address(std::span<const Header> headers) {
    const auto value = field_value(headers, "From");
    if (!value || !is_parsable_address_list(*value)) return {};
    const GObjectPtr<InternetAddressList> list{
        internet_address_list_parse(g_mime_parser_options_get_default(), value->c_str())};
    if (!list) return {};
    for (int i = 0; i < internet_address_list_length(list.get()); ++i) {
        InternetAddress* address = internet_address_list_get_address(list.get(), i);  // borrowed
        if (!INTERNET_ADDRESS_IS_MAILBOX(address)) continue;
        const char* mailbox = internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address));
        const std::string_view text = mailbox ? mailbox : "";
        if (text.find('@') != std::string_view::npos) return std::string{text};
    }
    return {};
}

std::string from_domain(std::span<const Header> headers) {
    const std::string address = from_address(headers);
    const auto at = address.rfind('@');
    return at == std::string::npos ? std::string{} : address.substr(at + 1);
}

std::vector<std::string> bracketed_uris(std::span<const Header> headers, std::string_view name) {
    std::vector<std::string> uris;
    for (const Header& header : headers) {
        if (!same_field(header.name, name)) continue;
        const std::string text = unfolded(header.value);
        for (std::size_t open = text.find('<'); open != std::string::npos;) {
            const std::size_t close = text.find('>', open);
            if (close == std::string::npos) break;
            std::string uri = text.substr(open + 1, close - open - 1);
            // RFC 2369, section 2: blanks inside the brackets are to be ignored.
            std::erase_if(uri, [](char c) { return c == ' ' || c == '\t'; });
            uris.push_back(std::move(uri));
            open = text.find('<', close);
        }
    }
    return uris;
}

}  // namespace candor::rewriter
