// Network rules of ad blockers (the syntax of Adblock Plus: EasyPrivacy, AdGuard): what they say of
// a URL that a mail makes a client fetch. Rules on page elements, on pages of certain sites and for
// what no mail does are none of ours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace candor::rewriter {

enum class FetchKind : std::uint8_t { Image = 1, Media = 2, Frame = 4, StyleSheet = 8, Font = 16 };

class AdblockRules {
  public:
    enum class Line : std::uint8_t {
        Rule,        ///< taken
        Irrelevant,  ///< a comment, or nothing that concerns mail
        Unknown,     ///< not understood: an option or a syntax that is not known here
    };

    Line add(std::string_view line);

    /// Whether a rule blocks `url` and no exception allows it. Looks at the first 2,048 bytes; at
    /// most a few rules are compared, but for those without a word of three letters.
    [[nodiscard]] bool blocks(std::string_view url, FetchKind kind) const;

    /// Parameters that are taken out of every URL (`$removeparam=NAME`).
    [[nodiscard]] const std::vector<std::string>& parameters() const { return parameters_; }
    [[nodiscard]] std::size_t size() const { return rules_.size() + parameters_.size(); }

  private:
    struct Rule {
        std::string pattern;  ///< lower case, without anchors; `*` and `^` mean something
        std::uint8_t kinds = 0;
        bool exception = false;
        bool at_host = false;   ///< `||`: begins at a label of the host
        bool at_start = false;  ///< `|` in front
        bool at_end = false;    ///< `|` behind
    };
    struct Options;

    static bool read_options(std::string_view text, Options& options, bool& irrelevant);
    void index(std::size_t rule);
    [[nodiscard]] bool matches(const Rule& rule, std::string_view url) const;

    std::vector<Rule> rules_;
    std::vector<std::string> parameters_;
    /// Rules by a word that a URL must hold for them to match.
    std::unordered_map<std::string, std::vector<std::uint32_t>> by_word_;
    std::vector<std::uint32_t> without_word_;
};

}  // namespace candor::rewriter
