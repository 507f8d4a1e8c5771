// A reader of CSS that knows what could fetch something, or end the sheet inside a page.
#include <fmt/format.h>

#include <array>
#include <string>

#include "tracker/theme_check.h"
#include "tracker/theme_reader.h"

namespace candor::tracker {
namespace {

using policy::ConfigFault;

class StyleReader {
  public:
    StyleReader(std::string_view css, std::string_view file) : in_(css, file) {}

    std::vector<ConfigFault> read() {
        while (!in_.done()) {
            const std::string_view rest = in_.rest();
            if (rest.starts_with("</") || rest.starts_with("<!--")) {
                in_.fault("`</` and `<!--` would end the style sheet inside the page");
                in_.skip(2);
            } else if (rest.starts_with("/*")) {
                comment();
            } else if (rest[0] == '"' || rest[0] == '\'') {
                string();
            } else if (rest[0] == '\\') {
                in_.fault("a backslash outside of quotes");
                in_.skip(1);
            } else if (rest[0] == '@') {
                at_rule();
            } else if (is_letter(rest[0])) {
                word();
            } else {
                in_.skip(1);
            }
        }
        return in_.take_faults();
    }

  private:
    /// What is skipped stands in the page as well.
    void check_embedded(std::string_view skipped) {
        if (skipped.find("</") == std::string_view::npos) return;
        in_.fault("`</` and `<!--` would end the style sheet inside the page");
    }
    void comment() {
        in_.skip(2);
        check_embedded(in_.take_until("*/", "a comment"));
    }
    void string() {
        const char quote = in_.current();
        in_.skip(1);
        while (in_.current() != quote) {
            if (in_.done() || in_.current() == '\n')
                return in_.fault("a text in quotes without an end");
            if (in_.rest().starts_with("</")) {
                in_.fault("`</` and `<!--` would end the style sheet inside the page");
            }
            in_.skip(in_.current() == '\\' ? 2 : 1);
        }
        in_.skip(1);
    }
    void at_rule() {
        in_.skip(1);
        const std::string_view name = in_.take_name();
        const std::array<std::string_view, 2> fetching{"import", "namespace"};
        if (is_one_of(fetching, name)) {
            in_.fault(fmt::format("@{} is not allowed: nothing is fetched", name));
        }
    }
    void word() {
        const std::string_view name = in_.take_name();
        if (in_.current() != '(') return;
        in_.skip(1);
        const std::array<std::string_view, 5> fetching{"src", "image", "image-set",
                                                       "-webkit-image-set", "expression"};
        if (is_one_of(fetching, name) || name.ends_with("image-set")) {
            return in_.fault(fmt::format("{}() is not allowed: nothing is fetched", name));
        }
        if (!equal_ignoring_case(name, "url")) return;
        in_.skip_blanks();
        std::string_view target = in_.rest();
        if (target.starts_with("\"") || target.starts_with("'")) target.remove_prefix(1);
        if (!target.starts_with("data:image/") && !target.starts_with("data:font/") &&
            !target.starts_with("#")) {
            in_.fault(
                "url() holds what it shows (data:image/..., data:font/...): nothing is fetched");
        }
        if (target.data() == in_.rest().data()) {
            check_embedded(in_.take_until(")", "url("));
        }
    }

    ThemeReader in_;
};

}  // namespace

std::vector<ConfigFault> faults_of_style(std::string_view css, std::string_view file) {
    return StyleReader(css, file).read();
}

}  // namespace candor::tracker
