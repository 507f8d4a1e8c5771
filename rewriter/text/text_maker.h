// Walks the tree of what is to be read and writes words to a TextFlow, links to Footnotes. The
// depth of the tree is bounded, so functions may call each other on the way down. Blocks are in
// text_maker.cc, links and pictures in text_of_links.cc, tables in text_of_tables.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "rewriter/text/footnotes.h"
#include "rewriter/text/table_rows.h"
#include "rewriter/text/text_flow.h"
#include "rewriter/text/text_tree.h"

namespace candor::rewriter {

class TextMaker {
  public:
    TextMaker(std::string_view html, LineFormat format);
    [[nodiscard]] std::string make();

  private:
    enum class Bar : std::uint8_t { None, Links, Icons };
    enum class Underline : std::uint8_t { None, Single, Double };

    void children(const TextNode& parent);
    void element(const TextNode& node);
    void own_words(const TextNode& node);
    void words(std::string_view text, WhiteSpace white_space = WhiteSpace::Folded);
    void line_break();
    void end_lines(bool blank_line);
    void block(const TextNode& node, bool blank_line);
    [[nodiscard]] static bool is_mere_line(const TextNode& paragraph);
    [[nodiscard]] bool is_blank_line(const TextNode& node) const;
    void spaced(const TextNode& node);
    [[nodiscard]] std::optional<Underline> heading_of(const TextNode& node) const;
    [[nodiscard]] std::size_t letters_in(const TextNode& node) const;
    void heading(const TextNode& node, Underline underline);
    void rule();
    void raised(const TextNode& node);
    void struck(const TextNode& node);
    [[nodiscard]] int first_number(const TextNode& list) const;
    void list(const TextNode& node);
    void indented(const TextNode& node, std::string first, std::string rest);
    void quote(const TextNode& node);

    void link(const TextNode& node);
    [[nodiscard]] bool repeats_a_neighbour(const TextNode& link) const;
    [[nodiscard]] std::string borrowed_words(const TextNode& link);
    void join_bar(const TextNode& node, bool icon);
    void finish_link(const TextNode& node, const std::string& said);
    [[nodiscard]] bool is_continued(const TextNode& node) const;
    void image(const TextNode& node);
    void area(const TextNode& node);

    void table(const TextNode& node);
    void row(const TextNode& node, const TextNode& of_table);
    [[nodiscard]] bool ends_in_amount(const TextNode& cell) const;
    void blocks(const std::vector<const TextNode*>& cells,
                const std::vector<const TextNode*>& filled);
    [[nodiscard]] static bool is_turned(const TextNode& row,
                                        const std::vector<const TextNode*>& cells);
    [[nodiscard]] static bool is_paragraph(const std::vector<const TextNode*>& cells);
    std::string cell_text(const TextNode& cell, CellText shape = CellText::OneLine);
    void line_row(const std::vector<const TextNode*>& cells, CellText shape);
    [[nodiscard]] bool continues_group(const TextRow& row) const;
    void link_bar(const std::vector<const TextNode*>& cells);
    void marked_row(const std::vector<const TextNode*>& filled,
                    const std::vector<const TextNode*>& cells);
    void flush_rows();

    [[nodiscard]] const TextNode& at(std::uint32_t index) const { return nodes_[index]; }
    std::vector<TextNode> nodes_;
    TextFlow flow_;
    Footnotes notes_;
    std::unordered_set<std::string> worded_;  ///< URLs that some link has words for
    std::unordered_set<std::string> worded_sites_;
    std::unordered_set<std::string> borrowed_;  ///< sites that pictures were called after
    std::unordered_set<std::string> pictures_;  ///< what pictures said: once is enough
    std::string last_words_;                    ///< the end of what was said last
    std::vector<TextRow> group_;                ///< rows that wait to be aligned
    bool blank_after_group_ = false;
    bool in_heading_ = false;
    bool in_list_ = false;
    bool in_link_ = false;
    bool link_has_words_ = false;  ///< of its own, besides those of pictures
    bool link_ended_ = false;      ///< and no words came since
    Bar bar_ = Bar::None;          ///< what the last link was, while nothing came after it
    std::string last_url_;
    std::string last_borrowed_;    ///< what the last link was called, if it had no words
    std::string said_by_picture_;  ///< the words of a picture with a link, while none follow
    bool large_headings_ = false;
    bool bold_headings_ = false;
};

}  // namespace candor::rewriter
