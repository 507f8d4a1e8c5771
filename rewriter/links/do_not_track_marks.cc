// The table is read once; a mark without a value counts by its presence.
#include "rewriter/links/do_not_track_marks.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "rewriter/bytes/ascii.h"
#include "rewriter/shipped_lists.h"

namespace candor::rewriter {
namespace {

struct Mark {
    std::string_view name;
    std::string_view value;
};

/// The marks of one kind. Which lengths their names have tells most attributes from all of them.
class Marks {
  public:
    explicit Marks(std::string_view kind) {
        for (const ListRow& row : shipped_list("do-not-track-marks.tsv")) {
            if (row[1] != kind) continue;
            rows_.push_back({.name = row[2], .value = row[3]});
            lengths_ |= bit_of(row[2].size());
        }
    }
    [[nodiscard]] bool may_have(std::string_view name) const {
        return (lengths_ & bit_of(name.size())) != 0;
    }
    [[nodiscard]] const std::vector<Mark>& rows() const { return rows_; }

  private:
    static std::uint64_t bit_of(std::size_t length) {
        return std::uint64_t{1} << std::min<std::size_t>(length, 63);
    }
    std::vector<Mark> rows_;
    std::uint64_t lengths_ = 0;
};

const Marks& attribute_marks() {
    static const Marks marks{"attribute"};
    return marks;
}
const Marks& scheme_marks() {
    static const Marks marks{"scheme"};
    return marks;
}
const Marks& suffix_marks() {
    static const Marks marks{"suffix"};
    return marks;
}

/// One of `alternatives` (`a|b`); behind `!`, none of them. Empty: any value.
bool is_one_of(std::string_view alternatives, std::string_view value) {
    if (alternatives.empty()) return true;
    const bool wanted = !alternatives.starts_with('!');
    if (!wanted) alternatives.remove_prefix(1);
    bool found = false;
    while (!alternatives.empty()) {
        const std::size_t end = std::min(alternatives.find('|'), alternatives.size());
        found |= equals_ignoring_case(alternatives.substr(0, end), value);
        alternatives.remove_prefix(std::min(end + 1, alternatives.size()));
    }
    return found == wanted;
}

bool says(const Mark& mark, std::string_view name, std::string_view value) {
    if (!equals_ignoring_case(mark.name, name)) return false;
    value = trim_blanks(value);
    return mark.value.empty() || equals_ignoring_case(mark.value, value) ||
           (mark.value == "bare" && value.empty());
}

}  // namespace

bool has_no_track_attribute(const HtmlTokenizer& tokens) {
    const Marks& marks = attribute_marks();
    // Every attribute is looked at, not only the first of its name: when in doubt, do not track.
    return std::ranges::any_of(tokens.attributes(), [&](const Attribute& attribute) {
        const std::string_view name = tokens.text(attribute.name);
        if (!marks.may_have(name)) return false;
        const std::string_view value = tokens.text(attribute.value);
        return std::ranges::any_of(marks.rows(),
                                   [&](const Mark& mark) { return says(mark, name, value); });
    });
}

bool is_no_track_scheme(std::string_view scheme) {
    return scheme_marks().may_have(scheme) &&
           std::ranges::any_of(scheme_marks().rows(),
                               [&](const Mark& mark) { return mark.name == scheme; });
}

bool has_no_track_suffix(std::string_view text_behind_url) {
    return std::ranges::any_of(suffix_marks().rows(), [&](const Mark& mark) {
        return text_behind_url.starts_with(mark.name);
    });
}

bool MessageMark::says_so(std::string_view found) const {
    return is_one_of(value, trim_blanks(found));
}

const std::vector<MessageMark>& message_marks() {
    static const std::vector<MessageMark> marks = [] {
        std::vector<MessageMark> rows;
        for (const ListRow& row : shipped_list("do-not-track-marks.tsv")) {
            if (row[0] != "message") continue;
            const std::size_t equals = row[1] == "json" ? row[3].find('=') : std::string_view::npos;
            const bool json = equals != std::string_view::npos;
            rows.push_back({.field = row[2],
                            .json_path = json ? row[3].substr(0, equals) : std::string_view{},
                            .value = json ? row[3].substr(equals + 1) : row[3],
                            .refuses = row[5]});
        }
        return rows;
    }();
    return marks;
}

}  // namespace candor::rewriter
