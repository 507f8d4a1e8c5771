// The elements of HTML that plain text treats in a way of their own.
#pragma once

#include <cstdint>
#include <string_view>

namespace candor::rewriter {

enum class Element : std::uint8_t {
    Other,       ///< inline, nothing special
    Structure,   ///< html, body, thead ...: no part in the text, tags ignored
    Block,       ///< its own lines
    Paragraph,   ///< a blank line around it
    Heading,     ///< h3 and below: as a paragraph
    HeadingOne,  ///< underlined
    HeadingTwo,  ///< underlined
    List,
    OrderedList,
    Item,
    Quote,
    Preformatted,
    Table,
    Row,
    Cell,
    Link,
    Area,
    Image,
    LineBreak,
    Rule,
    Void,     ///< has no content and says nothing
    Skipped,  ///< its content is not for readers
};

/// By tag name as written.
[[nodiscard]] Element element_of(std::string_view name);

}  // namespace candor::rewriter
