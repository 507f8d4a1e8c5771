// Links and the pictures that stand for them: words, mark, and what a picture need not repeat.
#include "rewriter/bytes/utf8_text.h"
#include "rewriter/text/text_maker.h"

namespace candor::rewriter {
namespace {

constexpr std::size_t max_icon_bytes = 24;

}  // namespace

void TextMaker::link(const TextNode& node) {
    if (node.extent.columns == 0 && node.extent.pictures == 0) return children(node);
    std::string said = words_of(nodes_, node);
    const bool named = !said.empty();
    if (named && repeats_a_neighbour(node)) return;
    // Nothing to see is nothing to click.
    if (!named) said = borrowed_words(node);
    if (said.empty()) {
        if (bar_ == Bar::Icons) bar_ = Bar::Links;  // what follows it is on another line
        return;
    }
    if (!named && bar_ != Bar::None && said == last_borrowed_) return finish_link(node, said);
    last_borrowed_ = named ? std::string{} : said;
    const bool icon =
        node.extent.pictures > 0 && node.extent.wide_pictures == 0 && said.size() <= max_icon_bytes;
    if (node.button) end_lines(false);
    const bool in_sentence = bar_ == Bar::None && flow_.line_is_open() && !node.button;
    join_bar(node, icon);
    in_link_ = true;
    link_has_words_ = node.extent.columns > node.extent.alternative;
    link_ended_ = false;
    if (named) {
        children(node);
    } else {
        flow_.space();
        words(said);
        flow_.space();
    }
    in_link_ = false;
    // A link in this link may have said it all.
    if (!link_ended_ || last_url_ != node.text) finish_link(node, said);
    if (node.button) end_lines(false);
    said_by_picture_ = link_has_words_ ? std::string{} : said;
    bar_ = node.button || in_sentence ? Bar::None : icon ? Bar::Icons : Bar::Links;
}

/// A picture beside the words that say and do the same; a click tracker has a URL for each of them.
bool TextMaker::repeats_a_neighbour(const TextNode& link) const {
    if (link.extent.columns > link.extent.alternative) return false;
    std::uint32_t i = link.first;
    while (i != no_node && at(i).element != Element::Image) i = at(i).next;
    if (i == no_node) return false;
    if (worded_.contains(link.text)) return is_said_nearby(nodes_, at(i));
    const std::string site = Footnotes::site_of(link.text);
    const TextNode* const other = link_that_says(nodes_, at(i));
    return other != nullptr && !site.empty() && Footnotes::site_of(other->text) == site;
}

/// What a picture without words is called. The first of a site keeps its link in any case; where
/// words lead to that site too, the others do not tell a reader anything.
std::string TextMaker::borrowed_words(const TextNode& link) {
    if (!link.title.empty()) return link.title;
    if (worded_.contains(link.text)) return {};
    const std::string site = Footnotes::site_of(link.text);
    if (!site.empty() && !borrowed_.insert(site).second && worded_sites_.contains(site)) return {};
    return notes_.words_for(link.text);
}

/// Links with nothing but blanks between are a bar: `Home [1] | Shop [2]`. So are icons, even
/// if each stands in a table of its own.
void TextMaker::join_bar(const TextNode& node, bool icon) {
    if (bar_ == Bar::None || node.text == last_url_) return;
    const bool joins = flow_.line_is_open() || (icon && bar_ == Bar::Icons && flow_.rejoin());
    if (joins && group_.empty()) flow_.text(" | ");
}

void TextMaker::finish_link(const TextNode& node, const std::string& said) {
    last_url_ = node.text;
    link_ended_ = true;
    if (is_continued(node)) return;
    const std::string mark = notes_.mark_for(node.text, said);
    if (!mark.empty()) flow_.note(mark);
}

/// One link in two pieces is one link: the second follows with nothing but blanks between.
bool TextMaker::is_continued(const TextNode& node) const {
    std::uint32_t i = node.next;
    while (i != no_node && at(i).element == Element::Words && is_blank(at(i).text)) {
        i = at(i).next;
    }
    return i != no_node && at(i).element == Element::Link && at(i).extent.columns > 0 &&
           at(i).text == node.text;
}

void TextMaker::image(const TextNode& node) {
    const std::string& said = node.text;
    if (said.empty()) return;
    if (in_link_) {
        if (link_has_words_ && is_said_nearby(nodes_, node)) return;
        flow_.space();
        words(said);
        return flow_.space();
    }
    if (is_said_nearby(nodes_, node, !flow_.in_cell())) return;
    // A logo speaks once; ticks, crosses and stars beside words mean something each time.
    const bool beside = flow_.in_cell() || flow_.line_is_open();
    const bool logo = node.extent.wide_pictures > 0 || !beside;
    if (!pictures_.insert(said).second && logo) return;
    if (node.button) end_lines(false);
    flow_.space();
    words('[' + said + ']');
    flow_.space();
    if (node.button) end_lines(false);
}

void TextMaker::area(const TextNode& node) {
    const std::string said = borrowed_words(node);
    if (said.empty()) return;
    end_lines(false);
    words(said);
    const std::string mark = notes_.mark_for(node.text, said);
    if (!mark.empty()) flow_.note(mark);
    end_lines(false);
}

}  // namespace candor::rewriter
