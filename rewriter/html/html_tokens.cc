// One function per construct; each leaves `at_` behind what it consumed.
#include "rewriter/html/html_tokens.h"

#include <algorithm>

#include "rewriter/bytes/ascii.h"
#include "rewriter/bytes/scan.h"
#include "rewriter/html/plain_attribute.h"
#include "rewriter/html/tag_skip.h"

namespace candor::rewriter {
namespace {

constexpr std::string_view cdata_opener = "<![CDATA[";
constexpr std::string_view doctype_word = "DOCTYPE";

using TagNameEnd = ByteSet<true, '/', '>'>;
using UnquotedEnd = ByteSet<true, '>'>;

std::size_t read_value(std::string_view html, std::size_t at, Attribute& attribute) {
    while (at < html.size() && is_html_blank(html[at])) ++at;
    if (at >= html.size()) return at;
    attribute.has_value = true;
    const char first = html[at];
    if (first == '"' || first == '\'') {
        const std::size_t end =
            first == '"' ? find_byte<'"'>(html, at + 1) : find_byte<'\''>(html, at + 1);
        attribute.quote = first;
        attribute.value = {at + 1, end};
        return std::min(end + 1, html.size());
    }
    const std::size_t end = find_first<UnquotedEnd>(html, at);
    attribute.value = {at, end};
    return end;
}

/// Where the attribute that begins at `at` ends.
std::size_t read_attribute(std::string_view html, std::size_t at, Attribute& attribute) {
    if (const PlainAttribute plain = plain_attribute_at(html, at); plain.found()) {
        attribute = {.name = {at, plain.name_end},
                     .value = {plain.name_end + 2, plain.value_end},
                     .quote = '"',
                     .has_value = true};
        return plain.value_end + 1;
    }
    // Even `=` begins a name.
    const std::size_t end = find_first<AttributeNameEnd, 16>(html, at + 1);
    attribute.name = {at, end};
    attribute.value = {end, end};
    std::size_t next = end;
    while (next < html.size() && is_html_blank(html[next])) ++next;
    if (next >= html.size() || html[next] != '=') return end;
    return read_value(html, next + 1, attribute);
}

}  // namespace

const Attribute* HtmlTokenizer::attribute(std::string_view name) const {
    const auto found = std::ranges::find_if(attributes_, [&](const Attribute& candidate) {
        return equals_ignoring_case(text(candidate.name), name);
    });
    return found == attributes_.end() ? nullptr : &*found;
}

void HtmlTokenizer::skip_tags_but(std::span<const std::uint64_t> wanted) {
    if (mode_ != TextMode::Data || !namespaces_.nothing_open()) return;
    at_ = skip_tags(html_, at_, wanted);
}

bool HtmlTokenizer::next() {
    attributes_.clear();
    while (at_ < html_.size()) {
        bool made = false;
        switch (mode_) {
            case TextMode::Data: made = read_data(); break;
            case TextMode::CData: made = read_cdata(); break;
            case TextMode::RcData:
            case TextMode::RawText:
            case TextMode::Script: made = read_raw(); break;
            case TextMode::PlainText:
                made = put_text(at_, html_.size());
                at_ = html_.size();
                break;
        }
        if (made) return true;
    }
    return false;
}

bool HtmlTokenizer::put_text(std::size_t begin, std::size_t end) {
    if (begin == end) return false;
    token_ = {.kind = TokenKind::Text,
              .whole = {begin, end},
              .name = {},
              .content = {begin, end},
              .mode = mode_};
    return true;
}

HtmlTokenizer::Opener HtmlTokenizer::opener_at(std::size_t at) const {
    if (at + 1 >= html_.size()) return Opener::None;
    const char c = html_[at + 1];
    if (is_ascii_letter(c)) return Opener::StartTag;
    if (c == '!') return Opener::Declaration;
    if (c == '?') return Opener::Bogus;
    if (c != '/' || at + 2 >= html_.size()) return Opener::None;
    if (is_ascii_letter(html_[at + 2])) return Opener::EndTag;
    return html_[at + 2] == '>' ? Opener::Nothing : Opener::Bogus;
}

bool HtmlTokenizer::read_data() {
    std::size_t begin = at_;
    Opener opener = Opener::None;
    while (begin < html_.size()) {
        if (html_[begin] == '<') opener = opener_at(begin);
        if (opener != Opener::None) break;
        ++begin;
        if (begin < html_.size() && html_[begin] != '<') begin = find_byte<'<'>(html_, begin);
    }
    if (begin > at_) {
        put_text(at_, begin);
        at_ = begin;
        return true;
    }
    switch (opener) {
        case Opener::None: return false;
        case Opener::StartTag: return read_tag(TokenKind::StartTag, begin, begin + 1);
        case Opener::EndTag: return read_tag(TokenKind::EndTag, begin, begin + 2);
        case Opener::Nothing: at_ = begin + 3; return false;
        case Opener::Bogus:
            read_bogus_comment(begin, html_[begin + 1] == '?' ? begin + 1 : begin + 2);
            return true;
        case Opener::Declaration: return read_declaration(begin);
    }
    return false;
}

bool HtmlTokenizer::read_declaration(std::size_t begin) {
    const std::string_view rest = html_.substr(begin);
    if (rest.starts_with("<!--")) {
        read_comment(begin, begin + 4);
        return true;
    }
    if (rest.starts_with(cdata_opener) && namespaces_.cdata_allowed()) {
        at_ = begin + cdata_opener.size();
        mode_ = TextMode::CData;
        return false;
    }
    read_bogus_comment(begin, begin + 2);
    if (starts_with_ignoring_case(rest.substr(2), doctype_word)) {
        token_.kind = TokenKind::Doctype;
        token_.content.begin += doctype_word.size();
    }
    return true;
}

void HtmlTokenizer::read_bogus_comment(std::size_t begin, std::size_t data) {
    const std::size_t end = find_byte<'>'>(html_, data);
    at_ = std::min(end + 1, html_.size());
    token_ = {
        .kind = TokenKind::Comment, .whole = {begin, at_}, .name = {}, .content = {data, end}};
}

void HtmlTokenizer::read_comment(std::size_t begin, std::size_t data) {
    token_ = {.kind = TokenKind::Comment, .whole = {begin, 0}, .name = {}, .content = {data, data}};
    for (std::size_t end = find_byte<'>'>(html_, data); end < html_.size();
         end = find_byte<'>'>(html_, end + 1)) {
        const std::string_view inside = html_.substr(data, end - data);
        std::size_t closer = 0;
        if (inside.ends_with("--!")) closer = 3;
        if (inside.ends_with("--")) closer = 2;
        if (inside.empty() || inside == "-") closer = inside.size();  // `<!-->` and `<!--->`
        if (closer == 0 && !inside.empty()) continue;
        at_ = end + 1;
        token_.content.end = end - closer;
        token_.whole.end = at_;
        return;
    }
    // The end of the text closes it; a closer begun does not belong to the comment.
    at_ = html_.size();
    std::string_view inside = html_.substr(data);
    if (inside.ends_with("--!")) {
        inside.remove_suffix(3);
    } else {
        for (int dashes = 0; dashes < 2 && inside.ends_with('-'); ++dashes) inside.remove_suffix(1);
    }
    token_.content.end = data + inside.size();
    token_.whole.end = at_;
}

bool HtmlTokenizer::read_tag(TokenKind kind, std::size_t begin, std::size_t name) {
    const std::string_view html = html_;  // a copy that no written attribute can change
    std::size_t at = find_first<TagNameEnd, 16>(html, name);
    const Span name_span{name, at};
    bool self_closing = false;
    while (at < html.size() && html[at] != '>') {
        self_closing = html[at] == '/';
        if (self_closing || is_html_blank(html[at])) {
            ++at;
        } else {
            at = read_attribute(html, at, attributes_.emplace_back());
        }
    }
    if (at >= html.size()) {
        at_ = html.size();
        attributes_.clear();
        return false;
    }
    at_ = at + 1;
    token_ = {.kind = kind,
              .whole = {begin, at_},
              .name = name_span,
              .content = {},
              .self_closing = self_closing,
              .packed_name = packed_name_in(html, name, name_span.size())};
    if (feedback_ && !namespaces_.ignores(token_.packed_name)) feed_back();
    return true;
}

void HtmlTokenizer::feed_back() {
    const std::string_view name = text(token_.name);
    if (token_.kind == TokenKind::EndTag) return namespaces_.on_end_tag(name);
    HtmlNamespaces::StartTag tag{.name = name, .self_closing = token_.self_closing};
    if (name_is("font")) {
        tag.breaks_out = attribute("color") != nullptr || attribute("face") != nullptr ||
                         attribute("size") != nullptr;
    }
    if (name_is("annotation-xml")) {
        const Attribute* const encoding = attribute("encoding");
        const std::string_view value = encoding == nullptr ? "" : text(encoding->value);
        tag.html_annotation = equals_ignoring_case(value, "text/html") ||
                              equals_ignoring_case(value, "application/xhtml+xml");
    }
    mode_ = namespaces_.on_start_tag(tag);
    token_.foreign = namespaces_.latest_was_foreign();
    last_start_tag_ = name;
}

bool HtmlTokenizer::read_cdata() {
    std::size_t end = find_byte<'>'>(html_, at_);
    while (end < html_.size() && !html_.substr(at_, end - at_).ends_with("]]")) {
        end = find_byte<'>'>(html_, end + 1);
    }
    const bool closed = end < html_.size();
    const bool made = put_text(at_, closed ? end - 2 : end);
    at_ = closed ? end + 1 : end;
    mode_ = TextMode::Data;
    return made;
}

bool HtmlTokenizer::read_raw() {
    const std::size_t end = mode_ == TextMode::Script ? script_end() : raw_text_end();
    const bool made = put_text(at_, end);
    at_ = end;
    mode_ = TextMode::Data;  // what stands here now is the end tag
    return made;
}

bool HtmlTokenizer::word_at(std::size_t at, std::string_view word) const {
    return at < html_.size() && starts_with_ignoring_case(html_.substr(at), word) &&
           at + word.size() < html_.size() && TagNameEnd::has(html_[at + word.size()]);
}

bool HtmlTokenizer::ends_raw_text(std::size_t at) const {
    return !last_start_tag_.empty() && at + 1 < html_.size() && html_[at + 1] == '/' &&
           word_at(at + 2, last_start_tag_);
}

std::size_t HtmlTokenizer::raw_text_end() const {
    std::size_t at = find_byte<'<'>(html_, at_);
    while (at < html_.size() && !ends_raw_text(at)) at = find_byte<'<'>(html_, at + 1);
    return at;
}

std::size_t HtmlTokenizer::script_end() const {
    // `<!--` hides from then on a `</script>` that closes a `<script>` seen since, until `-->`.
    enum class Escape : std::uint8_t { None, Single, Double } escape = Escape::None;
    std::size_t dashes_since = 0;  // dashes of a `-->` count from here on
    for (std::size_t at = at_; at < html_.size(); ++at) {
        const char c = html_[at];
        if (c == '>' && escape != Escape::None) {
            const bool closes = at >= dashes_since + 2 && html_.substr(at - 2, 2) == "--";
            if (closes) escape = Escape::None;
        }
        if (c != '<') continue;
        if (escape != Escape::Double && ends_raw_text(at)) return at;
        if (escape == Escape::None && html_.substr(at).starts_with("<!--")) {
            escape = Escape::Single;
            dashes_since = at + 2;
            at += 3;
        } else if (escape == Escape::Single && word_at(at + 1, "script")) {
            escape = Escape::Double;
        } else if (escape == Escape::Double && at + 1 < html_.size() && html_[at + 1] == '/' &&
                   word_at(at + 2, "script")) {
            escape = Escape::Single;
        }
    }
    return html_.size();
}

}  // namespace candor::rewriter
