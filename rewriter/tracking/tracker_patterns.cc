// 500 patterns against one URL: an index by four bytes of each pattern leaves a handful to compare.
#include "rewriter/tracking/tracker_patterns.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "rewriter/bytes/ascii.h"
#include "rewriter/links/web_url.h"
#include "rewriter/shipped_lists.h"

namespace candor::rewriter {
namespace {

constexpr std::size_t max_compared_bytes = 2048;
constexpr std::size_t gram_bytes = 4;

std::uint32_t gram_at(std::string_view text, std::size_t at) {
    std::uint32_t gram = 0;
    for (std::size_t i = 0; i < gram_bytes; ++i) {
        gram = gram << 8U | static_cast<unsigned char>(text[at + i]);
    }
    return gram;
}

/// Pieces between the `*`, each found behind the one before.
bool holds_pattern(std::string_view url, std::string_view pattern) {
    std::size_t from = 0;
    while (true) {
        const std::size_t star = std::min(pattern.find('*'), pattern.size());
        const std::size_t found = url.find(pattern.substr(0, star), from);
        if (found == std::string_view::npos) return false;
        if (star == pattern.size()) return true;
        from = found + star;
        pattern.remove_prefix(star + 1);
    }
}

class PatternIndex {
  public:
    PatternIndex() {
        const auto rows = shipped_list("pixel-patterns.tsv");
        std::unordered_map<std::uint32_t, int> uses;
        for (const ListRow& row : rows) {
            for_each_gram(row[2], [&](std::uint32_t gram) { ++uses[gram]; });
        }
        for (const ListRow& row : rows) {
            std::uint32_t rarest = 0;
            int fewest = 0;
            for_each_gram(row[2], [&](std::uint32_t gram) {
                if (fewest != 0 && uses[gram] >= fewest) return;
                fewest = uses[gram];
                rarest = gram;
            });
            if (fewest == 0) continue;
            const bool open_only = row[3] == "open";
            by_gram_[rarest].push_back(
                {row[2], open_only ? TrackerMatch::OpenOnly : TrackerMatch::Known});
            seen_.set(slot_of(rarest));
        }
    }

    [[nodiscard]] TrackerMatch match(std::string_view lower_url) const {
        TrackerMatch best = TrackerMatch::None;
        std::vector<std::uint32_t> tried;  // a URL may repeat the same bytes at will
        for (std::size_t at = 0; at + gram_bytes <= lower_url.size(); ++at) {
            const std::uint32_t gram = gram_at(lower_url, at);
            if (!seen_.test(slot_of(gram))) continue;
            const auto found = by_gram_.find(gram);
            if (found == by_gram_.end() || std::ranges::find(tried, gram) != tried.end()) continue;
            tried.push_back(gram);
            for (const Pattern& pattern : found->second) {
                if (pattern.means > best && holds_pattern(lower_url, pattern.text)) {
                    best = pattern.means;
                }
            }
            if (best == TrackerMatch::OpenOnly) return best;
        }
        return best;
    }

  private:
    struct Pattern {
        std::string_view text;
        TrackerMatch means;
    };

    static std::size_t slot_of(std::uint32_t gram) { return gram * 0x9E3779B1U >> 18U; }

    template <typename Use>
    static void for_each_gram(std::string_view pattern, Use use) {
        for (std::size_t at = 0; at + gram_bytes <= pattern.size(); ++at) {
            if (pattern.substr(at, gram_bytes).find('*') == std::string_view::npos) {
                use(gram_at(pattern, at));
            }
        }
    }

