// Images that the HTML of their message shows: parts of it, and no files that somebody sent.
#pragma once

#include <vector>

#include "rewriter/contents.h"

namespace candor::rewriter {

/// By index into Message::parts(): the image parts that some HTML of the message names, by `cid:`
/// and their Content-ID (RFC 2392) or word for word by their Content-Location (RFC 2557).
[[nodiscard]] std::vector<bool> embedded_images(const Message& message, const Contents& contents);

}  // namespace candor::rewriter
