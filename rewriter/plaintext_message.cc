// The structure is a tree of nodes; each is kept, dropped or put in another form, innermost first.
// What is kept is copied from the source, delimiter lines, preambles and epilogues included.
#include "rewriter/plaintext_message.h"

#include <algorithm>
#include <array>
#include <utility>

#include "rewriter/ascii.h"
#include "rewriter/charset.h"
#include "rewriter/header_fields.h"
#include "rewriter/links.h"
#include "rewriter/mime_structure.h"
#include "rewriter/part_edits.h"
#include "rewriter/plaintext.h"

namespace candor::rewriter {
namespace {

constexpr std::array<std::string_view, 3> content_fields = {
    "Content-Type", "Content-Transfer-Encoding", "Content-Disposition"};

struct Node {
    const Part* part = nullptr;  ///< null for a container
    const Container* container = nullptr;
    std::size_t part_index = 0;
    std::vector<Node> children;

    [[nodiscard]] Span header() const { return part != nullptr ? part->header : container->header; }
    [[nodiscard]] Span content() const {
        return part != nullptr ? part->content : container->content;
    }
    [[nodiscard]] Span whole() const { return {header().begin, content().end}; }
    [[nodiscard]] bool is_empty_container() const {
        return container != nullptr && children.empty();
    }
    [[nodiscard]] bool shows(PartKind kind) const {
        return part != nullptr && part->kind == kind && !part->attachment && !part->untouchable;
    }
};

/// A body part in its new form: header fields with line ends, and content.
struct Entity {
    std::string header;
    std::string content;
    bool separated = true;  ///< false: not even the empty line is there
    /// As it stands behind a delimiter line.
    [[nodiscard]] std::string text() const { return header + (separated ? "\r\n" : "") + content; }
};

bool contains(const Node& node, PartKind kind) {
    return node.shows(kind) ||
           std::ranges::any_of(node.children, [&](const Node& c) { return contains(c, kind); });
}

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

    Node tree();
    [[nodiscard]] const PartContent* content_of(const Node& node) const;
    [[nodiscard]] bool is_stub(const Node& text, const Node& alternative) const;
    [[nodiscard]] std::string text_of_html(const Node& html) const;

