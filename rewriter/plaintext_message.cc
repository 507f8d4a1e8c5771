// The structure is a tree of nodes; each is kept, dropped or put in another form, innermost first.
// What is kept is copied from the source, delimiter lines, preambles and epilogues included.
#include "rewriter/plaintext_message.h"

#include <algorithm>
#include <array>
#include <utility>

#include "rewriter/bytes/ascii.h"
#include "rewriter/links/links.h"
#include "rewriter/made_text.h"
#include "rewriter/mime/assembled_text.h"
#include "rewriter/mime/charset.h"
#include "rewriter/mime/header_fields.h"
#include "rewriter/mime/mime_structure.h"
#include "rewriter/mime_tree.h"
#include "rewriter/part_edits.h"
#include "rewriter/text/plaintext.h"

namespace candor::rewriter {
namespace {

constexpr std::array<std::string_view, 3> content_fields = {
    "Content-Type", "Content-Transfer-Encoding", "Content-Disposition"};

/// A body part in its new form: header fields with line ends, and content.
struct Entity {
    std::string header;
    AssembledText content;
    bool separated = true;  ///< false: not even the empty line is there
    /// As it stands behind a delimiter line.
    [[nodiscard]] AssembledText text() const {
        AssembledText whole{header + (separated ? "\r\n" : "")};
        return whole += content;
    }
};

class Plaintext {
  public:
    Plaintext(const Message& message, const Contents& contents, const RewritePlan& plan)
        : message_(message), source_(message.source()), contents_(contents), plan_(plan) {
        for (const PartContent& content : contents.parts) links_ += content.links.size();
    }

    Result<Edits> rewrite();

  private:
    /// nullopt: the node stays exactly as it is.
    using Changed = Result<std::optional<Entity>>;

    [[nodiscard]] const PartContent* content_of(const MimeNode& node) const;
    [[nodiscard]] bool is_stub(const MimeNode& text, const MimeNode& alternative) const;
    [[nodiscard]] std::string text_of_html(const MimeNode& html) const;

    Changed change(const MimeNode& node);
    Changed change_text(const MimeNode& node);
    Changed change_html(const MimeNode& node);
    Result<std::string> edit_visible_urls(std::string_view text);
    Changed change_alternative(const MimeNode& node);
    Changed change_related(const MimeNode& node);
    Changed change_children(const MimeNode& node);
    Changed gather(const MimeNode& container, const std::vector<const MimeNode*>& kept,
                   std::string_view mime_type);
    [[nodiscard]] Entity as_it_is(const MimeNode& node) const;
    [[nodiscard]] std::string slice(Span span) const {
        return std::string(source_.substr(span.begin, span.size()));
    }
    void lift(const Entity& entity);

