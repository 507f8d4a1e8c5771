// What elements hand down: sizes, weight, direction, and the colours by which text may be hidden.
#include "rewriter/text/tree_maker.h"

namespace candor::rewriter {
namespace {

/// The colour below the words; nullopt for a picture, or a colour that we cannot read.
std::optional<std::uint32_t> ground_of(const TextStyle& style) {
    return style.background_image ? std::nullopt : style.background;
}

}  // namespace

bool TreeMaker::says_ground(const TextStyle& style) {
    return style.background_image || style.background.value_or(see_through) != see_through;
}

/// Text in the colour of its background: before all other words a preheader, on an element
/// that says both colours a trick. Elsewhere a background may come from where we do not look.
bool TreeMaker::colour_hides() {
    const Inherited& style = inherited();
    if (!style.colour || !style.background || open_count(Element::Link) > 0) return false;
    if (style.colour == see_through) return seen_columns_ == 0;
    return style.colour == style.background && (style.own_colours || seen_columns_ == 0);
}

void TreeMaker::inherit(const TextStyle& style, Inherited& to) {
    if (style.seen.font_px) to.font_px = *style.seen.font_px;
    if (style.bold) to.bold = *style.bold;
    if (style.right_to_left) to.right_to_left = *style.right_to_left;
    if (style.right_aligned) to.right_aligned = *style.right_aligned;
    if (style.white_space) to.white_space = *style.white_space;
    if (style.colour) to.colour = style.colour;
    const bool ground = says_ground(style);
    if (ground) to.background = ground_of(style);
    if (ground || style.colour) to.own_colours = style.colour && ground && to.background;
}

/// Of html and the parts of tables, which have no place in the tree, this alone counts: that a
/// ground of theirs may shine through whatever follows in the element around them.
void TreeMaker::on_structure() {
    may_shine_through(element_style(tokens_, rules_));
}

void TreeMaker::on_body() {
    inherit(element_style(tokens_, rules_), stack_.front().inherited);
}

void TreeMaker::on_sheet(std::string_view css) {
    rules_.add_sheet(css);
    // The page has its colours also where these tags came before, or never come.
    for (const std::string_view page : {"html", "body"}) {
        if (stack_.size() == 1) may_shine_through(rules_.style_of(page, {}, {}));
    }
}

/// Words may follow that stand in a box of Outlook's, on a ground that is told to nobody else.
void TreeMaker::on_comment() {
    const std::string_view comment = tokens_.text(tokens_.token().content);
    const std::size_t box = comment.rfind("<v:textbox");
    if (box == comment.npos || comment.find("</v:textbox", box) != comment.npos) return;
    stack_.back().inherited.background.reset();
}

void TreeMaker::may_shine_through(const TextStyle& style) {
    if (!says_ground(style)) return;
    const auto ground = ground_of(style);
    for (std::size_t i = stack_.size(); i-- > 0;) {
        Inherited& here = stack_[i].inherited;
        if (here.background != ground) here.background.reset();
        if (stack_[i].element == Element::Table) return;
    }
}

Element TreeMaker::shown_as(Element element, const TextStyle& style) {
    const bool plain = element == Element::Other || element == Element::Bold;
    if (plain && style.display == Display::Block) return Element::Block;
    if (plain && style.struck) return Element::Struck;
    const bool box = element == Element::Block || element == Element::Paragraph;
    if (box && style.display == Display::Inline) return Element::Other;
    return element;
}

}  // namespace candor::rewriter
