// Links of HTML: one pass over the tokens. Links of text: links_of_text.cc.
#include "rewriter/links/links.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "rewriter/bytes/ascii.h"
#include "rewriter/bytes/scan.h"
#include "rewriter/html/character_references.h"
#include "rewriter/html/html_tokens.h"
#include "rewriter/links/do_not_track_marks.h"
#include "rewriter/links/web_url.h"

namespace candor::rewriter {
namespace {

constexpr std::size_t max_link_text_bytes = 200;
constexpr std::size_t max_value_bytes = 32 << 10;
constexpr std::size_t longest_scheme = 64;

constexpr std::array<std::uint64_t, 5> link_elements{packed_name("a"), packed_name("area"),
                                                     packed_name("form"), packed_name("button"),
                                                     packed_name("input")};

/// Gathers the visible text of the link that is open, blanks folded, up to the limit.
class LinkText {
  public:
    [[nodiscard]] bool full() const { return text_.size() > max_link_text_bytes; }
    void add_blank() { blank_before_ = true; }
    void add(std::string_view raw) {
        if (full()) return;
        // A reference needs at most 33 bytes for one character; more cannot be of use.
        raw = raw.substr(0, max_link_text_bytes * 40);
        if (find_first<ByteSet<false, '&'>>(raw, 0) == raw.size()) return fold(raw);
        fold(decode_character_references(raw, ReferencePlace::Text));
    }
    std::string take() {
        if (full()) cut_at_character();
        blank_before_ = false;
        return std::exchange(text_, {});
    }

  private:
    void fold(std::string_view decoded) {
        while (!decoded.empty() && !full()) {
            const std::size_t word = find_first<ByteSet<true>, 16>(decoded, 0);
            if (word == 0) {
                blank_before_ = true;
                decoded.remove_prefix(1);
                continue;
            }
            if (blank_before_ && !text_.empty()) text_.push_back(' ');
            blank_before_ = false;
            text_.append(decoded.substr(0, std::min(word, max_link_text_bytes + 1)));
            decoded.remove_prefix(word);
        }
    }
    void cut_at_character() {
        std::size_t end = max_link_text_bytes;
        const auto continues = [&](std::size_t at) {
            return (static_cast<unsigned char>(text_[at]) & 0xC0U) == 0x80U;
        };
        while (end > max_link_text_bytes - 4 && continues(end)) --end;
        text_.resize(end);
    }

    std::string text_;
    bool blank_before_ = false;
};

bool breaks_words(const HtmlTokenizer& tokens) {
    return tokens.name_is("br") || tokens.name_is("td") || tokens.name_is("p") ||
           tokens.name_is("div") || tokens.name_is("tr") || tokens.name_is("li");
}

bool is_visible(TextMode mode) {
    return mode == TextMode::Data || mode == TextMode::CData;
}

/// One pass over the tokens, and one over the inside of every conditional comment: the same code,
/// but that there any element of VML may be a link (buttons are `v:roundrect` there).
class LinkFinder {
  public:
    LinkFinder(HtmlTokenizer tokens, bool conditional, std::vector<HtmlLink>& links,
               UnreadLinks* unread)
        : tokens_(std::move(tokens)), conditional_(conditional), links_(links), unread_(unread) {}

    void find() {
        while (advance()) {
            if (tokens_.ambiguous()) {
                leave_unread();
                break;
            }
            const HtmlToken& token = tokens_.token();
            switch (token.kind) {
                case TokenKind::StartTag: on_start_tag(); break;
                case TokenKind::EndTag: on_end_tag(); break;
                case TokenKind::Text:
                    if (open_ != none && is_visible(token.mode)) {
                        text_.add(tokens_.text(token.content));
                    }
                    break;
                case TokenKind::Comment:
                    if (!conditional_ && tokens_.is_conditional_comment()) {
                        LinkFinder{tokens_.inside(token.content), true, links_, unread_}.find();
                    }
                    break;
                case TokenKind::Doctype: break;
            }
        }
        close();
    }

  private:
    bool advance() {
        if (open_ == none && !conditional_) tokens_.skip_tags_but(link_elements);
        return tokens_.next();
    }

    /// From the token at hand to the end.
    void leave_unread() {
        if (unread_ == nullptr) return;
        const std::size_t begin = tokens_.token().whole.begin;
        find_possible_links(tokens_.text({begin, std::string_view::npos}), *unread_);
    }

    void on_start_tag() {
        const bool anchor = tokens_.name_is("a");
        if (anchor) close();  // a link inside a link ends the outer one
        if (anchor || tokens_.name_is("area")) return add(anchor);
        if (open_ != none && breaks_words(tokens_)) text_.add_blank();
        if (tokens_.name_is("form")) return add_placeholder("action", true);
        if (tokens_.name_is("button") || tokens_.name_is("input")) {
            add_placeholder("formaction", true);
        }
        if (!conditional_) return;
        if (starts_with_ignoring_case(tokens_.text(tokens_.token().name), "v:")) return add(true);
        add_placeholder("href", false);
    }

    void on_end_tag() {
        if (open_ == none) return;
        if (tokens_.name_is(open_name_)) return close();
        if (breaks_words(tokens_)) text_.add_blank();
    }

    void close() {
        if (open_ != none) links_[open_].text = text_.take();
        open_ = none;
    }

