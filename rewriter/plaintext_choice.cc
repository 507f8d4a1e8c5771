#include "rewriter/plaintext_choice.h"

#include <algorithm>
#include <string>

#include "rewriter/mime/charset.h"
#include "rewriter/text/stub_text.h"

namespace candor::rewriter {
namespace {

bool bears_html(const MimeNode& node) {
    return node.contains(PartKind::Html);
}

std::string utf8_of(const MimeNode& node, const Contents& contents) {
    const PartContent* const content = contents.of(node.part_index);
    return content == nullptr ? std::string() : to_utf8(content->bytes, node.part->charset);
}

/// All HTML below, only to compare texts with.
std::string html_of(const MimeNode& node, const Contents& contents) {
    if (node.shows(PartKind::Html)) return utf8_of(node, contents);
    std::string all;
    for (const MimeNode& child : node.children) all += html_of(child, contents);
    return all;
}

/// The richest HTML: the last that is no AMP.
const MimeNode& richest_html(const MimeNode& alternative) {
    const MimeNode* richest = nullptr;
    for (const MimeNode& child : alternative.children) {
        if (!bears_html(child)) continue;
        const bool amp = child.part != nullptr && child.part->mime_type != "text/html";
        if (richest == nullptr || !amp) richest = &child;
    }
    return *richest;
}

bool is_text(const MimeNode& child, const HtmlSays& html, const Contents& contents) {
    if (bears_html(child)) return false;
    // A text inside a container is what somebody composed; only a lone part can be a stub.
    if (!child.shows(PartKind::Text)) return child.contains(PartKind::Text);
    return !is_stub_text(utf8_of(child, contents), html);
}

/// Attachments inside what is dropped: they were sent, so they arrive.
void collect_attachments(const MimeNode& node, KeptNodes& kept) {
    if (node.part != nullptr) {
        if (!node.part->attachment && node.part->kind != PartKind::Calendar) return;
        kept.nodes.push_back(&node);
        kept.attachments = true;
    }
    for (const MimeNode& child : node.children) collect_attachments(child, kept);
}

}  // namespace

KeptNodes kept_of_alternative(const MimeNode& alternative, const Contents& contents) {
    const MimeNode& html = richest_html(alternative);
    const HtmlSays says = what_html_says(html_of(html, contents));
    std::vector<const MimeNode*> texts;
    for (const MimeNode& child : alternative.children) {
        if (is_text(child, says, contents)) texts.push_back(&child);
    }
    const auto leaves = [&](const MimeNode& child) {
        if (&child == &html) return texts.empty();
        if (!child.shows(PartKind::Text)) return !bears_html(child) && !child.is_empty_container();
        return std::ranges::find(texts, &child) != texts.end();
    };
    KeptNodes kept;
    for (const MimeNode& child : alternative.children) {
        if (leaves(child)) {
            kept.nodes.push_back(&child);
        } else if (bears_html(child)) {
            collect_attachments(child, kept);
        }
    }
    return kept;
}

KeptNodes kept_of_related(const MimeNode& related, const MimeNode& root) {
    KeptNodes kept;
    for (const MimeNode& child : related.children) {
        if (&child == &root) {
            kept.nodes.push_back(&child);
        } else {
            collect_attachments(child, kept);
        }
    }
    return kept;
}

}  // namespace candor::rewriter
