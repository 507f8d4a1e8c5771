// Which parts of a message leave when only text may: of an alternative the text that its author
// wrote, else the HTML that a text is made from; attachments wherever they lie.
#pragma once

#include <vector>

#include "rewriter/contents.h"
#include "rewriter/mime_tree.h"

namespace candor::rewriter {

/// Children of a container, or what lies deeper in them, in order; borrowed from the tree.
struct KeptNodes {
    std::vector<const MimeNode*> nodes;
    bool attachments = false;  ///< some of them were attached to HTML that goes
};

/// Of a multipart/alternative that has HTML. A text that says nothing (is_stub_text) goes.
[[nodiscard]] KeptNodes kept_of_alternative(const MimeNode& alternative, const Contents& contents);

/// Of a multipart/related: `root`, which is shown, and what is attached.
[[nodiscard]] KeptNodes kept_of_related(const MimeNode& related, const MimeNode& root);

}  // namespace candor::rewriter
