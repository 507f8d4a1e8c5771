// What `plaintext` makes of a MIME structure: text/plain and real attachments, each attachment byte
// for byte. Decides which parts leave; the text of HTML is made elsewhere.
#pragma once

#include "rewriter/contents.h"

namespace candor::rewriter {

/// Errors: Malformed.
[[nodiscard]] Result<Edits> rewrite_as_plaintext(const Message& message, const Contents& contents,
                                                 const RewritePlan& plan);

/// Adds the edit that gives the message this field value (with its leading blank): replaced if it
/// is there and differs, else inserted.
void set_field(const Message& message, std::string_view name, std::string value, Edits& edits);

}  // namespace candor::rewriter
