// A cell ends a cell, a block ends a paragraph, a stray end tag inside a cell closes nothing
// outside of it. Sums up an element when it is closed.
#include <algorithm>
#include <array>
#include <utility>

#include "rewriter/bytes/ascii.h"
#include "rewriter/text/tree_maker.h"

namespace candor::rewriter {
namespace {

void add(const Extent& more, Extent& sum) {
    sum.columns += more.columns;
    sum.linked += more.linked;
    sum.alternative += more.alternative;
    sum.bold += more.bold;
    sum.large += more.large;
    sum.lines += more.lines;
    sum.lists += more.lists;
    sum.widest_line = std::max(sum.widest_line, more.widest_line);
    sum.headings += more.headings;
    sum.tables += more.tables;
    sum.right += more.right;
    sum.pictures += more.pictures;
    sum.wide_pictures += more.wide_pictures;
}

}  // namespace

void TreeMaker::on_end_tag() {
    const std::string_view name = tokens_.text(tokens_.token().name);
    const Element element = element_of(name);
    in_style_ = false;
    if (open_names_[name_bucket()] == 0) return;
    const bool table_part =
        is_cell(element) || element == Element::Row || element == Element::Table;
    for (std::size_t i = stack_.size(); i-- > 1;) {
        const Open& open = stack_[i];
        if (open.element == element && equals_ignoring_case(open.name, name)) {
            return close_to(i);
        }
        // A stray end tag inside a cell closes nothing outside of it.
        const bool barrier = is_cell(open.element) || open.element == Element::Table;
        if (barrier && !table_part) return;
        if (open.element == Element::Table) return;
    }
}

void TreeMaker::close_implied(Element element) {
    if (element == Element::Item) {
        close_up_to({Element::Item}, {Element::List, Element::OrderedList});
    }
    const auto cells = {Element::Cell, Element::HeadingCell};
    if (is_cell(element)) {
        close_up_to(cells, {Element::Table});
        if (stack_.back().element == Element::Table) open_row();
    }
    if (element == Element::Row) {
        close_up_to({Element::Cell, Element::HeadingCell, Element::Row, Element::Caption},
                    {Element::Table});
    }
    if (is_block(element)) close_paragraph();
    if (element == Element::Link) {
        close_up_to({Element::Link}, {Element::Cell, Element::HeadingCell, Element::Table});
    }
}

/// As browsers do for a cell directly in a table.
void TreeMaker::open_row() {
    if (stack_.size() + 1 >= max_depth) return;
    Open row{.element = Element::Row, .name = "tr", .inherited = inherited()};
    row.node = stack_.back().node;
    row.block = stack_.back().block;
    if (hidden_ == 0) {
        end_run();
        TextNode made;
        made.element = Element::Row;
        row.node = row.block = append(std::move(made));
    }
    row.bucket = name_bucket();
    push(row);
}

void TreeMaker::close_paragraph() {
    const int links = open_count(Element::Link);
    std::optional<Open> link;
    if (open_count(Element::Paragraph) > 0 && links > 0) {
        link = *std::ranges::find(stack_.rbegin(), stack_.rend(), Element::Link, &Open::element);
    }
    close_up_to({Element::Paragraph},
                {Element::Cell, Element::HeadingCell, Element::Table, Element::Item});
    if (link && open_count(Element::Link) < links) cut_link_ = link;
}

/// A link that ended with the paragraph it began in goes on in what follows, as in browsers.
void TreeMaker::reopen_link() {
    if (!cut_link_) return;
    Open link = *std::exchange(cut_link_, {});
    link.block = stack_.back().block;
    if (link.hidden) ++hidden_;
    if (hidden_ == 0) {
        const TextNode& before = node(link.node);
        TextNode made;
        made.element = Element::Link;
        made.text = before.text;
        made.title = before.title;
        made.button = before.button;
        link.node = append(std::move(made));
    } else {
        link.node = stack_.back().node;
    }
    push(link);
}

void TreeMaker::push(const Open& opened) {
    ++open_names_[opened.bucket];
    ++open_count(opened.element);
    stack_.push_back(opened);
}

/// Closes the outermost of `wanted` that is open above the nearest of `barriers`.
void TreeMaker::close_up_to(std::initializer_list<Element> wanted,
                            std::initializer_list<Element> barriers) {
    const bool any = std::ranges::any_of(wanted, [&](Element e) { return open_count(e) > 0; });
    if (!any) return;
    std::size_t outermost = stack_.size();
    for (std::size_t i = stack_.size(); i-- > 1;) {
        const Element element = stack_[i].element;
        if (std::ranges::find(barriers, element) != barriers.end()) break;
        if (std::ranges::find(wanted, element) != wanted.end()) outermost = i;
    }
    close_to(outermost);
}

void TreeMaker::close_to(std::size_t size) {
    while (stack_.size() > size) {
        const Open closed = stack_.back();
        stack_.pop_back();
        --open_count(closed.element);
        --open_names_[closed.bucket];
        if (closed.node != stack_.back().node) finish(closed.node, stack_.back().node);
        if (closed.hidden) --hidden_;
    }
}

void TreeMaker::finish(std::uint32_t closed, std::uint32_t parent) {
    TextNode& done = node(closed);
    TextNode& above = node(parent);
    if (done.element == Element::Link) done.extent.linked = done.extent.columns;
    if (done.element == Element::HeadingCell || done.element == Element::Caption) {
        mark_data_table();
    }
    add(done.extent, above.extent);
    const bool heading = done.element == Element::Heading || done.element == Element::HeadingOne ||
                         done.element == Element::HeadingTwo;
    if (heading) ++above.extent.headings;
    const bool list = done.element == Element::List || done.element == Element::OrderedList ||
                      done.element == Element::Quote || done.element == Element::Preformatted;
    if (list) ++above.extent.lists;
    if (done.element == Element::Table) ++above.extent.tables;
    if (is_block(done.element)) end_run();
}

void TreeMaker::mark_data_table() {
    for (std::size_t i = stack_.size(); i-- > 1;) {
        TextNode& table = node(stack_[i].node);
        if (table.element != Element::Table) continue;
        table.data = true;
        return;
    }
}

}  // namespace candor::rewriter
