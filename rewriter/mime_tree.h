// The parts and containers of a message as the tree they form.
#pragma once

#include <vector>

#include "rewriter/message.h"

namespace candor::rewriter {

struct MimeNode {
    const Part* part = nullptr;  ///< null for a container; borrowed from the message, as the next
    const Container* container = nullptr;
    std::size_t part_index = 0;
    std::vector<MimeNode> children;

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
    /// Itself or below.
    [[nodiscard]] bool contains(PartKind kind) const;
};

/// `message` must outlive it, and has at least one part.
[[nodiscard]] MimeNode mime_tree(const Message& message);

/// The HTML that a multipart/related shows: the part its `start` names (RFC 2387, section 3.2),
/// else the first child that has some. Null when there is none.
[[nodiscard]] const MimeNode* related_root(const MimeNode& related, std::string_view source);

}  // namespace candor::rewriter
