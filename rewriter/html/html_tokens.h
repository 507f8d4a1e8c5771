// HTML as spans: tags, attributes, text and comments, with the states of the WHATWG tokenizer
// (HTML standard, 13.2.5) and no tree. What a tree would tell the tokenizer (raw text, foreign
// content) html_namespaces.h says from the tags alone. Nothing is decoded, copied or repaired here.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "rewriter/bytes/ascii.h"
#include "rewriter/bytes/splice.h"
#include "rewriter/html/html_namespaces.h"
#include "rewriter/html/tag_name.h"

namespace candor::rewriter {

enum class TokenKind : std::uint8_t { StartTag, EndTag, Text, Comment, Doctype };

struct Attribute {
    Span name;
    Span value;              ///< without its quotes; empty right behind the name when there is none
    char quote = 0;          ///< `"`, `'` or 0 for an unquoted value
    bool has_value = false;  ///< a `=` was seen: only then may something be spliced in
};

struct HtmlToken {
    TokenKind kind = TokenKind::Text;
    Span whole;                      ///< all its bytes, `<` and `>` included
    Span name;                       ///< of a tag
    Span content;                    ///< of text and comments; what follows the word DOCTYPE
    TextMode mode = TextMode::Data;  ///< of text: whether character references count in it
    bool self_closing = false;
    bool foreign = false;           ///< an element of SVG or MathML
    std::uint64_t packed_name = 0;  ///< of a tag: packed_name() of its name
};

/// Pulls one token after the other. Linear: every construct runs to its own end or to the end of
/// the text. A tag cut off by the end of the text does not exist. The text must outlive it.
class HtmlTokenizer {
  public:
    explicit HtmlTokenizer(std::string_view html) : html_(html) {}
    /// In the midst of an element, and without the feedback of tags: what the standard's test
    /// cases ask for. `last_start_tag` is the element whose end tag ends `mode`.
    HtmlTokenizer(std::string_view html, TextMode mode, std::string_view last_start_tag)
        : html_(html), mode_(mode), last_start_tag_(last_start_tag), feedback_(false) {}

    /// Whether the token is a comment whose inside only Outlook reads: `<!--[if mso]>`.
    [[nodiscard]] bool is_conditional_comment() const {
        return token_.kind == TokenKind::Comment &&
               starts_with_ignoring_case(text(token_.content), "[if");
    }
    /// A tokenizer of what stands in `part` of this one's text, for markup within a comment. Its
    /// spans are those of the whole text.
    [[nodiscard]] HtmlTokenizer inside(Span part) const {
        HtmlTokenizer inner{html_.substr(0, part.end)};
        inner.at_ = part.begin;
        return inner;
    }

    /// Passes over text and over tags that have none of these packed_name()s, as far as that is
    /// quick: for who looks for a few elements only. Other tokens may follow all the same.
    void skip_tags_but(std::span<const std::uint64_t> wanted);

    /// False at the end. `token()` and `attributes()` hold until the next call.
    [[nodiscard]] bool next();
    [[nodiscard]] const HtmlToken& token() const { return token_; }
    [[nodiscard]] std::span<const Attribute> attributes() const { return attributes_; }

    /// Whether what follows the start tag at hand is text up to its end tag.
    [[nodiscard]] bool in_raw_text() const { return mode_ != TextMode::Data; }

    /// Where a tree would be needed to go on with certainty: from here on tokens may not be those
    /// that a client sees (HtmlNamespaces::ambiguous()). The token at hand still is.
    [[nodiscard]] bool ambiguous() const { return namespaces_.ambiguous(); }

    [[nodiscard]] std::string_view text(Span span) const {
        return html_.substr(span.begin, span.size());
    }
    /// Whether the token is a tag of that name (lower case).
    [[nodiscard]] bool name_is(std::string_view name) const {
        return token_.packed_name == packed_name(name) && token_.name.size() == name.size() &&
               (name.size() <= packed_name_bytes || equals_ignoring_case(text(token_.name), name));
    }
    /// The attribute of that name (lower case) that counts: the first. Null when there is none.
    [[nodiscard]] const Attribute* attribute(std::string_view name) const;

  private:
    enum class Opener : std::uint8_t { None, StartTag, EndTag, Nothing, Bogus, Declaration };

    [[nodiscard]] Opener opener_at(std::size_t at) const;
    bool read_data();
    bool read_raw();
    bool read_cdata();
    bool read_declaration(std::size_t begin);
    void read_comment(std::size_t begin, std::size_t data);
    void read_bogus_comment(std::size_t begin, std::size_t data);
    bool read_tag(TokenKind kind, std::size_t begin, std::size_t name);
    void feed_back();
    bool put_text(std::size_t begin, std::size_t end);
    [[nodiscard]] bool ends_raw_text(std::size_t at) const;
    [[nodiscard]] std::size_t raw_text_end() const;
    [[nodiscard]] std::size_t script_end() const;
    [[nodiscard]] bool word_at(std::size_t at, std::string_view word) const;

    std::string_view html_;
    std::size_t at_ = 0;
    TextMode mode_ = TextMode::Data;
    std::string_view last_start_tag_;
    bool feedback_ = true;
    HtmlNamespaces namespaces_;
    HtmlToken token_;
    std::vector<Attribute> attributes_;  ///< kept for its capacity: no allocation per tag
};

}  // namespace candor::rewriter
