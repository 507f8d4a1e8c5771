// What stands in and around a node, looked at only so far that the whole stays linear.
#include <algorithm>

#include "rewriter/bytes/ascii.h"
#include "rewriter/text/text_tree.h"

namespace candor::rewriter {
namespace {

constexpr std::size_t max_words_bytes = 2048;
constexpr int max_nodes = 256;
constexpr int max_neighbours = 16;

void fold_into(std::string_view text, std::string& folded) {
    for (std::size_t i = 0; i < text.size() && folded.size() < max_words_bytes; ++i) {
        const bool no_break = text.substr(i).starts_with("\xC2\xA0");
        if (!no_break && !is_html_blank(text[i])) {
            folded.push_back(text[i]);
            continue;
        }
        if (no_break) ++i;
        if (!folded.empty() && folded.back() != ' ') folded.push_back(' ');
    }
}

void collect(const std::vector<TextNode>& nodes, const TextNode& node, int& left,
             std::string& words) {
    if (--left < 0) return;
    if (node.element == Element::Words || node.element == Element::Image) {
        fold_into(node.text, words);
    } else if (is_block(node.element) || node.element == Element::LineBreak) {
        fold_into(" ", words);
    }
    for (std::uint32_t i = node.first; i != no_node && left > 0; i = nodes[i].next) {
        collect(nodes, nodes[i], left, words);
    }
}

std::string folded(std::string_view text) {
    std::string words;
    fold_into(text, words);
    return ascii_lowered(trim_blanks(words));
}

/// What a node by itself says; empty for one that only holds others.
std::string said_by(const TextNode& node) {
    const bool tells = node.element == Element::Words || node.element == Element::Image;
    return tells ? folded(node.text) : std::string{};
}

/// Whether `words` begin (or end) with `said`, and not within a word: `No` is not in `none`.
bool is_first(std::string_view words, std::string_view said) {
    if (!words.starts_with(said)) return false;
    return words.size() == said.size() || !is_ascii_alnum(words[said.size()]);
}
bool is_last(std::string_view words, std::string_view said) {
    if (!words.ends_with(said)) return false;
    return words.size() == said.size() || !is_ascii_alnum(words[words.size() - said.size() - 1]);
}

}  // namespace

std::string words_of(const std::vector<TextNode>& nodes, const TextNode& node) {
    std::string words;
    int left = max_nodes;
    collect(nodes, node, left, words);
    return std::string{trim_blanks(words)};
}

bool is_said_nearby(const std::vector<TextNode>& nodes, const TextNode& picture,
                    bool pictures_count) {
    const std::string said = folded(picture.text);
    const auto here = static_cast<std::size_t>(&picture - nodes.data());
    for (std::size_t i = here + 1; i < std::min(here + max_neighbours, nodes.size()); ++i) {
        const std::string words = said_by(nodes[i]);
        if (words.empty()) continue;
        if (nodes[i].element == Element::Words && is_first(words, said)) return true;
        break;
    }
    for (std::size_t i = here; i-- > 0 && i + max_neighbours > here;) {
        const std::string words = said_by(nodes[i]);
        if (words.empty()) continue;
        return (pictures_count || nodes[i].element == Element::Words) && is_last(words, said);
    }
    return false;
}

const TextNode* link_that_says(const std::vector<TextNode>& nodes, const TextNode& picture) {
    const std::string said = folded(picture.text);
    const auto here = static_cast<std::size_t>(&picture - nodes.data());
    const TextNode* link = nullptr;
    for (std::size_t i = here + 1; i < std::min(here + max_neighbours, nodes.size()); ++i) {
        if (nodes[i].element == Element::Link) link = &nodes[i];
        if (said_by(nodes[i]).empty()) continue;
        if (link != nullptr && folded(words_of(nodes, *link)) == said) return link;
        break;
    }
    for (std::size_t i = here; i-- > 0 && i + max_neighbours > here;) {
        const bool has_words = nodes[i].extent.columns > nodes[i].extent.alternative;
        if (nodes[i].element != Element::Link || !has_words) continue;
        return folded(words_of(nodes, nodes[i])) == said ? &nodes[i] : nullptr;
    }
    return nullptr;
}

}  // namespace candor::rewriter
