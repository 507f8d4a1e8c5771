#include "rewriter/mime_tree.h"

#include <algorithm>
#include <span>
#include <utility>

#include "rewriter/bytes/ascii.h"
#include "rewriter/mime/gmime_ptr.h"
#include "rewriter/mime/mime_structure.h"

namespace candor::rewriter {
namespace {

/// The children of `node`, from parts and containers in document order.
void add_children(MimeNode& node, std::span<MimeNode> all, std::size_t& next, std::size_t depth) {
    while (next < all.size()) {
        MimeNode& candidate = all[next];
        const std::vector<int>& path =
            candidate.part != nullptr ? candidate.part->path : candidate.container->path;
        if (path.size() != depth + 1) return;
        ++next;
        MimeNode child = std::move(candidate);
        if (child.container != nullptr) add_children(child, all, next, depth + 1);
        node.children.push_back(std::move(child));
    }
}

std::string field_of(std::string_view source, Span header, std::string_view name) {
    for (const FieldSpan& field : fields_of(source, header)) {
        if (field.name != name) continue;
        return std::string{trim_blanks(source.substr(field.value.begin, field.value.size()))};
    }
    return {};
}

std::string start_of(std::string_view content_type) {
    const GObjectPtr<GMimeContentType> type{
        g_mime_content_type_parse(nullptr, std::string{content_type}.c_str())};
    const char* const start = g_mime_content_type_get_parameter(type.get(), "start");
    return start == nullptr ? std::string{} : std::string{trim_blanks(start)};
}

}  // namespace

bool MimeNode::contains(PartKind kind) const {
    return shows(kind) || std::ranges::any_of(children, [&](const MimeNode& child) {
               return child.contains(kind);
           });
}

MimeNode mime_tree(const Message& message) {
    std::vector<MimeNode> all;
    for (std::size_t i = 0; i < message.parts().size(); ++i) {
        all.push_back({&message.parts()[i], nullptr, i, {}});
    }
    for (const Container& container : message.containers()) {
        all.push_back({nullptr, &container, 0, {}});
    }
    // Paths in lexical order are document order, each container before what it holds.
    std::ranges::sort(all, {}, [](const MimeNode& node) -> const std::vector<int>& {
        return node.part != nullptr ? node.part->path : node.container->path;
    });
    std::size_t next = 1;
    MimeNode root = std::move(all.front());
    if (root.container != nullptr) add_children(root, all, next, 0);
    return root;
}

const MimeNode* related_root(const MimeNode& related, std::string_view source) {
    const std::string start = start_of(field_of(source, related.header(), "content-type"));
    const auto bears_html = [](const MimeNode& child) { return child.contains(PartKind::Html); };
    const auto named = std::ranges::find_if(related.children, [&](const MimeNode& child) {
        return !start.empty() && bears_html(child) &&
               field_of(source, child.header(), "content-id") == start;
    });
    if (named != related.children.end()) return &*named;
    const auto first = std::ranges::find_if(related.children, bears_html);
    return first == related.children.end() ? nullptr : &*first;
}

}  // namespace candor::rewriter
