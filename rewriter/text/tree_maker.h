// Makes a TextTree of tokens with a stack of open elements. Nodes are made in text_tree.cc, of
// attributes in element_nodes.cc; what ends what, as browsers have it in outline, is in
// open_elements.cc; what elements hand down to those in them is in inherited_style.cc.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/html/html_tokens.h"
#include "rewriter/html/style_rules.h"
#include "rewriter/text/element_style.h"
#include "rewriter/text/text_tree.h"

namespace candor::rewriter {

class TreeMaker {
    static constexpr std::size_t max_depth = 512;

  public:
    explicit TreeMaker(std::string_view html);
    [[nodiscard]] std::vector<TextNode> make();

  private:
    /// What an element hands down to those in it.
    struct Inherited {
        double font_px = 16;
        bool bold = false;
        bool right_to_left = false;
        bool right_aligned = false;
        WhiteSpace white_space = WhiteSpace::Folded;
        std::optional<std::uint32_t> colour;
        std::optional<std::uint32_t> background = 0xFFFFFF;  ///< a page is white
        bool own_colours = false;  ///< text and background colour stand on one element
    };

    struct Open {
        Element element = Element::Other;
        std::string_view name;  ///< as written; for elements without a kind of their own
        std::uint32_t node = 0;
        std::uint32_t block = 0;  ///< the innermost node that is one
        bool hidden = false;
        std::size_t bucket = 0;  ///< in `open_names_`
        Inherited inherited;
    };

    [[nodiscard]] bool colour_hides();
    void on_text();
    void put(std::string text, WhiteSpace white_space);
    void count_lines(std::string_view text);
    void count_words(std::size_t columns);
    std::uint32_t append(TextNode made);
    void on_start_tag();
    void on_line_break();
    void on_rule();
    void on_image();
    void on_area();
    void on_void();
    void on_structure();
    void on_body();
    void on_sheet(std::string_view css);
    void on_comment();
    void may_shine_through(const TextStyle& style);
    [[nodiscard]] static bool says_ground(const TextStyle& style);
    static void inherit(const TextStyle& style, Inherited& to);
    void open(Element element, std::string_view name);
    static Element shown_as(Element element, const TextStyle& style);
    std::uint32_t append_element(Element element, const TextStyle& style, const Inherited& own);
    void number(TextNode& made, std::string_view attribute_name);
    [[nodiscard]] std::string attribute(std::string_view name) const;

    void on_end_tag();
    void close_implied(Element element);
    void push(const Open& opened);
    void open_row();
    void close_paragraph();
    void reopen_link();
    void close_up_to(std::initializer_list<Element> wanted,
                     std::initializer_list<Element> barriers);
    void close_to(std::size_t size);
    void finish(std::uint32_t closed, std::uint32_t parent);
    void mark_data_table();

    TextNode& node(std::uint32_t index) { return nodes_[index]; }
    [[nodiscard]] const Inherited& inherited() const { return stack_.back().inherited; }
    int& open_count(Element element) { return open_counts_.at(static_cast<std::size_t>(element)); }
    [[nodiscard]] std::size_t name_bucket() const {
        return tokens_.token().packed_name % open_names_.size();
    }
    void end_run() { builds_[stack_.back().block].run = false; }
    HtmlTokenizer tokens_;
    StyleRules rules_;
    std::vector<TextNode> nodes_;
    /// What only the making of a node needs; beside `nodes_`.
    struct Build {
        std::uint32_t last_child = no_node;
        bool run = false;             ///< of a block: its last line still takes words
        std::size_t run_columns = 0;  ///< of that line
    };
    std::vector<Build> builds_;
    std::vector<Open> stack_;
    std::array<int, static_cast<std::size_t>(Element::Skipped) + 1> open_counts_{};
    /// How many elements are open, by a hash of their name: most stray end tags close nothing.
    std::array<int, 61> open_names_{};
    std::optional<Open> cut_link_;  ///< whose paragraph has just ended
    int hidden_ = 0;
    std::size_t seen_columns_ = 0;
    bool in_style_ = false;
};

}  // namespace candor::rewriter
