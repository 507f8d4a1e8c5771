// RFC 2045, section 5.1; a semicolon left out before a parameter misleads nobody.
#include "rewriter/mime/content_type.h"

#include "rewriter/bytes/ascii.h"

namespace candor::rewriter {
namespace {

bool is_token_byte(char c) {
    constexpr std::string_view special = "()<>@,;:\\\"/[]?=";
    return c > ' ' && c <= '~' && special.find(c) == std::string_view::npos;
}

std::size_t token_length(std::string_view text) {
    std::size_t length = 0;
    while (length < text.size() && is_token_byte(text[length])) ++length;
    return length;
}

}  // namespace

bool says_clearly(std::string_view value, std::string_view mime_type) {
    value = trim_blanks(value);
    const std::size_t type = token_length(value);
    if (type == 0 || type == value.size() || value[type] != '/') return false;
    const std::size_t subtype = token_length(value.substr(type + 1));
    if (subtype == 0) return false;
    const std::size_t end = type + 1 + subtype;
    if (!equals_ignoring_case(value.substr(0, end), mime_type)) return false;
    const std::string_view rest = value.substr(end);
    const std::string_view next = trim_blanks(rest);
    if (next.empty() || next.front() == ';') return true;
    return is_html_blank(rest.front()) && (next.front() == '(' || is_token_byte(next.front()));
}

}  // namespace candor::rewriter
