// Header fields that ask the reader's mail program to say that the mail was read (RFC 8098 and its
// forerunners): an open tracker without an image.
#pragma once

#include <span>
#include <vector>

#include "rewriter/plan.h"

namespace candor::milter {

/// The edits that take every such field out.
[[nodiscard]] std::vector<rewriter::HeaderEdit> remove_receipt_requests(
    std::span<const rewriter::Header> headers);

}  // namespace candor::milter
