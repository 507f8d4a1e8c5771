// Does a URL look like an open tracker? By the list that ships, or by its own shape.
#pragma once

#include <cstdint>
#include <string_view>

namespace candor::rewriter {

enum class TrackerMatch : std::uint8_t {
    None,
    Known,     ///< a tracker's URL if nobody is meant to see the image
    OpenOnly,  ///< nothing but a pixel is behind it
};

/// The strongest pattern of data/pixel-patterns.tsv that is found in `url`. Looks at the first
/// 2,048 bytes.
[[nodiscard]] TrackerMatch match_tracker_patterns(std::string_view url);

/// Whether `url` seems made for one message: a long token, a query, or names_an_open().
[[nodiscard]] bool looks_unique(std::string_view url);

/// Whether the path says what it is for: `/open`, `/o/`, `beacon` ...
[[nodiscard]] bool names_an_open(std::string_view url);

/// Whether the last segment of the path, or a folder of what only a token tells apart, is called
/// that (`/open.php?u=12`, `/pixel/3f9a1c07be5d42a8c1`): no picture of a mail is kept like that.
[[nodiscard]] bool is_open_endpoint(std::string_view url);
/// Whether the path is a mere id, as Adestra has it: `/r/188tOCW3hFAa9v43.png`.
[[nodiscard]] bool is_bare_token(std::string_view url);

/// `spacer.gif`, `blank.png`, `1x1.gif` ... without a query, and any file of an image folder that
/// does not name an open: what honest layouts use.
[[nodiscard]] bool is_spacer(std::string_view url);

}  // namespace candor::rewriter
