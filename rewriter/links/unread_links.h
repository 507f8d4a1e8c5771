// Links of HTML that may be there and that nobody may rewrite: where the markup can be read in
// several ways, and values of a size that no link has. What has to go must not hide there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace candor::rewriter {

struct UnreadLinks {
    std::vector<std::string> urls;  ///< as HtmlLink::decoded
    bool too_many = false;          ///< values within values without end: the list is cut off
};

/// Every value that an `href` would have, and every placeholder that an `action` would have,
/// whichever way the tags around are read: too many rather than too few. Linear.
void find_possible_links(std::string_view html, UnreadLinks& found);

}  // namespace candor::rewriter
