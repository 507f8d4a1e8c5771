// The structure is a tree of nodes; each is kept, dropped or put in another form, innermost first.
// What is kept is copied from the source, delimiter lines, preambles and epilogues included.
#include "rewriter/plaintext_message.h"

#include <algorithm>
#include <array>
#include <utility>

#include "rewriter/bytes/ascii.h"
#include "rewriter/leaving_texts.h"
#include "rewriter/made_text.h"
#include "rewriter/mime/assembled_text.h"
#include "rewriter/mime/header_fields.h"
#include "rewriter/mime/mime_structure.h"
#include "rewriter/mime_tree.h"
#include "rewriter/part_edits.h"
#include "rewriter/plaintext_choice.h"

namespace candor::rewriter {
namespace {

constexpr std::array<std::string_view, 3> content_fields = {
    "Content-Type", "Content-Transfer-Encoding", "Content-Disposition"};

/// A body part in its new form: header fields with line ends, and content.
struct Entity {
    std::string header;
    AssembledText content;
    bool separated = true;  ///< false: not even the empty line is there
    /// Of one whose header was cut off before its end.
    void end_header() {
        if (!header.empty() && !header.ends_with('\n')) header += "\r\n";
        separated = true;
    }
    /// As it stands behind a delimiter line.
    [[nodiscard]] AssembledText text() const {
        AssembledText whole{header + (separated ? "\r\n" : "")};
        return whole += content;
    }
};

/// Whether a container is cut off within the header of its last part.
bool ends_in_header(const MimeNode& container) {
    if (container.children.empty()) return false;
    const MimeNode* last = &container;
    while (!last->children.empty()) last = &last->children.back();
    return last->header().end == container.whole().end;
}

class Plaintext {
  public:
    Plaintext(const Message& message, const Contents& contents, const RewritePlan& plan)
        : message_(message), source_(message.source()), contents_(contents), plan_(plan) {}

    Result<Edits> rewrite();

  private:
    /// nullopt: the node stays exactly as it is.
    using Changed = Result<std::optional<Entity>>;

    Changed change(const LeavingNode& leaving);
    Changed change_text(const MimeNode& node);
    Changed make_text(const MimeNode& node);
    Changed gather(const LeavingNode& leaving);
    Changed change_children(const LeavingNode& leaving);
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
    LeavingTexts texts_;
};

Entity Plaintext::as_it_is(const MimeNode& node) const {
    const bool separated = node.content().begin > node.header().end;
    Entity entity{slice(node.header()), {}, separated};
    entity.content += node.content();
    return entity;
}

Plaintext::Changed Plaintext::change(const LeavingNode& leaving) {
    switch (leaving.form) {
        case LeavingNode::Form::AsItIs: break;
        case LeavingNode::Form::Text: return change_text(*leaving.node);
        case LeavingNode::Form::MadeText: return make_text(*leaving.node);
        case LeavingNode::Form::InPlace: return change_children(leaving);
        case LeavingNode::Form::Gathered: return gather(leaving);
    }
    return std::nullopt;
}

Plaintext::Changed Plaintext::change_text(const MimeNode& node) {
    const PartContent& content = *contents_.of(node.part_index);
    LeavingText& text = texts_[node.part_index];
    if (text.takes_footer) add_text_footer(*node.part, content, plan_.footer_text, text.changes);
    if (text.changes.empty()) return std::nullopt;
    auto encoded = encode_part(source_, *node.part, content, text.changes);
    if (!encoded) return fail(encoded.error());
    Entity entity{slice(node.header()), std::move(encoded->content), true};
    entity.end_header();
    if (encoded->now_quoted_printable) {
        const Replacement declared =
            declare_quoted_printable(entity.header, {0, entity.header.size()});
        entity.header = splice(entity.header, {&declared, 1});
    }
    return entity;
}

Plaintext::Changed Plaintext::make_text(const MimeNode& node) {
    LeavingText& text = texts_[node.part_index];
    if (text.takes_footer) {
        text.made += '\n';
        text.made += plan_.footer_text;
        if (!text.made.ends_with('\n')) text.made += '\n';
    }
    auto made = made_text(text.made, message_.containers());
    if (!made) return fail(made.error());
    return Entity{std::move(made->header), std::move(made->content)};
}

/// What is left of a container that lost some: the one part that remains in its place, or a
/// container of several.
Plaintext::Changed Plaintext::gather(const LeavingNode& leaving) {
    std::vector<Entity> entities;
    for (const LeavingNode& child : leaving.children) {
        auto changed = change(child);
        if (!changed) return fail(changed.error());
        entities.push_back(*changed ? std::move(**changed) : as_it_is(*child.node));
    }
    if (entities.size() == 1) {
        entities.front().end_header();  // what follows it is not what did
        return std::move(entities.front());
    }

    Entity mixed{slice(leaving.node->header()), {}, true};
    for (const FieldSpan& field : fields_of(mixed.header, {0, mixed.header.size()})) {
        if (field.name != "content-type") continue;
        const std::string value = mixed.header.substr(field.value.begin, field.value.size());
        const std::size_t parameters = std::min(value.find(';'), value.size());
        const Replacement typed{{field.value.begin, field.value.begin + parameters},
                                " " + std::string(leaving.gathered_as)};
        mixed.header = splice(mixed.header, {&typed, 1});
        break;
    }
    const std::string delimiter = "--" + leaving.node->container->boundary;
    for (std::size_t i = 0; i < entities.size(); ++i) {
        mixed.content += delimiter + "\r\n";
        mixed.content += entities[i].text();
        // A header without an empty line was the end of the message; before a delimiter programs
        // do not agree on where it ends.
        if (!entities[i].separated || ends_in_header(*leaving.children[i].node)) {
            mixed.content += "\r\n";
        }
        mixed.content += "\r\n";
    }
    mixed.content += delimiter + "--\r\n";
    return mixed;
}

Plaintext::Changed Plaintext::change_children(const LeavingNode& leaving) {
    const MimeNode& node = *leaving.node;
    Entity entity{slice(node.header()), {}, true};
    Span kept = node.content();
    bool any = false;
    for (const LeavingNode& child : leaving.children) {
        auto changed = change(child);
        if (!changed) return fail(changed.error());
        if (!*changed) continue;
        any = true;
        entity.content += Span{kept.begin, child.node->whole().begin};
        entity.content += (*changed)->text();
        kept.begin = child.node->whole().end;
    }
    if (!any) return std::nullopt;
    entity.content += kept;
    return entity;
}

/// The entity becomes the message itself: its content fields take the place of the message's, of
/// which there may be several.
void Plaintext::lift(const Entity& entity) {
    const std::vector<FieldSpan> fields = fields_of(entity.header, {0, entity.header.size()});
    for (const std::string_view name : content_fields) {
        const auto field = std::ranges::find(fields, ascii_lowered(name), &FieldSpan::name);
        const int there = count_fields(message_.headers(), name);
        const int stay = field == fields.end() ? 0 : 1;
        for (int index = there; index > stay; --index) {
            edits_.headers.push_back({HeaderEdit::Kind::Remove, std::string(name), index, {}});
        }
        if (field == fields.end()) continue;
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
    const auto leaving = leaving_parts(root, message_, contents_);
    if (!leaving) return Edits{};  // cannot be: what shows an image is a text that leaves
    edits_.html_removed = root.contains(PartKind::Html);
    auto texts = leaving_texts(*leaving, contents_, plan_, edits_);
    if (!texts) return fail(texts.error());
    texts_ = *std::move(texts);
    const auto changed = change(*leaving);
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
