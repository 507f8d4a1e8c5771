#include "rewriter/mime/meta_charset.h"

#include "rewriter/bytes/ascii.h"
#include "rewriter/html/character_references.h"
#include "rewriter/html/html_tokens.h"
#include "rewriter/mime/charset.h"

namespace candor::rewriter {
namespace {

constexpr std::size_t looked_at = 1024;

/// The value of `charset=` in the content of an http-equiv.
std::string_view charset_in(std::string_view content) {
    static constexpr std::string_view word = "charset";
    for (std::size_t at = 0; at + word.size() < content.size(); ++at) {
        if (!starts_with_ignoring_case(content.substr(at), word)) continue;
        std::string_view rest = trim_blanks(content.substr(at + word.size()));
        if (!rest.starts_with('=')) continue;
        rest = trim_blanks(rest.substr(1));
        if (rest.starts_with('"') || rest.starts_with('\'')) {
            const std::size_t end = rest.find(rest.front(), 1);
            return end == std::string_view::npos ? std::string_view() : rest.substr(1, end - 1);
        }
        return rest.substr(0, rest.find_first_of("; \t\r\n\f"));
    }
    return {};
}

std::string charset_of_tag(const HtmlTokenizer& tokens) {
    const auto value = [&](std::string_view name) {
        const Attribute* const found = tokens.attribute(name);
        return found == nullptr ? std::string()
                                : decode_character_references(tokens.text(found->value),
                                                              ReferencePlace::Attribute);
    };
    std::string charset = value("charset");
    if (charset.empty() && equals_ignoring_case(trim_blanks(value("http-equiv")), "content-type"))
        charset = charset_in(value("content"));
    return ascii_lowered(trim_blanks(charset));
}

}  // namespace

std::string charset_of_meta(std::string_view html) {
    HtmlTokenizer tokens{html.substr(0, looked_at)};
    while (tokens.next()) {
        if (tokens.token().kind != TokenKind::StartTag || !tokens.name_is("meta")) continue;
        std::string charset = charset_of_tag(tokens);
        if (charset.empty()) continue;
        if (charset.starts_with("utf-16")) return "utf-8";
        return is_ascii_compatible(charset, {}) ? charset : std::string();
    }
    return {};
}

}  // namespace candor::rewriter