    const Message& message_;
    std::string_view source_;
    const Contents& contents_;
    const RewritePlan& plan_;
    Edits edits_;
    bool footer_done_ = false;
    std::size_t links_ = 0;  ///< ordinals given; those of made texts come after all others
};

const PartContent* Plaintext::content_of(const MimeNode& node) const {
    const auto found = std::ranges::find(contents_.parts, node.part_index, &PartContent::part);
    return found == contents_.parts.end() ? nullptr : &*found;
}

/// The text of all HTML below, only to compare a stub with.
std::string Plaintext::text_of_html(const MimeNode& node) const {
    if (node.shows(PartKind::Html)) {
        const PartContent* const content = content_of(node);
        return content == nullptr ? std::string() : to_utf8(content->bytes, node.part->charset);
    }
    std::string all;
    for (const MimeNode& child : node.children) all += text_of_html(child);
    return all;
}

bool Plaintext::is_stub(const MimeNode& text, const MimeNode& alternative) const {
    if (!text.shows(PartKind::Text)) {
        // A text inside a container is what somebody composed; only a lone part can be a stub.
        return !text.contains(PartKind::Text);
    }
    const PartContent* const content = content_of(text);
    return content == nullptr ||
           is_stub_text(to_utf8(content->bytes, text.part->charset), text_of_html(alternative));
}

Entity Plaintext::as_it_is(const MimeNode& node) const {
    const bool separated = node.content().begin > node.header().end;
    Entity entity{slice(node.header()), {}, separated};
    entity.content += node.content();
    return entity;
}

Plaintext::Changed Plaintext::change(const MimeNode& node) {
    if (node.shows(PartKind::Html)) return change_html(node);
    if (node.shows(PartKind::Text)) return change_text(node);
    if (node.container == nullptr) return std::nullopt;
    const std::string& type = node.container->mime_type;
    if (type == "multipart/signed" || type == "multipart/encrypted") return std::nullopt;
    if (type == "multipart/alternative") return change_alternative(node);
    if (type == "multipart/related") return change_related(node);
    return change_children(node);
}

Plaintext::Changed Plaintext::change_text(const MimeNode& node) {
    const PartContent& content = *content_of(node);
    auto changes = text_edits(content, plan_, edits_);
    if (!changes) return fail(changes.error());
    const bool room = node.content().size() > 0 || node.content().begin > node.header().end;
    if (!footer_done_ && room) add_text_footer(*node.part, content, plan_.footer_text, *changes);
    footer_done_ |= room;
    if (changes->empty()) return std::nullopt;
    auto encoded = encode_part(source_, *node.part, content, *changes);
    if (!encoded) return fail(encoded.error());
    Entity entity{slice(node.header()), std::move(encoded->content), true};
    if (encoded->now_quoted_printable) {
        Replacement declared = declare_quoted_printable(source_, node.header());
        declared.where.begin -= node.header().begin;
        declared.where.end -= node.header().begin;
        entity.header = splice(entity.header, {&declared, 1});
    }
    return entity;
}

/// A URL that HTML only showed is a link in a text, and treated as one.
Result<std::string> Plaintext::edit_visible_urls(std::string_view text) {
    PartContent shown{0, std::string(text), {}};
    for (TextLink& url : find_text_links(shown.bytes)) {
        ContentLink link{url.value, 0, {}};
        link.found.url = std::move(url.url);
        link.found.place = LinkPlace::Text;
        link.found.ordinal = static_cast<std::uint16_t>(std::min<std::size_t>(++links_, 65535));
        shown.links.push_back(std::move(link));
    }
    auto changes = text_edits(shown, plan_, edits_);
    if (!changes) return fail(changes.error());
    return splice(shown.bytes, *changes);
}

Plaintext::Changed Plaintext::change_html(const MimeNode& node) {
    const PartContent& content = *content_of(node);
    auto changes = html_edits(content, plan_, edits_);
    if (!changes) return fail(changes.error());
    edits_.html_removed = true;

    std::string text = html_to_text(to_utf8(splice(content.bytes, *changes), node.part->charset),
                                    LineFormat::Flowed);
    auto relinked = edit_visible_urls(text);
    if (!relinked) return fail(relinked.error());
    text = std::move(*relinked);
    if (!text.ends_with('\n')) text += '\n';
    if (!footer_done_ && !plan_.footer_text.empty()) {
        text += '\n';
        text += plan_.footer_text;
        if (!text.ends_with('\n')) text += '\n';
    }
    footer_done_ = true;
    auto made = made_text(text);
    if (!made) return fail(made.error());
    return Entity{std::move(made->header), std::move(made->content)};
}

/// Attachments inside what is dropped: they were sent, so they arrive.
void collect_attachments(const MimeNode& node, std::vector<const MimeNode*>& out) {
    if (node.part != nullptr) {
        if (node.part->attachment || node.part->kind == PartKind::Calendar) out.push_back(&node);
        return;
    }
    for (const MimeNode& child : node.children) collect_attachments(child, out);
}

Plaintext::Changed Plaintext::change_alternative(const MimeNode& node) {
    const auto bears_html = [](const MimeNode& child) { return child.contains(PartKind::Html); };
    if (std::ranges::none_of(node.children, bears_html)) return change_children(node);

    const bool has_text = std::ranges::any_of(node.children, [&](const MimeNode& child) {
        return !bears_html(child) && !is_stub(child, node);
    });
    // Without a text of its own the message is made from the richest HTML: the last that is no AMP.
    const MimeNode* made_from = nullptr;
    for (const MimeNode& child : node.children) {
        if (has_text || !bears_html(child)) continue;
        const bool amp = child.part != nullptr && child.part->mime_type != "text/html";
        if (made_from == nullptr || !amp) made_from = &child;
    }
    std::vector<const MimeNode*> kept;
    bool salvaged = false;  // attachments are no alternatives of the text
    for (const MimeNode& child : node.children) {
        if (bears_html(child)) {
            if (&child == made_from) {
                kept.push_back(&child);
            } else {
                const std::size_t before = kept.size();
                collect_attachments(child, kept);
                salvaged |= kept.size() > before;
            }
        } else if (!child.is_empty_container() && (has_text || !child.shows(PartKind::Text))) {
            kept.push_back(&child);
        }
    }
    edits_.html_removed = true;
    return gather(node, kept, salvaged ? "multipart/mixed" : "multipart/alternative");
}

Plaintext::Changed Plaintext::change_related(const MimeNode& node) {
    const MimeNode* const root = related_root(node, source_);
    if (root == nullptr) return change_children(node);
    std::vector<const MimeNode*> kept;
    for (const MimeNode& child : node.children) {
        if (&child == root) {
            kept.push_back(&child);
        } else {
            collect_attachments(child, kept);
        }
    }
    return gather(node, kept, "multipart/mixed");
}

/// What is left of a container whose kind lost its meaning: the one part that remains in its place,
/// or a multipart/mixed of several.
Plaintext::Changed Plaintext::gather(const MimeNode& container,
                                     const std::vector<const MimeNode*>& kept,
                                     std::string_view mime_type) {
    std::vector<Entity> entities;
    for (const MimeNode* node : kept) {
        auto changed = change(*node);
        if (!changed) return fail(changed.error());
        entities.push_back(*changed ? std::move(**changed) : as_it_is(*node));
    }
    if (entities.size() == 1) return std::move(entities.front());

    Entity mixed{slice(container.header()), {}, true};
    for (const FieldSpan& field : fields_of(mixed.header, {0, mixed.header.size()})) {
        if (field.name != "content-type") continue;
        const std::string value = mixed.header.substr(field.value.begin, field.value.size());
        const std::size_t parameters = std::min(value.find(';'), value.size());
        const Replacement typed{{field.value.begin, field.value.begin + parameters},
                                " " + std::string(mime_type)};
        mixed.header = splice(mixed.header, {&typed, 1});
        break;
    }
    const std::string delimiter = "--" + container.container->boundary;
    for (const Entity& entity : entities) {
        mixed.content += delimiter + "\r\n";
        mixed.content += entity.text();
        // A header without an empty line was the end of the message; before a delimiter programs
        // do not agree on where it ends.
        if (!entity.separated) mixed.content += "\r\n";
        mixed.content += "\r\n";
    }
    mixed.content += delimiter + "--\r\n";
    return mixed;
}

Plaintext::Changed Plaintext::change_children(const MimeNode& node) {
    Entity entity{slice(node.header()), {}, true};
    Span kept = node.content();
    bool any = false;
    for (const MimeNode& child : node.children) {
        auto changed = change(child);
        if (!changed) return fail(changed.error());
        if (!*changed) continue;
        any = true;
        entity.content += Span{kept.begin, child.whole().begin};
        entity.content += (*changed)->text();
        kept.begin = child.whole().end;
    }
    if (!any) return std::nullopt;
    entity.content += kept;
    return entity;
}

/// The entity becomes the message itself: its content fields take the place of the message's.
void Plaintext::lift(const Entity& entity) {
    const std::vector<FieldSpan> fields = fields_of(entity.header, {0, entity.header.size()});
    for (const std::string_view name : content_fields) {
        const auto field = std::ranges::find(fields, ascii_lowered(name), &FieldSpan::name);
        if (field == fields.end()) {
            if (count_fields(message_.headers(), name) > 0) {
                edits_.headers.push_back({HeaderEdit::Kind::Remove, std::string(name), 1, {}});
            }
            continue;
        }
        std::string value = entity.header.substr(field->value.begin, field->value.size());
        std::erase(value, '\r');  // folds are bare LF between MTA and milter
        set_field(message_, name, std::move(value), edits_);
    }
    if (count_fields(message_.headers(), "MIME-Version") == 0)
        set_field(message_, "MIME-Version", " 1.0", edits_);
    edits_.body =
        message_.in_body(entity.content.edits_of(source_, {message_.body_begin(), source_.size()}));
}

Result<Edits> Plaintext::rewrite() {
    if (message_.parts().empty()) return Edits{};
    const MimeNode root = mime_tree(message_);
    auto changed = change(root);
    if (!changed) return fail(changed.error());
    if (*changed) lift(**changed);
    return std::move(edits_);
}

}  // namespace

void set_field(const Message& message, std::string_view name, std::string value, Edits& edits) {
    const auto found = std::ranges::find_if(
        message.headers(), [&](const Header& header) { return same_field(header.name, name); });
    if (found == message.headers().end()) {
        edits.headers.push_back({HeaderEdit::Kind::Insert, std::string(name), 1, std::move(value)});
    } else if (found->value != value) {
        edits.headers.push_back(
            {HeaderEdit::Kind::Replace, std::string(name), 1, std::move(value)});
    }
}

Result<Edits> rewrite_as_plaintext(const Message& message, const Contents& contents,
                                   const RewritePlan& plan) {
    return Plaintext(message, contents, plan).rewrite();
}

}  // namespace candor::rewriter
