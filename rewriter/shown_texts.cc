// Of what may be a candidate the links know most; only where one is found is its HTML read again,
// for whether it can be seen.
#include "rewriter/shown_texts.h"

#include <algorithm>
#include <utility>

#include "rewriter/html/hidden_content.h"
#include "rewriter/links/web_url.h"
#include "rewriter/mime_tree.h"

namespace candor::rewriter {
namespace {

using Kind = ShownText::Kind;

/// XHTML would not survive our markup, and a watch shows next to nothing.
bool takes_footer(const Part& part) {
    return !part.untouchable && (part.kind == PartKind::Text || part.mime_type == "text/html" ||
                                 part.mime_type == amp_type);
}

class Reading {
  public:
    Reading(const Message& message, const OptOutTest& is_opt_out)
        : message_(message), contents_(message.contents()), is_opt_out_(is_opt_out) {}

    [[nodiscard]] ShownText of(const MimeNode& node) const {
        if (node.container == nullptr) return of_part(node);
        const std::string& type = node.container->mime_type;
        if (type == "multipart/related") {
            const MimeNode* const root = related_root(node, message_.source());
            if (root != nullptr) return of(*root);
        }
        std::vector<ShownText> children;
        for (const MimeNode& child : node.children) children.push_back(of(child));
        const bool chooses = type == "multipart/alternative";
        return several_texts(chooses ? Kind::Choice : Kind::All, std::move(children));
    }

  private:
    [[nodiscard]] ShownText of_part(const MimeNode& node) const {
        const PartContent* const content = contents_.of(node.part_index);
        if (content == nullptr) return {};
        // Of a part with too many links none is known.
        const bool read = !contents_.too_many_links || content != &contents_.parts.back();
        const FooterRoom room =
            read && takes_footer(*node.part) ? footer_room(*node.part, *content) : FooterRoom::None;
        return one_text(node.part_index, room, shows_opt_out(*content, is_opt_out_));
    }

    const Message& message_;
    const Contents& contents_;
    const OptOutTest& is_opt_out_;
};

void add_footer_parts(const ShownText& text, std::vector<std::size_t>& parts) {
    if (text.opt_out == OptOut::Shown || text.room == FooterRoom::None) return;
    const auto add = [&parts](const ShownText& child) { add_footer_parts(child, parts); };
    if (text.kind == Kind::One) return parts.push_back(text.part);
    if (text.kind == Kind::Choice) {
        // Who is shown one that says nothing is no worse off than without us, unless all are such.
        for (const ShownText& child : text.children) {
            if (child.opt_out == text.opt_out) add(child);
        }
        return;
    }
    // At the end of what is read; where nothing says anything, at its beginning.
    const auto last = std::ranges::find(text.children.rbegin(), text.children.rend(),
                                        OptOut::Missing, &ShownText::opt_out);
    if (last != text.children.rend()) return add(*last);
    const auto first = std::ranges::find_if(
        text.children, [](const ShownText& child) { return child.room != FooterRoom::None; });
    if (first != text.children.end()) add(*first);
}

}  // namespace

ShownText one_text(std::size_t part, FooterRoom room, bool shows_opt_out) {
    const OptOut without = room == FooterRoom::Text ? OptOut::Missing : OptOut::Silent;
    return {Kind::One, part, room, shows_opt_out ? OptOut::Shown : without};
}

ShownText several_texts(Kind kind, std::vector<ShownText> children) {
    ShownText whole{.kind = kind, .children = std::move(children)};
    bool missing = false;
    bool shown = false;
    for (const ShownText& child : whole.children) {
        missing |= child.opt_out == OptOut::Missing;
        shown |= child.opt_out == OptOut::Shown;
        whole.room = std::max(whole.room, child.room);
    }
    if (kind == Kind::All ? shown : shown && !missing) {
        whole.opt_out = OptOut::Shown;
    } else if (missing) {
        whole.opt_out = OptOut::Missing;
    }
    return whole;
}

ShownText shown_texts(const Message& message, const OptOutTest& is_opt_out) {
    if (message.parts().empty()) return {};
    return Reading{message, is_opt_out}.of(mime_tree(message));
}

bool shows_opt_out(const PartContent& content, const OptOutTest& is_opt_out) {
    if (!is_opt_out) return false;
    std::vector<std::size_t> places;
    for (const ContentLink& link : content.links) {
        if (link.conditional || link.form) continue;
        if (!is_opt_out(TrimmedUrl{link.found.url}.text())) continue;
        if (link.found.place == LinkPlace::Text) return true;
        places.push_back(link.value.begin);
    }
    return !places.empty() && any_seen(content.markup(), places);
}

std::vector<std::size_t> footer_parts(const ShownText& whole) {
    std::vector<std::size_t> parts;
    add_footer_parts(whole, parts);
    return parts;
}

}  // namespace candor::rewriter
