// Where a footer can stand in an HTML text so that it is read as HTML and seen.
#pragma once

#include <cstddef>
#include <string_view>

namespace candor::rewriter {

/// Before the last end tag of body, else of html, else at the end; but before a construct that the
/// end of the text cuts off (a comment, a tag, raw text), since all behind it belongs to that.
[[nodiscard]] std::size_t footer_place(std::string_view html);

}  // namespace candor::rewriter