    Changed change(const Node& node);
    Changed change_text(const Node& node);
    Changed change_html(const Node& node);
    Result<std::string> edit_visible_urls(std::string_view text);
    Changed change_alternative(const Node& node);
    Changed change_related(const Node& node);
    Changed change_children(const Node& node);
    Changed gather(const Node& container, const std::vector<const Node*>& kept,
                   std::string_view mime_type);
    [[nodiscard]] Entity as_it_is(const Node& node) const;
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

/// The children of the container at `path`, from parts and containers in document order.
void add_children(Node& node, std::span<Node> all, std::size_t& next, std::size_t depth) {
    while (next < all.size()) {
        Node& candidate = all[next];
        const std::vector<int>& path =
            candidate.part != nullptr ? candidate.part->path : candidate.container->path;
        if (path.size() != depth + 1) return;
        ++next;
        Node child = std::move(candidate);
        if (child.container != nullptr) add_children(child, all, next, depth + 1);
        node.children.push_back(std::move(child));
    }
}

Node Plaintext::tree() {
    std::vector<Node> all;
    for (std::size_t i = 0; i < message_.parts().size(); ++i) {
        all.push_back({&message_.parts()[i], nullptr, i, {}});
    }
    for (const Container& container : message_.containers())
        all.push_back({nullptr, &container, 0, {}});
    // Paths in lexical order are document order, each container before what it holds.
    std::ranges::sort(all, {}, [](const Node& node) -> const std::vector<int>& {
        return node.part != nullptr ? node.part->path : node.container->path;
    });
    std::size_t next = 1;
    Node root = std::move(all.front());
    if (root.container != nullptr) add_children(root, all, next, 0);
    return root;
}

const PartContent* Plaintext::content_of(const Node& node) const {
    const auto found = std::ranges::find(contents_.parts, node.part_index, &PartContent::part);
    return found == contents_.parts.end() ? nullptr : &*found;
}

/// The text of all HTML below, only to compare a stub with.
std::string Plaintext::text_of_html(const Node& node) const {
    if (node.shows(PartKind::Html)) {
        const PartContent* const content = content_of(node);
        return content == nullptr ? std::string() : to_utf8(content->bytes, node.part->charset);
    }
    std::string all;
    for (const Node& child : node.children) all += text_of_html(child);
    return all;
}

bool Plaintext::is_stub(const Node& text, const Node& alternative) const {
    if (!text.shows(PartKind::Text)) {
        // A text inside a container is what somebody composed; only a lone part can be a stub.
        return !contains(text, PartKind::Text);
    }
    const PartContent* const content = content_of(text);
    return content == nullptr ||
           is_stub_text(to_utf8(content->bytes, text.part->charset), text_of_html(alternative));
}

Entity Plaintext::as_it_is(const Node& node) const {
    const bool separated = node.content().begin > node.header().end;
    return {slice(node.header()), slice(node.content()), separated};
}

Plaintext::Changed Plaintext::change(const Node& node) {
    if (node.shows(PartKind::Html)) return change_html(node);
    if (node.shows(PartKind::Text)) return change_text(node);
    if (node.container == nullptr) return std::nullopt;
    const std::string& type = node.container->mime_type;
    if (type == "multipart/signed" || type == "multipart/encrypted") return std::nullopt;
    if (type == "multipart/alternative") return change_alternative(node);
    if (type == "multipart/related") return change_related(node);
    return change_children(node);
}

Plaintext::Changed Plaintext::change_text(const Node& node) {
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

Plaintext::Changed Plaintext::change_html(const Node& node) {
    const PartContent& content = *content_of(node);
    auto changes = html_edits(content, plan_, edits_);
    if (!changes) return fail(changes.error());
    edits_.html_removed = true;

    std::string text = html_to_text(to_utf8(splice(content.bytes, *changes), node.part->charset));
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
    text = with_crlf_ends(text);

    Entity entity;
    entity.header = "Content-Type: text/plain; charset=utf-8\r\n";
    if (auto plain = encode(text, TransferEncoding::SevenBit)) {
        entity.header += "Content-Transfer-Encoding: 7bit\r\n";
        entity.content = std::move(*plain);
        return entity;
    }
    auto encoded = encode(text, TransferEncoding::QuotedPrintable);
    if (!encoded) return fail(encoded.error());
    entity.header += "Content-Transfer-Encoding: quoted-printable\r\n";
    entity.content = std::move(*encoded);
    return entity;
}

/// Attachments inside what is dropped: they were sent, so they arrive.
void collect_attachments(const Node& node, std::vector<const Node*>& out) {
    if (node.part != nullptr) {
        if (node.part->attachment || node.part->kind == PartKind::Calendar) out.push_back(&node);
        return;
    }
    for (const Node& child : node.children) collect_attachments(child, out);
}

Plaintext::Changed Plaintext::change_alternative(const Node& node) {
    const auto bears_html = [](const Node& child) { return contains(child, PartKind::Html); };
    if (std::ranges::none_of(node.children, bears_html)) return change_children(node);

    const bool has_text = std::ranges::any_of(node.children, [&](const Node& child) {
        return !bears_html(child) && !is_stub(child, node);
    });
    // Without a text of its own the message is made from the richest HTML: the last that is no AMP.
    const Node* made_from = nullptr;
    for (const Node& child : node.children) {
        if (has_text || !bears_html(child)) continue;
        const bool amp = child.part != nullptr && child.part->mime_type != "text/html";
        if (made_from == nullptr || !amp) made_from = &child;
    }
    std::vector<const Node*> kept;
    bool salvaged = false;  // attachments are no alternatives of the text
    for (const Node& child : node.children) {
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

Plaintext::Changed Plaintext::change_related(const Node& node) {
    const auto bears_html = [](const Node& child) { return contains(child, PartKind::Html); };
    const auto root = std::ranges::find_if(node.children, bears_html);
    if (root == node.children.end()) return change_children(node);
    std::vector<const Node*> kept;
    for (const Node& child : node.children) {
        if (&child == &*root) {
            kept.push_back(&child);
        } else {
            collect_attachments(child, kept);
        }
    }
    return gather(node, kept, "multipart/mixed");
}

/// What is left of a container whose kind lost its meaning: the one part that remains in its place,
/// or a multipart/mixed of several.
Plaintext::Changed Plaintext::gather(const Node& container, const std::vector<const Node*>& kept,
                                     std::string_view mime_type) {
    std::vector<Entity> entities;
    for (const Node* node : kept) {
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
        mixed.content += delimiter + "\r\n" + entity.text() + "\r\n";
    }
    mixed.content += delimiter + "--\r\n";
    return mixed;
}

Plaintext::Changed Plaintext::change_children(const Node& node) {
    std::vector<Replacement> changes;
    for (const Node& child : node.children) {
        auto changed = change(child);
        if (!changed) return fail(changed.error());
        if (!*changed) continue;
        const Span where{child.whole().begin - node.content().begin,
                         child.whole().end - node.content().begin};
        changes.push_back({where, (*changed)->text()});
    }
    if (changes.empty()) return std::nullopt;
    return Entity{slice(node.header()),
                  splice(source_.substr(node.content().begin, node.content().size()), changes),
                  true};
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
    edits_.body = entity.content;
}

Result<Edits> Plaintext::rewrite() {
    if (message_.parts().empty()) return Edits{};
    const Node root = tree();
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
