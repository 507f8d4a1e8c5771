// Where the links of a text version go: `[1]` behind the words, the URL in a list at the end.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace candor::rewriter {

class Footnotes {
  public:
    /// `url` is trimmed; `words` is the link's visible text. What to set behind the words: `[1]`,
    /// `(address)`, or nothing where the words say it all or the link leads nowhere.
    [[nodiscard]] std::string mark_for(std::string_view url, std::string_view words);
    /// For a link without words, a picture: what to call it. Empty when it is known already.
    [[nodiscard]] std::string words_for(std::string_view url) const;
    /// The host that a web link leads to, without `www.`; empty for other links.
    [[nodiscard]] static std::string site_of(std::string_view url);

    /// The list, one `[n] URL` a line; empty when there is none.
    [[nodiscard]] std::string list() const;

  private:
    std::unordered_map<std::string, std::size_t> numbers_;
    std::vector<std::string> urls_;
};

}  // namespace candor::rewriter
