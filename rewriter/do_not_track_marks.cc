// The table is read once; a mark without a value counts by its presence.
#include "rewriter/do_not_track_marks.h"

#include <algorithm>
#include <vector>

#include "rewriter/ascii.h"
#include "rewriter/shipped_lists.h"

namespace candor::rewriter {
namespace {

struct Mark {
    std::string_view kind;
    std::string_view name;
    std::string_view value;
};

const std::vector<Mark>& marks() {
    static const std::vector<Mark> table = [] {
        std::vector<Mark> rows;
        for (const ListRow& row : shipped_list("do-not-track-marks.tsv")) {
            rows.push_back({.kind = row[1], .name = row[2], .value = row[3]});
        }
        return rows;
    }();
    return table;
}

}  // namespace

bool has_no_track_attribute(const HtmlTokenizer& tokens) {
    // Every attribute is looked at, not only the first of its name: when in doubt, do not track.
    return std::ranges::any_of(tokens.attributes(), [&](const Attribute& attribute) {
        const std::string_view name = tokens.text(attribute.name);
        return std::ranges::any_of(marks(), [&](const Mark& mark) {
            if (mark.kind != "attribute" || !equals_ignoring_case(mark.name, name)) return false;
            const std::string_view value = trim_blanks(tokens.text(attribute.value));
            return mark.value.empty() || equals_ignoring_case(mark.value, value);
        });
    });
}

bool is_no_track_scheme(std::string_view scheme) {
    return std::ranges::any_of(
        marks(), [&](const Mark& mark) { return mark.kind == "scheme" && mark.name == scheme; });
}

bool has_no_track_suffix(std::string_view text_behind_url) {
    return std::ranges::any_of(marks(), [&](const Mark& mark) {
        return mark.kind == "suffix" && text_behind_url.starts_with(mark.name);
    });
}

}  // namespace candor::rewriter
