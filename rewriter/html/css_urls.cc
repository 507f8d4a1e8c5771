// One pass over the tokens of CSS that matter: comments, strings, functions, at-rules, blocks.
#include "rewriter/html/css_urls.h"

#include <algorithm>

#include "rewriter/bytes/ascii.h"
#include "rewriter/html/character_references.h"

namespace candor::rewriter {
namespace {

bool is_name_char(char c) {
    return is_ascii_alnum(c) || c == '-' || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

/// Undoes the escape at `at`, which is a backslash; `at` moves behind it.
void take_escape(std::string_view css, std::size_t& at, std::string& out) {
    constexpr std::size_t most_digits = 6;
    ++at;
    if (at >= css.size()) return;
    if (css[at] == '\r' || css[at] == '\n' || css[at] == '\f') {  // a string goes on
        at += css.substr(at).starts_with("\r\n") ? 2U : 1U;
        return;
    }
    if (hex_value(css[at]) < 0) {
        out += css[at++];
        return;
    }
    char32_t code = 0;
    for (std::size_t digits = 0; digits < most_digits && at < css.size(); ++digits, ++at) {
        const int value = hex_value(css[at]);
        if (value < 0) break;
        code = code * 16 + static_cast<char32_t>(value);
    }
    if (at < css.size() && is_html_blank(css[at])) {
        at += css.substr(at).starts_with("\r\n") ? 2U : 1U;
    }
    const bool legal = code != 0 && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
    append_utf8(out, legal ? code : U'\uFFFD');
}

std::string unescaped(std::string_view value) {
    std::string out;
    for (std::size_t at = 0; at < value.size();) {
        if (value[at] == '\\') {
            take_escape(value, at, out);
        } else {
            out += value[at++];
        }
    }
    return out;
}

class CssReader {
  public:
    explicit CssReader(std::string_view css) : css_(css) {}

    std::vector<CssUrl> read() {
        while (at_ < css_.size()) {
            const char c = css_[at_];
            if (css_.substr(at_).starts_with("/*")) {
                skip_comment();
            } else if (c == '"' || c == '\'') {
                read_string(c);
            } else if (c == '@') {
                ++at_;
                read_at_keyword();
            } else if (is_name_char(c) || c == '\\') {
                read_name();
            } else {
                read_sign(c);
            }
        }
        return std::move(found_);
    }

  private:
    enum class Function : std::uint8_t { Url, ImageSet, Other };

    void skip_comment() {
        const std::size_t end = css_.find("*/", at_ + 2);
        at_ = end == std::string_view::npos ? css_.size() : end + 2;
    }

    void read_sign(char c) {
        ++at_;
        if (c == '(') functions_.push_back(Function::Other);
        if (c == ')' && !functions_.empty()) functions_.pop_back();
        if (c == ';') importing_ = false;
        if (c != '{' && c != '}') return;
        in_font_ = c == '{' && font_named_;
        font_named_ = importing_ = false;
        functions_.clear();  // a block ends what was left open
    }

    /// A string in a place where it is a URL counts as one.
    void read_string(char quote) {
        const std::size_t begin = ++at_;
        while (at_ < css_.size() && css_[at_] != quote && css_[at_] != '\n') {
            at_ += css_[at_] == '\\' && at_ + 1 < css_.size() ? 2U : 1U;
        }
        const std::size_t end = std::min(at_, css_.size());
        at_ = std::min(end + 1, css_.size());
        const bool in_function = !functions_.empty() && functions_.back() != Function::Other;
        if (in_function || (importing_ && functions_.empty())) put({begin, end});
    }

    std::string take_name() {
        std::string name;
        while (at_ < css_.size() && (is_name_char(css_[at_]) || css_[at_] == '\\')) {
            if (css_[at_] == '\\') {
                take_escape(css_, at_, name);
            } else {
                name += ascii_lower(css_[at_++]);
            }
        }
        return name;
    }

    void read_at_keyword() {
        const std::string name = take_name();
        importing_ = name == "import";
        font_named_ = name == "font-face";
    }

    void read_name() {
        const std::string name = ascii_lowered(take_name());
        if (at_ >= css_.size() || css_[at_] != '(') return;
        ++at_;
        if (name == "url" || name == "src") {
            if (!read_unquoted_url()) functions_.push_back(Function::Url);
        } else if (name == "image-set" || name == "-webkit-image-set" || name == "image") {
            functions_.push_back(Function::ImageSet);
        } else {
            functions_.push_back(Function::Other);
        }
    }

    /// False when a string follows instead.
    bool read_unquoted_url() {
        while (at_ < css_.size() && is_html_blank(css_[at_])) ++at_;
        if (at_ < css_.size() && (css_[at_] == '"' || css_[at_] == '\'')) return false;
        const std::size_t begin = at_;
        while (at_ < css_.size() && css_[at_] != ')') {
            at_ += css_[at_] == '\\' && at_ + 1 < css_.size() ? 2U : 1U;
        }
        std::size_t end = std::min(at_, css_.size());
        at_ = std::min(end + 1, css_.size());
        while (end > begin && is_html_blank(css_[end - 1])) --end;
        // With a quote or a bracket inside it is no URL to a browser (a bad-url-token).
        const bool bad = css_.substr(begin, end - begin).find_first_of("\"'(") != css_.npos;
        if (!bad) put({begin, end});
        return true;
    }

    void put(Span value) {
        if (value.size() == 0) return;
        const CssUse use = importing_ ? CssUse::Import : in_font_ ? CssUse::Font : CssUse::Image;
        found_.push_back({value, unescaped(css_.substr(value.begin, value.size())), use});
    }

    std::string_view css_;
    std::size_t at_ = 0;
    std::vector<Function> functions_;  ///< whose `)` is still to come
    bool importing_ = false;           ///< between `@import` and its `;`
    bool font_named_ = false;          ///< between `@font-face` and its `{`
    bool in_font_ = false;
    std::vector<CssUrl> found_;
};

/// An attribute's value with its references undone, and where each of its bytes comes from.
class DecodedAttribute {
  public:
    explicit DecodedAttribute(std::string_view raw) {
        for (std::size_t at = 0; at < raw.size();) {
            const std::size_t next = std::min(raw.find('&', at), raw.size());
            pieces_.push_back({text_.size(), at, true});
            text_ += raw.substr(at, next - at);
            at = next;
            if (at == raw.size()) break;
            const std::size_t end = reference_end(raw, at);
            pieces_.push_back({text_.size(), at, false});
            text_ +=
                decode_character_references(raw.substr(at, end - at), ReferencePlace::Attribute);
            at = end;
        }
        pieces_.push_back({text_.size(), raw.size(), true});
    }

    [[nodiscard]] const std::string& text() const { return text_; }

    [[nodiscard]] std::size_t raw_of(std::size_t decoded) const {
        const auto behind = std::ranges::upper_bound(pieces_, decoded, {}, &Piece::decoded);
        const Piece& piece = *std::prev(behind);
        return piece.raw + (piece.literal ? decoded - piece.decoded : 0);
    }

  private:
    struct Piece {
        std::size_t decoded;
        std::size_t raw;
        bool literal;
    };

    /// Behind the reference at `at`, or behind the `&` when it is none that stands for one thing.
    static std::size_t reference_end(std::string_view raw, std::size_t at) {
        std::size_t end = at + 1;
        while (end < raw.size() && (is_ascii_alnum(raw[end]) || raw[end] == '#')) ++end;
        if (end < raw.size() && raw[end] == ';') return end + 1;
        // `&amp` without its `;` is undone only as a whole and before anything but a `=`.
        const bool whole = end == raw.size() || raw[end] != '=';
        const std::string decoded =
            decode_character_references(raw.substr(at, end - at), ReferencePlace::Attribute);
        return whole && decoded != raw.substr(at, end - at) ? end : at + 1;
    }

    std::string text_;
    std::vector<Piece> pieces_;
};

}  // namespace

std::vector<CssUrl> find_css_urls(std::string_view css) {
    return CssReader{css}.read();
}

std::vector<CssUrl> find_css_urls_in_attribute(std::string_view raw) {
    // Most styles fetch nothing: without a bracket, written or referred to, there is no function.
    if (raw.find('(') == std::string_view::npos && raw.find("&#") == std::string_view::npos &&
        raw.find("&lpar") == std::string_view::npos) {
        return {};
    }
    if (raw.find('&') == std::string_view::npos) return find_css_urls(raw);
    const DecodedAttribute decoded{raw};
    std::vector<CssUrl> found = find_css_urls(decoded.text());
    for (CssUrl& url : found) {
        url.value = {decoded.raw_of(url.value.begin), decoded.raw_of(url.value.end)};
    }
    return found;
}

}  // namespace candor::rewriter
