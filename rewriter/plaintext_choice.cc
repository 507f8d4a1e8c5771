#include "rewriter/plaintext_choice.h"

#include <algorithm>
#include <string>
#include <utility>

#include "rewriter/embedded_images.h"
#include "rewriter/mime/charset.h"
#include "rewriter/text/stub_text.h"

namespace candor::rewriter {
namespace {

constexpr std::string_view mixed = "multipart/mixed";

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

/// The richest HTML: the last that is no AMP. Null when there is none.
const MimeNode* richest_html(const MimeNode& alternative) {
    const MimeNode* richest = nullptr;
    for (const MimeNode& child : alternative.children) {
        if (!bears_html(child)) continue;
        const bool amp = child.part != nullptr && child.part->mime_type != "text/html";
        if (richest == nullptr || !amp) richest = &child;
    }
    return richest;
}

/// Signed or encrypted: whole, or it is nothing.
bool is_sealed(const MimeNode& node) {
    return node.container != nullptr && (node.container->mime_type == "multipart/signed" ||
                                         node.container->mime_type == "multipart/encrypted");
}

/// Children of a container, or what lies deeper in them, in order.
struct KeptNodes {
    std::vector<const MimeNode*> nodes;
    bool attachments = false;  ///< some of them were attached to what goes
};

class Choice {
  public:
    Choice(const Message& message, const Contents& contents)
        : source_(message.source()),
          contents_(contents),
          embedded_(embedded_images(message, contents)) {}

    [[nodiscard]] std::optional<LeavingNode> of(const MimeNode& node) const;

  private:
    using Form = LeavingNode::Form;

    [[nodiscard]] std::optional<LeavingNode> of_children(const MimeNode& node) const;
    [[nodiscard]] std::optional<LeavingNode> of_alternative(const MimeNode& alternative) const;
    [[nodiscard]] std::optional<LeavingNode> gathered(const MimeNode& container,
                                                      const KeptNodes& kept,
                                                      std::string_view type) const;
    [[nodiscard]] KeptNodes kept_of_alternative(const MimeNode& alternative,
                                                const MimeNode* html) const;
    [[nodiscard]] KeptNodes kept_of_related(const MimeNode& related, const MimeNode& root) const;
    void collect_attachments(const MimeNode& node, KeptNodes& kept) const;
    [[nodiscard]] bool is_embedded(const MimeNode& node) const {
        return node.part != nullptr && embedded_[node.part_index];
    }

    std::string_view source_;
    const Contents& contents_;
    std::vector<bool> embedded_;
};

std::optional<LeavingNode> Choice::of(const MimeNode& node) const {
    if (node.shows(PartKind::Html)) return LeavingNode{&node, Form::MadeText};
    if (node.shows(PartKind::Text)) return LeavingNode{&node, Form::Text};
    if (is_embedded(node)) return std::nullopt;
    if (node.container == nullptr || is_sealed(node)) return LeavingNode{&node};
    const std::string& type = node.container->mime_type;
    if (type == "multipart/alternative") return of_alternative(node);
    if (type == "multipart/related") {
        const MimeNode* const root = related_root(node, source_);
        if (root != nullptr) return gathered(node, kept_of_related(node, *root), mixed);
    }
    return of_children(node);
}

std::optional<LeavingNode> Choice::of_children(const MimeNode& node) const {
    LeavingNode whole{&node, Form::InPlace};
    for (const MimeNode& child : node.children) {
        if (auto leaving = of(child)) whole.children.push_back(*std::move(leaving));
    }
    if (whole.children.size() == node.children.size()) return whole;
    if (whole.children.empty()) return std::nullopt;
    whole.form = Form::Gathered;
    whole.gathered_as = node.container->mime_type;
    return whole;
}

std::optional<LeavingNode> Choice::of_alternative(const MimeNode& alternative) const {
    const MimeNode* const html = richest_html(alternative);
    // Where nothing is a text and no text can be made, what there is stays.
    if (html == nullptr && !alternative.contains(PartKind::Text)) return of_children(alternative);
    const KeptNodes kept = kept_of_alternative(alternative, html);
    const bool all = kept.nodes.size() == alternative.children.size() && !kept.attachments;
    if (html == nullptr && all) return of_children(alternative);
    // What was attached to HTML is no alternative of the text.
    return gathered(alternative, kept, kept.attachments ? mixed : "multipart/alternative");
}

std::optional<LeavingNode> Choice::gathered(const MimeNode& container, const KeptNodes& kept,
                                            std::string_view type) const {
    LeavingNode whole{&container, Form::Gathered, type};
    for (const MimeNode* node : kept.nodes) {
        if (auto leaving = of(*node)) whole.children.push_back(*std::move(leaving));
    }
    if (whole.children.empty()) return std::nullopt;
    return whole;
}

/// Attachments inside what is dropped: they were sent, so they arrive.
void Choice::collect_attachments(const MimeNode& node, KeptNodes& kept) const {
    if (node.part != nullptr) {
        const bool stays = node.part->attachment || node.part->kind == PartKind::Calendar;
        if (!stays || is_embedded(node)) return;
        kept.nodes.push_back(&node);
        kept.attachments = true;
    }
    for (const MimeNode& child : node.children) collect_attachments(child, kept);
}

/// Text, calendars and what is attached; a text that says nothing (is_stub_text) goes.
KeptNodes Choice::kept_of_alternative(const MimeNode& alternative, const MimeNode* html) const {
    HtmlSays says;
    if (html != nullptr) says = what_html_says(html_of(*html, contents_));
    const auto is_text = [&](const MimeNode& child) {
        if (bears_html(child)) return false;
        // A text inside a container is what somebody composed; only a lone part can be a stub.
        if (!child.shows(PartKind::Text)) return child.contains(PartKind::Text);
        return html == nullptr || !is_stub_text(utf8_of(child, contents_), says);
    };
    std::vector<const MimeNode*> texts;
    for (const MimeNode& child : alternative.children) {
        if (is_text(child)) texts.push_back(&child);
    }
    const auto leaves = [&](const MimeNode& child) {
        if (&child == html) return texts.empty();
        if (is_sealed(child) || std::ranges::find(texts, &child) != texts.end()) return true;
        if (child.part == nullptr) return false;
        const PartKind kind = child.part->kind;
        return child.part->attachment || kind == PartKind::Calendar ||
               (kind == PartKind::Text && child.part->untouchable);
    };
    KeptNodes kept;
    for (const MimeNode& child : alternative.children) {
        if (leaves(child)) {
            kept.nodes.push_back(&child);
        } else {
            collect_attachments(child, kept);
        }
    }
    return kept;
}

KeptNodes Choice::kept_of_related(const MimeNode& related, const MimeNode& root) const {
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

}  // namespace

std::optional<LeavingNode> leaving_parts(const MimeNode& root, const Message& message,
                                         const Contents& contents) {
    return Choice{message, contents}.of(root);
}

}  // namespace candor::rewriter
