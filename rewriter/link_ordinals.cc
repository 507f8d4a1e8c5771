// HTML comes first in the count though it stands behind the text in a multipart/alternative: it has
// the positions that somebody looks at.
#include "rewriter/link_ordinals.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>

#include "rewriter/bytes/ascii.h"
#include "rewriter/links/links.h"

namespace candor::rewriter {
namespace {

using Ordinal = std::uint16_t;

/// Borrows the URLs and texts of the links it numbers.
class Numbering {
  public:
    void number_html(std::vector<ContentLink>& links);
    void number_twins(std::vector<ContentLink>& links);

  private:
    [[nodiscard]] Ordinal next() {
        if (last_ < std::numeric_limits<Ordinal>::max()) ++last_;
        return last_;
    }
    void remember(std::string_view url, const FoundLink& link);
    /// The link's URL as trim_url() has it: nearly always a view of what the link holds.
    [[nodiscard]] std::string_view url_of(const FoundLink& link);

    struct First {
        Ordinal ordinal = 0;
        bool marked = false;    // one of the links to this URL carries a mark
        std::string_view text;  // of the link that said it first
    };
    Ordinal last_ = 0;
    std::unordered_map<std::string_view, First> first_by_url_;
    std::deque<std::string> trimmed_;
};

std::string_view Numbering::url_of(const FoundLink& link) {
    const bool odd = any_byte(link.url, [](char c) { return c >= 0 && c <= ' '; });
    return odd ? trimmed_.emplace_back(trim_url(link.url)) : std::string_view{link.url};
}

void Numbering::remember(std::string_view url, const FoundLink& link) {
    First& first =
        first_by_url_.try_emplace(url, First{link.ordinal, false, link.text}).first->second;
    first.marked |= link.marked_no_track;
    if (first.text.empty()) first.text = link.text;
}

/// A link in a conditional comment is Outlook's copy of the ordinary link next to it: of the one
/// behind it, else of the one before it.
void Numbering::number_html(std::vector<ContentLink>& links) {
    std::unordered_map<std::string_view, Ordinal> waiting;  // copies since the last ordinary link
    std::string_view previous_url;
    Ordinal previous = 0;
    for (std::size_t begin = 0; begin < links.size();) {
        std::size_t ordinary = begin;
        while (ordinary < links.size() && links[ordinary].conditional) ++ordinary;
        const bool ended = ordinary == links.size();
        const std::string_view next_url =
            ended ? std::string_view{} : url_of(links[ordinary].found);
        waiting.clear();
        for (std::size_t i = begin; i < ordinary; ++i) {
            FoundLink& copy = links[i].found;
            const std::string_view url = url_of(copy);
            const bool of_previous = previous != 0 && url == previous_url && url != next_url;
            const auto place = waiting.try_emplace(url, of_previous ? previous : Ordinal{0}).first;
            if (place->second == 0) place->second = next();
            copy.ordinal = place->second;
            remember(url, copy);
        }
        if (ended) return;
        FoundLink& link = links[ordinary].found;
        const auto copied = waiting.find(next_url);
        link.ordinal = copied != waiting.end() ? copied->second : next();
        remember(next_url, link);
        previous = link.ordinal;
        previous_url = next_url;
        begin = ordinary + 1;
    }
}

void Numbering::number_twins(std::vector<ContentLink>& links) {
    for (ContentLink& link : links) {
        const auto first = first_by_url_.find(url_of(link.found));
        if (first == first_by_url_.end()) {
            link.found.ordinal = next();
            continue;
        }
        link.found.ordinal = first->second.ordinal;
        link.found.marked_no_track |= first->second.marked;
        const bool text = link.found.place == LinkPlace::Text;
        if (text && !first->second.text.empty()) link.found.text = first->second.text;
    }
}

}  // namespace

void number_links(Contents& contents, const Message& message) {
    Numbering numbering;
    const auto is_html = [&](const PartContent& content) {
        const Part& part = message.parts()[content.part];
        return part.kind == PartKind::Html && part.mime_type != "text/x-amp-html";
    };
    for (PartContent& content : contents.parts) {
        if (is_html(content)) numbering.number_html(content.links);
    }
    for (PartContent& content : contents.parts) {
        if (!is_html(content)) numbering.number_twins(content.links);
    }
}

}  // namespace candor::rewriter
