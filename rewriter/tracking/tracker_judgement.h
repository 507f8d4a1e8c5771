// Whether what a mail fetches is a tracker: by what a reader can see of it, and by its URL.
#pragma once

#include <cstdint>
#include <string_view>

#include "rewriter/html/inline_style.h"
#include "rewriter/tracking/adblock_rules.h"
#include "rewriter/tracking/pixels.h"

namespace candor::rewriter {

/// What a reader can see of what is fetched.
enum class Sight : std::uint8_t {
    Tiny,    ///< a dot, or hidden by its own style
    Hidden,  ///< inside something hidden, or a line: a pixel, or content for small screens
    Mute,    ///< an image without a size, and without words for who does not see it
    NoSize,  ///< whatever comes decides
    Seen,
};

/// By the element's own style and size, and by whether it stands in something hidden; never Mute.
[[nodiscard]] Sight sight_of(const Visibility& seen, bool hidden_around);

/// URLs here are trimmed. Whether a client would fetch it from the web.
[[nodiscard]] bool is_remote(std::string_view url);
/// An open image that our own tracking host answers: left over from a mail that was forwarded.
[[nodiscard]] bool is_own_open_image(std::string_view url, std::string_view own_host);
[[nodiscard]] bool is_trusted(std::string_view url, const PixelRules& rules);
[[nodiscard]] bool is_tracker(std::string_view url, FetchKind kind, Sight sight,
                              const PixelRules& rules);

}  // namespace candor::rewriter
