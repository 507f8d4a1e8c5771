// Reads form bodies of a few hundred bytes; see forms.h.
#include "tracker/forms.h"

#include <algorithm>

namespace candor::tracker {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

int hex_digit(char c) {
    const char l = lower(c);
    if (l >= '0' && l <= '9') return l - '0';
    if (l >= 'a' && l <= 'f') return l - 'a' + 10;
    return -1;
}

std::string decode_urlencoded(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                            hex_digit(text[i + 2]) >= 0;
        if (escape) {
            out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

std::vector<FormField> urlencoded_fields(std::string_view body) {
    std::vector<FormField> fields;
    body = trimmed(body);
    while (!body.empty()) {
        const std::size_t end = std::min(body.find('&'), body.size());
        const std::string_view pair = body.substr(0, end);
        body.remove_prefix(std::min(end + 1, body.size()));
        if (pair.empty()) continue;
        const std::size_t equals = pair.find('=');
        const bool bare = equals == std::string_view::npos;
        fields.push_back({decode_urlencoded(pair.substr(0, equals)),
                          bare ? std::string{} : decode_urlencoded(pair.substr(equals + 1))});
    }
    return fields;
}

/// `name` of `text` such as `form-data; name="x"; filename=y`; empty when there is none.
/// A quoted string is taken up to its closing quote; escapes inside it do not occur in our forms.
std::string_view parameter(std::string_view text, std::string_view name) {
    std::size_t at = text.find(';');
    while (at != std::string_view::npos) {
        text = trimmed(text.substr(at + 1));
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos) return {};
        const bool wanted = equal_ignoring_case(trimmed(text.substr(0, equals)), name);
        std::string_view value = text.substr(equals + 1);
        if (!value.empty() && value.front() == '"') {
            const std::size_t quote = value.find('"', 1);
            if (quote == std::string_view::npos) return {};
            if (wanted) return value.substr(1, quote - 1);
            text = value.substr(quote + 1);
        } else {
            if (wanted) return trimmed(value.substr(0, value.find(';')));
            text = value;
        }
        at = text.find(';');
    }
    return {};
}

/// The value of Content-Disposition in the header block of one part.
std::string_view disposition(std::string_view headers) {
    constexpr std::string_view name = "content-disposition:";
    while (!headers.empty()) {
        const std::size_t end = std::min(headers.find('\n'), headers.size());
        const std::string_view line = headers.substr(0, end);
        headers.remove_prefix(std::min(end + 1, headers.size()));
        if (line.size() >= name.size() && equal_ignoring_case(line.substr(0, name.size()), name)) {
            return trimmed(line.substr(name.size()));
        }
    }
    return {};
}

std::vector<FormField> multipart_fields(std::string_view boundary, std::string_view body) {
    const std::string delimiter = "--" + std::string(boundary);
    std::vector<FormField> fields;
    std::size_t at = body.find(delimiter);
    while (at != std::string_view::npos) {
        const std::size_t begin = at + delimiter.size();
        const std::size_t next = body.find(delimiter, begin);
        if (next == std::string_view::npos) break;  // the closing delimiter, or a part cut off
        const std::string_view part = body.substr(begin, next - begin);
        at = next;

        const std::size_t blank_line = part.find("\r\n\r\n");
        if (blank_line == std::string_view::npos) continue;
        const std::string_view name = parameter(disposition(part.substr(0, blank_line)), "name");
        if (name.empty()) continue;
        std::string_view value = part.substr(blank_line + 4);
        if (value.ends_with("\r\n")) value.remove_suffix(2);
        fields.push_back({std::string(name), std::string(value)});
    }
    return fields;
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, lower, lower);
}

std::vector<FormField> form_fields(std::string_view content_type, std::string_view body) {
    const std::string_view type = trimmed(content_type.substr(0, content_type.find(';')));
    if (!equal_ignoring_case(type, "multipart/form-data")) return urlencoded_fields(body);
    const std::string_view boundary = parameter(content_type, "boundary");
    // RFC 2046, section 5.1.1: 1 to 70 characters.
    if (boundary.empty() || boundary.size() > 70) return {};
    return multipart_fields(boundary, body);
}

std::optional<std::string_view> value_of(const std::vector<FormField>& fields,
                                         std::string_view name) {
    const auto found = std::ranges::find_if(
        fields, [name](const FormField& field) { return equal_ignoring_case(field.name, name); });
    if (found == fields.end()) return std::nullopt;
    return found->value;
}

}  // namespace candor::tracker
