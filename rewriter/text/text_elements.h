// The elements of HTML that plain text treats in a way of their own.
#pragma once

#include <cstdint>
#include <string_view>

namespace candor::rewriter {

enum class Element : std::uint8_t {
    Other,       ///< inline, nothing special
    Structure,   ///< html, thead ...: no part in the text, tags ignored
    Body,        ///< as Structure, but its colours and sizes hold for all
    Block,       ///< its own lines
    Paragraph,   ///< p: a blank line around it; ends where a block begins
    Group,       ///< a blank line around it
    Heading,     ///< h3 and below: as a paragraph
    HeadingOne,  ///< underlined
    HeadingTwo,  ///< underlined
    List,
    OrderedList,
    Item,
    Quote,
    Definition,  ///< dd: indented
    Preformatted,
    Table,
    Row,
    Cell,
    HeadingCell,
    Caption,
    Link,
    Area,
    Image,
    LineBreak,
    Rule,
    Raised,   ///< sup
    Lowered,  ///< sub
    Struck,   ///< s, del, and what a style strikes out
    Bold,
    Words,    ///< no element: text itself
    Void,     ///< has no content and says nothing
    Skipped,  ///< its content is not for readers
};

/// Ends lines and begins new ones.
[[nodiscard]] bool is_block(Element element);
/// td or th.
[[nodiscard]] bool is_cell(Element element);

/// By tag name as written.
[[nodiscard]] Element element_of(std::string_view name);

}  // namespace candor::rewriter
