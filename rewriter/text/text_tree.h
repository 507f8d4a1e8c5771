// What of an HTML mail is there to be read, as a tree: the elements that shape a text, its words,
// its pictures and links. What is hidden, or meant for other programs, is not in it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/html/text_style.h"
#include "rewriter/text/list_numbers.h"
#include "rewriter/text/text_elements.h"

namespace candor::rewriter {

/// How much a node holds, in columns of text with blanks folded.
struct Extent {
    std::size_t columns = 0;
    std::size_t linked = 0;       ///< of these, inside links
    std::size_t alternative = 0;  ///< for pictures
    std::size_t bold = 0;
    std::size_t large = 0;  ///< at least 20 pixels high
    std::size_t right = 0;  ///< aligned to the right
    std::size_t lines = 0;  ///< runs of words that breaks and blocks keep apart
    std::size_t widest_line = 0;
    std::size_t lists = 0;  ///< lists, quotes, rules, preformatted text
    std::size_t headings = 0;
    std::size_t tables = 0;
    std::size_t pictures = 0;
    std::size_t wide_pictures = 0;  ///< of these, wider than an icon; of a picture: whether it is
};

constexpr std::uint32_t no_node = 0;  ///< the root is nobody's child

struct TextNode {
    Element element = Element::Block;
    std::uint32_t first = no_node;  ///< child
    std::uint32_t next = no_node;   ///< sibling
    /// Words; the alternative text of a picture (empty when it tells nothing); the URL of a link.
    std::string text;
    std::string title;  ///< of a link; of an area its words
    Extent extent;
    int number = 1;         ///< of an item, or an ordered list's first; a cell's columns
    bool numbered = false;  ///< `number` is what the source says
    Numbering numbering = Numbering::Decimal;
    bool reversed = false;                        ///< of an ordered list: counts down
    WhiteSpace white_space = WhiteSpace::Folded;  ///< of words
    bool right_to_left = false;
    bool said_direction = false;  ///< by this very element
    bool data = false;            ///< of a table: `role=table`, or it has a caption
    bool layout = false;          ///< of a table: `role=presentation`
    bool unmarked = false;        ///< a list without bullets, a quote that is an indent
    bool tight = false;           ///< a paragraph without a margin above and below
    bool button = false;          ///< a link that is drawn as a box of its own
};

/// In document order; the root is the first. Linear in the size of `html`, which must outlive
/// nothing: all text is copied. Nested at most 512 deep; deeper elements count as their parents.
[[nodiscard]] std::vector<TextNode> text_tree(std::string_view html);

/// The words in `node`, blanks folded, alternative text included; as much of them as a mark for a
/// link or a heading has to look at.
[[nodiscard]] std::string words_of(const std::vector<TextNode>& nodes, const TextNode& node);

/// Whether the nearest words before or behind a picture say what its alternative text says.
/// `pictures_count`: those of a picture before it, too.
[[nodiscard]] bool is_said_nearby(const std::vector<TextNode>& nodes, const TextNode& picture,
                                  bool pictures_count = true);
/// The link before or behind a picture whose words are what its alternative text says; null when
/// there is none.
[[nodiscard]] const TextNode* link_that_says(const std::vector<TextNode>& nodes,
                                             const TextNode& picture);

}  // namespace candor::rewriter