    /// The attribute of the token as a link, when it has that attribute.
    [[nodiscard]] std::optional<HtmlLink> link_in(std::string_view attribute) const {
        const Attribute* const found = tokens_.attribute(attribute);
        if (found == nullptr || !found->has_value) return std::nullopt;
        HtmlLink link{.value = found->value, .quote = found->quote, .decoded = {}, .text = {}};
        link.decoded =
            decode_character_references(tokens_.text(found->value), ReferencePlace::Attribute);
        link.conditional = conditional_;
        return link;
    }

    /// Whether the value is longer than that of any link, and was put aside.
    bool is_too_long(HtmlLink& link) {
        if (link.value.size() <= max_value_bytes) return false;
        if (unread_ != nullptr) unread_->urls.push_back(std::move(link.decoded));
        return true;
    }

    void add(bool has_text) {
        std::optional<HtmlLink> link = link_in("href");
        if (!link && tokens_.token().foreign) return add_placeholder("xlink:href", false);
        if (!link || is_too_long(*link)) return;
        link->marked_no_track =
            has_no_track_attribute(tokens_) || is_no_track_scheme(scheme_in(link->decoded));
        links_.push_back(*std::move(link));
        if (!has_text || (conditional_ && tokens_.token().self_closing)) return;
        close();
        open_ = links_.size() - 1;
        open_name_ = tokens_.text(tokens_.token().name);
    }

    void add_placeholder(std::string_view attribute, bool form) {
        std::optional<HtmlLink> link = link_in(attribute);
        if (!link || scheme_in(link->decoded) != "candor" || is_too_long(*link)) return;
        link->form = form;
        links_.push_back(*std::move(link));
    }

    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    HtmlTokenizer tokens_;
    bool conditional_;
    std::vector<HtmlLink>& links_;
    UnreadLinks* unread_;  ///< null where nobody asks
    LinkText text_;
    std::size_t open_ = none;     ///< the link whose text is being read
    std::string_view open_name_;  ///< its element, as written
};

using SpecialInTag = ByteSet<true, '&', '<', '>', '"', '\'', '`', '='>;
using SpecialInComment = ByteSet<true, '&', '<', '>', '"', '\'', '`', '=', '-'>;

template <class Special>
std::string escaped(std::string_view url, char quote) {
    std::string escaped;
    escaped.reserve(url.size() + 8);
    std::size_t done = 0;
    for (std::size_t at = find_first<Special>(url, 0); at < url.size();
         at = find_first<Special>(url, done)) {
        escaped.append(url.substr(done, at - done));
        const char c = url[at];
        done = at + 1;
        // `--` may end a comment, whoever reads it.
        const bool second_dash = c == '-' && (escaped.ends_with('-') || done == url.size());
        const bool delimiter = c != '-' && (c == quote || c == '\r' || quote == 0);
        if (c == '&') {
            escaped += "&amp;";
        } else if (c == '<') {
            escaped += "&lt;";
        } else if (c == '>') {
            escaped += "&gt;";
        } else if (delimiter || second_dash) {
            escaped += "&#" + std::to_string(static_cast<int>(c)) + ';';
        } else {
            escaped.push_back(c);
        }
    }
    escaped.append(url.substr(done));
    // Without quotes nothing at all would make the next attribute the value.
    if (escaped.empty() && quote == 0) return "\"\"";
    return escaped;
}

}  // namespace

std::vector<HtmlLink> find_html_links(std::string_view html, UnreadLinks* unread) {
    std::vector<HtmlLink> links;
    links.reserve(64);  // as many as most mails have: a longer list is copied as it grows
    LinkFinder{HtmlTokenizer{html}, false, links, unread}.find();
    return links;
}

std::string escape_attribute(std::string_view url, char quote, AttributePlace place) {
    return place == AttributePlace::Tag ? escaped<SpecialInTag>(url, quote)
                                        : escaped<SpecialInComment>(url, quote);
}

std::string trim_url(std::string_view value) {
    return std::string{TrimmedUrl{value}.text()};
}

std::string scheme_of(std::string_view trimmed) {
    const auto belongs = [](char c) {
        return is_ascii_alnum(c) || c == '+' || c == '-' || c == '.';
    };
    std::size_t end = 0;
    while (end < trimmed.size() && end <= longest_scheme && belongs(trimmed[end])) ++end;
    if (end == 0 || end > longest_scheme || end == trimmed.size() || trimmed[end] != ':') return {};
    return is_ascii_letter(trimmed.front()) ? ascii_lowered(trimmed.substr(0, end)) : std::string{};
}

std::string scheme_in(std::string_view value) {
    while (!value.empty() && static_cast<unsigned char>(value.front()) <= 0x20) {
        value.remove_prefix(1);
    }
    using Ignored = ByteSet<false, '\t', '\n', '\r'>;
    const std::size_t ignored = find_first<Ignored>(value.substr(0, longest_scheme + 1), 0);
    if (ignored > longest_scheme || ignored == value.size()) return scheme_of(value);
    std::string start;
    for (const char c : value) {
        if (Ignored::has(c)) continue;
        start.push_back(c);
        if (c == ':' || start.size() > longest_scheme) break;
    }
    return scheme_of(start);
}

}  // namespace candor::rewriter
