// What the words of a link say of where it leads (data/link-words.tsv): an opt-out, the mail's web
// version, a login or a payment.
#pragma once

#include <optional>
#include <string_view>

namespace candor::rewriter {

/// `opt_out`, `browser_view` or `sensitive`; nullopt when no word of the list is there. Looks at
/// the first 2,048 bytes of `url` and at a text of at most twelve words.
[[nodiscard]] std::optional<std::string_view> what_words_say(std::string_view url,
                                                             std::string_view text);

}  // namespace candor::rewriter
