// Which parts of a message leave when only text may, and in what form: of an alternative the text
// that its author wrote, else the HTML that a text is made from; attachments wherever they lie.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "rewriter/contents.h"
#include "rewriter/mime_tree.h"

namespace candor::rewriter {

/// A node of the message that leaves; borrowed from the tree.
struct LeavingNode {
    enum class Form : std::uint8_t {
        AsItIs,
        Text,      ///< edited where it stands
        MadeText,  ///< HTML that a text is made from
        InPlace,   ///< a container that keeps all its parts
        Gathered,  ///< what is left of a container: `children`, which may lie deeper in it
    };
    const MimeNode* node = nullptr;
    Form form = Form::AsItIs;
    std::string_view gathered_as{};  ///< the type of what is gathered, where it is several
    std::vector<LeavingNode> children{};
};

/// nullopt: nothing of it. `root` and `contents` must outlive it.
[[nodiscard]] std::optional<LeavingNode> leaving_parts(const MimeNode& root, const Message& message,
                                                       const Contents& contents);

}  // namespace candor::rewriter
