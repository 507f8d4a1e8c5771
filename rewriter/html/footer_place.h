// Where something can stand in an HTML text so that it is read as HTML: a footer at its end, a link
// at its beginning.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace candor::rewriter {

/// Before the last end tag of body, else of html, else at the end; but before a construct that the
/// end of the text cuts off (a comment, a tag, raw text), since all behind it belongs to that.
[[nodiscard]] std::size_t footer_place(std::string_view html);

/// Where the body begins: behind its tag, or, where it has none, before the first that is shown.
/// nullopt when nothing is.
[[nodiscard]] std::optional<std::size_t> body_beginning(std::string_view html);

}  // namespace candor::rewriter
