// Past tags that nobody asks for, as long as they are written as nearly all are: `name="value"`
// after `name="value"`, or no attributes at all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace candor::rewriter {

/// Where the first `<` at or behind `at` stands that has to be looked at, else the size of `html`:
/// one that begins no tag, a tag whose packed_name() is one of `wanted` or may matter to
/// HtmlNamespaces, or one written otherwise. What is passed over is text, and tags complete with
/// their `>`. Linear; `at` stands in text, and no element of SVG or MathML is open.
[[nodiscard]] std::size_t skip_tags(std::string_view html, std::size_t at,
                                    std::span<const std::uint64_t> wanted);

}  // namespace candor::rewriter
