// All texts are read before any is written: which of them takes the footer the others say, too.
#include "rewriter/leaving_texts.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "rewriter/bytes/ascii.h"
#include "rewriter/links/links.h"
#include "rewriter/links/text_url.h"
#include "rewriter/mime/charset.h"
#include "rewriter/part_edits.h"
#include "rewriter/shown_texts.h"
#include "rewriter/text/plaintext.h"

namespace candor::rewriter {
namespace {

FooterRoom room_in(std::string_view text) {
    return trim_blanks(text).empty() ? FooterRoom::Blank : FooterRoom::Text;
}

class Reading {
  public:
    Reading(const Contents& contents, const RewritePlan& plan, Edits& counts)
        : contents_(contents), plan_(plan), counts_(counts) {
        for (const PartContent& content : contents.parts) links_ += content.links.size();
    }

    /// `gathered`: a header that has no end gets one.
    Result<ShownText> of(const LeavingNode& leaving, bool gathered = false);
    LeavingTexts take() { return std::move(texts_); }

  private:
    Result<ShownText> of_text(const MimeNode& node, bool gathered);
    Result<ShownText> of_html(const MimeNode& node);
    Result<bool> edit_visible_urls(std::string& text, std::string_view html);

    const Contents& contents_;
    const RewritePlan& plan_;
    Edits& counts_;
    LeavingTexts texts_;
    std::size_t links_ = 0;  ///< ordinals given; those of made texts come after all others
};

Result<ShownText> Reading::of(const LeavingNode& leaving, bool gathered) {
    switch (leaving.form) {
        case LeavingNode::Form::AsItIs: return ShownText{};
        case LeavingNode::Form::Text: return of_text(*leaving.node, gathered);
        case LeavingNode::Form::MadeText: return of_html(*leaving.node);
        case LeavingNode::Form::InPlace:
        case LeavingNode::Form::Gathered: break;
    }
    std::vector<ShownText> shown;
    for (const LeavingNode& child : leaving.children) {
        auto text = of(child, leaving.form == LeavingNode::Form::Gathered);
        if (!text) return fail(text.error());
        shown.push_back(*std::move(text));
    }
    const bool in_place = leaving.form == LeavingNode::Form::InPlace;
    const std::string_view type =
        in_place ? leaving.node->container->mime_type : leaving.gathered_as;
    const bool chooses = type == "multipart/alternative";
    return several_texts(chooses ? ShownText::Kind::Choice : ShownText::Kind::All,
                         std::move(shown));
}

Result<ShownText> Reading::of_text(const MimeNode& node, bool gathered) {
    const PartContent& content = *contents_.of(node.part_index);
    auto changes = text_edits(content, plan_, counts_);
    if (!changes) return fail(changes.error());
    texts_[node.part_index].changes = *std::move(changes);
    const FooterRoom room = gathered ? room_in(content.bytes) : footer_room(*node.part, content);
    return one_text(node.part_index, room, shows_opt_out(content, plan_.is_opt_out));
}

/// A URL that HTML only showed is a link in a text, and treated as one. The links of `html`, which
/// the text was made from, have been. Gives whether one of them all is an opt-out.
Result<bool> Reading::edit_visible_urls(std::string& text, std::string_view html) {
    std::unordered_set<std::string> treated;
    for (const HtmlLink& link : find_html_links(html)) {
        treated.insert(whole_text_url(trim_url(link.decoded)));
    }
    PartContent shown{0, text, {}};
    bool opt_out = false;
    for (TextLink& url : find_text_links(shown.bytes)) {
        opt_out |= plan_.is_opt_out && plan_.is_opt_out(url.url);
        if (treated.contains(url.url)) continue;
        ContentLink link{url.value, 0, {}};
        link.found.url = std::move(url.url);
        link.found.place = LinkPlace::Text;
        link.found.ordinal = static_cast<std::uint16_t>(std::min<std::size_t>(++links_, 65535));
        shown.links.push_back(std::move(link));
    }
    auto changes = text_edits(shown, plan_, counts_);
    if (!changes) return fail(changes.error());
    text = splice(shown.bytes, *changes);
    return opt_out;
}

Result<ShownText> Reading::of_html(const MimeNode& node) {
    const PartContent& content = *contents_.of(node.part_index);
    auto changes = html_edits(content, plan_, counts_);
    if (!changes) return fail(changes.error());

    const std::string html = to_utf8(splice(content.bytes, *changes), node.part->charset);
    std::string text = html_to_text(html, LineFormat::Flowed);
    // What the text shows counts, not what the HTML did.
    const auto opt_out = edit_visible_urls(text, html);
    if (!opt_out) return fail(opt_out.error());
    if (!text.ends_with('\n')) text += '\n';
    const FooterRoom room = room_in(text);
    texts_[node.part_index].made = std::move(text);
    return one_text(node.part_index, room, *opt_out);
}

}  // namespace

Result<LeavingTexts> leaving_texts(const LeavingNode& leaving, const Contents& contents,
                                   const RewritePlan& plan, Edits& counts) {
    Reading reading{contents, plan, counts};
    const auto shown = reading.of(leaving);
    if (!shown) return fail(shown.error());
    LeavingTexts texts = reading.take();
    if (plan.footer_text.empty()) return texts;
    for (const std::size_t part : footer_parts(*shown)) texts[part].takes_footer = true;
    return texts;
}

}  // namespace candor::rewriter
