// Whether what a mail fetches is a tracker: by what a reader can see of it, and by its URL.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "rewriter/html/html_tokens.h"
#include "rewriter/html/sheet_sizes.h"
#include "rewriter/tracking/adblock_rules.h"
#include "rewriter/tracking/pixel_rules.h"

namespace candor::rewriter {

/// What a reader can see of what is fetched.
enum class Sight : std::uint8_t {
    Tiny,    ///< a dot, or hidden by its own style
    Hidden,  ///< inside something hidden, or a line: a pixel, or content for small screens
    Mute,    ///< an image without a size, and without words for who does not see it
    NoSize,  ///< whatever comes decides
    Seen,
};

/// Of the start tag that `tokens` stands on: by its own style, size and words, by the size that a
/// style sheet gives it when it has none, and by whether it stands in something hidden.
[[nodiscard]] Sight sight_of(const HtmlTokenizer& tokens, bool hidden_around, SheetSizes& sheets);

/// As what the sources of that start tag are fetched.
[[nodiscard]] FetchKind fetch_kind_of(const HtmlTokenizer& tokens);

/// URLs here are trimmed. An open image that a tracking host of ours answers: left over from a mail
/// that was forwarded.
[[nodiscard]] bool is_own_open_image(std::string_view url, std::span<const std::string> own_hosts);
[[nodiscard]] bool is_trusted(std::string_view url, const PixelRules& rules);
[[nodiscard]] bool is_tracker(std::string_view url, FetchKind kind, Sight sight,
                              const PixelRules& rules);
/// is_tracker(), also of the URL without the parameters that `rules` cut: what is left must not be
/// found by the next reader.
[[nodiscard]] bool tracks(std::string_view url, FetchKind kind, Sight sight,
                          const PixelRules& rules);

/// Whether one of its parameters does, whatever `rules` say about campaigns and lists.
[[nodiscard]] bool names_a_person(std::string_view url, const PixelRules& rules);

}  // namespace candor::rewriter
