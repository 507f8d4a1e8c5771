// The faults that text versions of HTML mail are known for, counted over all HTML of the shared
// corpus with means of their own: tag by tag, without the tree that the text is made from.
#include <doctest/doctest.h>

#include <cstdlib>

#include "rewriter/bytes/ascii.h"
#include "rewriter/bytes/utf8_text.h"
#include "rewriter/contents.h"
#include "rewriter/html/character_references.h"
#include "rewriter/html/html_tokens.h"
#include "rewriter/links/links.h"
#include "rewriter/mime/charset.h"
#include "rewriter/text/plaintext.h"
#include "tests/rewriter/mail_fixtures.h"

using namespace candor::rewriter;
using namespace candor::rewriter::test;

namespace {

constexpr std::size_t widest_line = 78;

std::string replaced(std::string text, std::string_view what, std::string_view with) {
    for (std::size_t at = 0; (at = text.find(what, at)) != text.npos; at += with.size()) {
        text.replace(at, what.size(), with);
    }
    return text;
}

/// Without what nobody sees, each run of blanks as one.
std::string seen_of(std::string_view text) {
    std::string seen;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        const char32_t c = next_character(text, at);
        if (is_invisible(c) && !is_space(c)) continue;
        const bool blank = is_space(c) || c == 0xA0;
        if (!blank) seen += text.substr(begin, at - begin);
        if (blank && !seen.empty() && seen.back() != ' ') seen += ' ';
    }
    while (seen.ends_with(' ')) seen.pop_back();
    return seen;
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

/// Whether a tag's own style hides what is in it.
bool hides(const HtmlTokenizer& tokens) {
    const Attribute* const style = tokens.attribute("style");
    if (style == nullptr) return false;
    const std::string said = replaced(ascii_lowered(tokens.text(style->value)), " ", "");
    return said.find("display:none") != said.npos;
}

/// What a page says and links to where no style of an element hides it.
struct Page {
    std::string words;               ///< all of them, in one line
    std::vector<std::string> links;  ///< http and https, of links that have words
};

Page visible_page(std::string_view html) {
    Page page;
    HtmlTokenizer tokens{html};
    std::string hidden_name;  // the element that hides, and how many of its name are open
    int hidden_depth = 0;
    std::string url;
    std::string link_words;
    std::string words;
    while (tokens.next()) {
        const HtmlToken& token = tokens.token();
        const std::string name = ascii_lowered(tokens.text(token.name));
        if (token.kind == TokenKind::Text && token.mode == TextMode::Data && hidden_depth == 0) {
            const std::string text =
                decode_character_references(tokens.text(token.content), ReferencePlace::Text);
            link_words += text;
            words += text + ' ';
        } else if (token.kind == TokenKind::StartTag) {
            if (hidden_depth > 0 && name == hidden_name) ++hidden_depth;
            const bool may_hide = !token.self_closing && name != "img" && name != "br" &&
                                  name != "input" && name != "hr";
            if (hidden_depth == 0 && may_hide && hides(tokens)) {
                hidden_name = name;
                hidden_depth = 1;
            }
        } else if (token.kind == TokenKind::EndTag && hidden_depth > 0 && name == hidden_name) {
            --hidden_depth;
        }
        if (name != "a") continue;
        if (!url.empty() && !seen_of(link_words).empty()) page.links.push_back(url);
        url.clear();
        link_words.clear();
        const Attribute* const href = tokens.attribute("href");
        if (token.kind != TokenKind::StartTag || hidden_depth > 0 || href == nullptr) continue;
        const std::string to = trim_url(
            decode_character_references(tokens.text(href->value), ReferencePlace::Attribute));
        if (to.starts_with("http://") || to.starts_with("https://")) url = to;
    }
    page.words = seen_of(words);
    return page;
}

std::size_t count_of(std::string_view what, std::string_view text) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = text.find(what, at)) != text.npos; at += what.size()) ++count;
    return count;
}

/// Texts that stand right behind a tag with `display:none`, long enough to be told from others.
std::vector<std::string> hidden_texts(std::string_view html) {
    constexpr std::size_t telling_bytes = 25;
    std::vector<std::string> texts;
    HtmlTokenizer tokens{html};
    bool hidden = false;
    while (tokens.next()) {
        const HtmlToken& token = tokens.token();
        if (token.kind == TokenKind::Text && token.mode == TextMode::Data && hidden) {
            std::string text = seen_of(
                decode_character_references(tokens.text(token.content), ReferencePlace::Text));
            if (text.size() >= telling_bytes) texts.push_back(std::move(text));
        }
        hidden = token.kind == TokenKind::StartTag && hides(tokens);
    }
    return texts;
}

struct Faults {
    int padding = 0, preheaders = 0, lost_links = 0, long_lines = 0, blank_lines = 0, repeats = 0,
        blank_ends = 0;
    [[nodiscard]] int all() const {
        return padding + preheaders + lost_links + long_lines + blank_lines + repeats + blank_ends;
    }
};

