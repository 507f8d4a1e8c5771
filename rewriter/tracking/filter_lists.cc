#include "rewriter/tracking/filter_lists.h"

#include <algorithm>

#include "rewriter/bytes/ascii.h"

namespace candor::rewriter {

tl::expected<FilterLists::Report, FilterListFault> FilterLists::add(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    Report report;
    if (trim_blanks(text.substr(0, std::min<std::size_t>(text.size(), 4096))).starts_with('{')) {
        const std::size_t before = clear_urls_.size();
        const auto unknown = clear_urls_.add(text);
        if (!unknown) return tl::unexpected(unknown.error());
        report.rules = clear_urls_.size() - before;
        report.not_understood = *unknown;
        return report;
    }
    // What a browser saved instead of the list.
    if (trim_blanks(text).starts_with('<')) {
        return tl::unexpected(FilterListFault{1, "is no filter list: it looks like HTML"});
    }
    std::size_t number = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        ++number;
        if (line.find('\0') != std::string_view::npos) {
            return tl::unexpected(FilterListFault{static_cast<int>(number), "is no text"});
        }
        switch (adblock_.add(line)) {
            case AdblockRules::Line::Rule: ++report.rules; break;
            case AdblockRules::Line::Irrelevant: break;
            case AdblockRules::Line::Unknown:
                if (report.not_understood++ == 0) report.first_unknown = number;
                break;
        }
    }
    return report;
}

bool FilterLists::blocks(std::string_view url, FetchKind kind) const {
    return adblock_.blocks(url, kind) || clear_urls_.blocks(clear_urls_.providers_of(url));
}

bool FilterLists::strips(const UrlProviders& providers, std::string_view parameter) const {
    return std::ranges::find(adblock_.parameters(), parameter) != adblock_.parameters().end() ||
           clear_urls_.strips(providers, parameter);
}

}  // namespace candor::rewriter
