// The structure is a tree of nodes; each is kept, dropped or put in another form, innermost first.
// What is kept is copied from the source, delimiter lines, preambles and epilogues included.
#include "rewriter/plaintext_message.h"

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

#include "rewriter/bytes/ascii.h"
#include "rewriter/links/links.h"
#include "rewriter/links/text_url.h"
#include "rewriter/made_text.h"
#include "rewriter/mime/assembled_text.h"
#include "rewriter/mime/charset.h"
#include "rewriter/mime/header_fields.h"
#include "rewriter/mime/mime_structure.h"
#include "rewriter/mime_tree.h"
#include "rewriter/part_edits.h"
#include "rewriter/plaintext_choice.h"
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

    Changed change(const MimeNode& node);
    Changed change_text(const MimeNode& node);
    Changed change_html(const MimeNode& node);
    Result<std::string> edit_visible_urls(std::string_view text, std::string_view html);
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
    FooterRoom least_footer_room_ = FooterRoom::Text;
    std::size_t links_ = 0;  ///< ordinals given; those of made texts come after all others
};

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
    const PartContent& content = *contents_.of(node.part_index);
    auto changes = text_edits(content, plan_, edits_);
    if (!changes) return fail(changes.error());
    const FooterRoom room = footer_room(*node.part, content);
    if (!footer_done_ && room >= least_footer_room_) {
        add_text_footer(*node.part, content, plan_.footer_text, *changes);
        footer_done_ = true;
    }
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

/// A URL that HTML only showed is a link in a text, and treated as one. The links of `html`, which
/// the text was made from, have been.
Result<std::string> Plaintext::edit_visible_urls(std::string_view text, std::string_view html) {
    std::unordered_set<std::string> treated;
    for (const HtmlLink& link : find_html_links(html)) {
        treated.insert(whole_text_url(trim_url(link.decoded)));
    }
    PartContent shown{0, std::string(text), {}};
    for (TextLink& url : find_text_links(shown.bytes)) {
        if (treated.contains(url.url)) continue;
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
    const PartContent& content = *contents_.of(node.part_index);
    auto changes = html_edits(content, plan_, edits_);
    if (!changes) return fail(changes.error());
    edits_.html_removed = true;

    const std::string html = to_utf8(splice(content.bytes, *changes), node.part->charset);
    auto made_of = edit_visible_urls(html_to_text(html, LineFormat::Flowed), html);
    if (!made_of) return fail(made_of.error());
    std::string text = std::move(*made_of);
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

Plaintext::Changed Plaintext::change_alternative(const MimeNode& node) {
    if (!node.contains(PartKind::Html)) return change_children(node);
    edits_.html_removed = true;
    // What was attached to HTML is no alternative of the text.
    const KeptNodes kept = kept_of_alternative(node, contents_);
    return gather(node, kept.nodes, kept.attachments ? "multipart/mixed" : "multipart/alternative");
}

Plaintext::Changed Plaintext::change_related(const MimeNode& node) {
    const MimeNode* const root = related_root(node, source_);
    if (root == nullptr) return change_children(node);
    return gather(node, kept_of_related(node, *root).nodes, "multipart/mixed");
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
    if (changed && !footer_done_ && !plan_.footer_text.empty()) {
        // Nobody says anything, so there is no link either that would be asked for twice.
        least_footer_room_ = FooterRoom::Blank;
        changed = change(root);
    }
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
