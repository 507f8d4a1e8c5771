// What CSS makes a client fetch: `url()`, `image-set()`, `@import`, the sources of `@font-face`, as
// spans. Knows tokens of CSS only (CSS Syntax, section 4): which rule applies to what is for
// others.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/bytes/splice.h"

namespace candor::rewriter {

enum class CssUse : std::uint8_t { Image, Import, Font };

struct CssUrl {
    Span value;       ///< without quotes and outer blanks, in the text given
    std::string url;  ///< escapes undone
    CssUse use = CssUse::Image;
};

/// Of the content of a `style` element, in order. Linear.
[[nodiscard]] std::vector<CssUrl> find_css_urls(std::string_view css);

/// Of the value of a `style` attribute, whose character references are undone first; the spans are
/// in `raw`.
[[nodiscard]] std::vector<CssUrl> find_css_urls_in_attribute(std::string_view raw);

}  // namespace candor::rewriter