    std::unordered_map<std::uint32_t, std::vector<Pattern>> by_gram_;
    std::bitset<1U << 14U> seen_;  ///< of the keys of by_gram_: most bytes of a URL stop here
};

struct UrlPieces {
    std::string_view path;   ///< behind the host, with its slash
    std::string_view query;  ///< behind the `?`, fragment taken off
};

UrlPieces pieces_of(std::string_view url) {
    url = url.substr(0, std::min(url.find('#'), url.size()));
    url.remove_prefix(authority_begin(url));
    const std::size_t question = std::min(url.find('?'), url.size());
    const std::size_t slash = std::min(url.find('/'), question);
    return {url.substr(slash, question - slash),
            question < url.size() ? url.substr(question + 1) : std::string_view{}};
}

std::string_view last_segment(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

/// A run of letters and digits too long and too mixed for a word that a person typed.
bool holds_token(std::string_view text) {
    constexpr std::size_t token_bytes = 16;
    std::size_t run = 0;
    std::size_t digits = 0;
    std::size_t letters = 0;
    std::size_t changes = 0;  // from digit to letter and back, or between cases
    char previous = 0;
    const auto kind = [](char c) { return is_ascii_digit(c) ? 1 : (c >= 'A' && c <= 'Z' ? 2 : 3); };
    for (const char c : text) {
        if (!is_ascii_alnum(c) && c != '-' && c != '_' && c != '%') {
            run = digits = letters = changes = 0;
            previous = 0;
            continue;
        }
        ++run;
        if (is_ascii_digit(c)) ++digits;
        if (is_ascii_letter(c)) ++letters;
        if (is_ascii_alnum(c)) {
            if (previous != 0 && kind(previous) != kind(c)) ++changes;
            previous = c;
        }
        if (run >= token_bytes && digits >= 2 && changes >= 4) return true;
        if (digits >= 12 && letters == 0) return true;
    }
    return false;
}

}  // namespace

TrackerMatch match_tracker_patterns(std::string_view url) {
    static const PatternIndex index;
    return index.match(ascii_lowered(url.substr(0, max_compared_bytes)));
}

bool names_an_open(std::string_view url) {
    const std::string path = ascii_lowered(pieces_of(url.substr(0, max_compared_bytes)).path);
    constexpr std::array<std::string_view, 9> words{"/o/",    "open", "track", "pixel", "beacon",
                                                    "/o.gif", "/trk", "/imp",  "/t.gif"};
    return std::ranges::any_of(
        words, [&](std::string_view word) { return path.find(word) != std::string::npos; });
}

bool looks_unique(std::string_view url) {
    const UrlPieces pieces = pieces_of(url.substr(0, max_compared_bytes));
    if (holds_token(pieces.path) || holds_token(pieces.query)) return true;
    if (pieces.query.find('=') != std::string_view::npos && pieces.query.size() >= 8) return true;
    return names_an_open(url);
}

namespace {

/// `open`, `pixel.gif`: a program that is told of an opening, or the folder of its pictures.
bool names_an_endpoint(std::string_view segment, bool token) {
    constexpr std::array<std::string_view, 5> opens{"open", "opens", "opened", "pixel", "beacon"};
    constexpr std::array<std::string_view, 8> programs{"",     "gif",  "php", "asp",
                                                       "aspx", "ashx", "jsp", "cgi"};
    const auto one_of = [](std::string_view word, const auto& words) {
        return std::ranges::any_of(
            words, [word](std::string_view one) { return equals_ignoring_case(word, one); });
    };
    const std::size_t dot = std::min(segment.find('.'), segment.size());
    const std::string_view ending = segment.substr(std::min(dot + 1, segment.size()));
    const bool answers = one_of(ending, programs) || (token && equals_ignoring_case(ending, "png"));
    return answers && one_of(segment.substr(0, dot), opens);
}

/// `house-banner.jpg`: somebody gave it a name, and a format that no pixel has.
bool is_named_picture(std::string_view segment) {
    constexpr std::array<std::string_view, 6> formats{".jpg",  ".jpeg", ".png",
                                                      ".webp", ".svg",  ".avif"};
    const std::size_t dot = segment.rfind('.');
    if (dot == std::string_view::npos || holds_token(segment.substr(0, dot))) return false;
    return std::ranges::any_of(formats, [&](std::string_view format) {
        return equals_ignoring_case(segment.substr(dot), format);
    });
}

}  // namespace

bool is_open_endpoint(std::string_view url) {
    const UrlPieces pieces = pieces_of(url.substr(0, max_compared_bytes));
    const bool token = holds_token(pieces.path) || holds_token(pieces.query);
    if (!token && pieces.query.find('=') == std::string_view::npos) return false;
    const bool picture = is_named_picture(last_segment(pieces.path));
    for (std::string_view rest = pieces.path; !rest.empty();) {
        rest.remove_prefix(1);
        const std::string_view segment = rest.substr(0, std::min(rest.find('/'), rest.size()));
        rest.remove_prefix(segment.size());
        // Of a folder only what is told apart by a token: there are pictures in such folders, too.
        const bool counts = rest.empty() || (token && !picture);
        if (counts && names_an_endpoint(segment, token)) return true;
        if (rest.empty() && equals_ignoring_case(segment, "o.gif")) return true;
    }
    return false;
}

bool is_bare_token(std::string_view url) {
    const std::string_view path = pieces_of(url.substr(0, max_compared_bytes)).path;
    const bool short_folder = path.size() > 3 && path[0] == '/' && path[2] == '/';
    if (!short_folder || path.find('/', 3) != std::string_view::npos) return false;
    return holds_token(path.substr(3, path.find('.', 3) - 3));
}

namespace {

/// A folder of files that are the same for everybody, with a number for the cache at most.
bool is_in_image_folder(const UrlPieces& pieces) {
    if (!std::ranges::all_of(pieces.query, is_ascii_digit)) return false;
    constexpr std::array<std::string_view, 6> folders{"images", "image",  "img",
                                                      "assets", "static", "uploads"};
    for (std::string_view rest = pieces.path; !rest.empty();) {
        rest.remove_prefix(1);
        const std::size_t end = rest.find('/');
        if (end == std::string_view::npos) return false;
        const std::string_view segment = rest.substr(0, end);
        rest.remove_prefix(end);
        if (std::ranges::any_of(folders, [&](std::string_view folder) {
                return equals_ignoring_case(segment, folder);
            })) {
            return true;
        }
    }
    return false;
}

}  // namespace

bool is_spacer(std::string_view url) {
    const UrlPieces pieces = pieces_of(url.substr(0, max_compared_bytes));
    if (is_in_image_folder(pieces) && !names_an_open(url)) return true;
    if (!pieces.query.empty() || holds_token(pieces.path)) return false;
    std::string name = ascii_lowered(last_segment(pieces.path));
    name.resize(std::min(name.find('.'), name.size()));
    constexpr std::array<std::string_view, 12> names{
        "spacer",      "space", "blank", "clear", "shim",  "dot",
        "transparent", "trans", "1x1",   "spc",   "empty", "clearpixel"};
    return std::ranges::any_of(names, [&](std::string_view known) { return name == known; }) ||
           name.starts_with("spacer") || name.starts_with("transparent");
}

}  // namespace candor::rewriter