int padding_in(std::string_view line) {
    int found = 0;
    char32_t before = 0;
    for (std::size_t at = 0; at < line.size();) {
        const char32_t c = next_character(line, at);
        // Joiners belong into Persian, Indic scripts and emoji.
        const bool joins = (c == 0x200C || c == 0x200D) && before >= 0x590;
        if (is_invisible(c) && !joins) ++found;
        before = c;
    }
    return found;
}

/// `Buy [1] [1]`, `Buy [1] | Buy [1]`: what stands behind a blank or a bar is what stood before it.
bool says_twice(std::string_view line) {
    for (std::size_t end = line.find(']'); end != line.npos; end = line.find(']', end + 1)) {
        for (const std::string_view between : {" ", " | "}) {
            const std::string_view rest = line.substr(end + 1);
            if (!rest.starts_with(between)) continue;
            const std::string_view behind = rest.substr(between.size());
            const std::size_t size = std::min(behind.find(']') + 1, behind.size());
            const std::string_view piece = behind.substr(0, size);
            const bool marked = size > 2 && is_ascii_digit(piece[size - 2]);
            if (marked && line.substr(0, end + 1).ends_with(piece)) return true;
        }
    }
    return false;
}

/// A URL cannot be broken; what carries it stands on that line as well.
bool carries_a_long_word(std::string_view line) {
    std::size_t longest = 0;
    std::size_t word = 0;
    for (const char c : line) {
        word = c == ' ' ? 0 : word + 1;
        longest = std::max(longest, word);
    }
    return longest > 60;
}

Faults faults_of(std::string_view html, const std::string& text) {
    Faults faults;
    const Page page = visible_page(html);
    const std::string seen = seen_of(replaced(text, "\n", " "));
    std::string before;
    int blank_lines = 0;
    for (const std::string& line : lines_of(text)) {
        faults.padding += padding_in(line);
        if (line.ends_with(' ')) ++faults.blank_ends;
        if (columns_of(line) > widest_line && !carries_a_long_word(line)) {
            ++faults.long_lines;
            MESSAGE("long: ", line);
        }
        blank_lines = line.empty() ? blank_lines + 1 : 0;
        if (blank_lines > 1) ++faults.blank_lines;
        if (line.empty()) continue;
        // A page may say a thing twice itself.
        if (says_twice(line)) {
            ++faults.repeats;
            MESSAGE("twice: ", line);
        }
        if (line == before && count_of(line, seen) > count_of(line, page.words)) {
            ++faults.repeats;
            MESSAGE("repeats: ", line);
        }
        before = line;
    }
    for (const std::string& link : page.links) {
        const std::string written = replaced(seen_of(link), " ", "%20");
        const std::string without_slash = written.substr(0, written.find_last_not_of('/') + 1);
        const bool there =
            text.find(written) != text.npos || text.find(without_slash) != text.npos ||
            text.find(without_slash.substr(without_slash.find("//") + 2)) != text.npos;
        if (!there) {
            ++faults.lost_links;
            MESSAGE("lost: ", link);
        }
    }
    for (const std::string& hidden : hidden_texts(html)) {
        if (count_of(hidden, seen) <= count_of(hidden, page.words)) continue;
        ++faults.preheaders;
        MESSAGE("shown: ", hidden);
    }
    return faults;
}

Faults check_html(const std::string& html, const std::string& name) {
    const std::string text = html_to_text(html);
    const Faults faults = faults_of(html, text);
    if (faults.all() > 0) {
        MESSAGE(name, ": padding ", faults.padding, " preheaders ", faults.preheaders,
                " lost links ", faults.lost_links, " long lines ", faults.long_lines,
                " blank lines ", faults.blank_lines, " repeats ", faults.repeats, " blank ends ",
                faults.blank_ends);
    }
    return faults;
}

}  // namespace

TEST_SUITE("rewriter/text_corpus") {
    TEST_CASE("no text made from HTML of the corpus has a known fault") {
        const std::filesystem::path root = std::filesystem::path(CANDOR_SHARED_DIR) / "corpus";
        if (!std::filesystem::exists(root)) {
            MESSAGE("skipped: the shared corpus is not here");
            return;
        }
        int texts = 0;
        int faulty = 0;
        for (const char* folder : {"html", "amp"}) {
            for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
                if (!entry.is_regular_file()) continue;
                ++texts;
                if (check_html(slurp(entry.path()), entry.path().filename().string()).all() > 0)
                    ++faulty;
            }
        }
        for (const auto& file : corpus()) {
            const Mail mail{slurp(file)};
            const Message message = mail.parsed();
            const Contents& contents = message.contents();
            for (const PartContent& content : contents.parts) {
                const Part& part = message.parts()[content.part];
                if (part.kind != PartKind::Html) continue;
                ++texts;
                const std::string html = to_utf8(content.bytes, part.charset);
                if (check_html(html, file.filename().string()).all() > 0) ++faulty;
            }
        }
        CAPTURE(texts);
        CHECK(faulty == 0);
    }
}
