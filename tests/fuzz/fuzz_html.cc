// Rules that hold for any bytes: tokens in order and in range, an empty edit changes nothing,
// neutralising twice is once, what is escaped reads back the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "rewriter/character_references.h"
#include "rewriter/click_redirectors.h"
#include "rewriter/html_tokens.h"
#include "rewriter/links.h"
#include "rewriter/pixels.h"
#include "rewriter/splice.h"

namespace {

using namespace candor::rewriter;

void require(bool rule) {
    if (!rule) std::abort();
}

void check_tokens(std::string_view html) {
    HtmlTokenizer tokens{html};
    std::size_t done = 0;
    while (tokens.next()) {
        const HtmlToken& token = tokens.token();
        require(token.whole.begin >= done && token.whole.begin < token.whole.end);
        require(token.whole.end <= html.size());
        require(token.content.begin <= token.content.end && token.content.end <= token.whole.end);
        std::size_t inside = token.name.end;
        for (const Attribute& attribute : tokens.attributes()) {
            require(attribute.name.begin >= inside && attribute.name.begin < attribute.name.end);
            require(attribute.value.begin >= attribute.name.end);
            require(attribute.value.begin <= attribute.value.end);
            inside = attribute.value.end;
        }
        require(inside <= token.whole.end);
        done = token.whole.end;
    }
    require(splice(html, {}) == html);
}

void check_tracking(std::string_view html) {
    const TrackingFound found = find_tracking(html, {});
    const std::string once = splice(html, found.replacements);
    require(find_tracking(once, {}).replacements.empty());
    require(find_html_links(once).size() == find_html_links(html).size());
}

void check_links(std::string_view html) {
    std::size_t done = 0;
    for (const HtmlLink& link : find_html_links(html)) {
        require(link.value.begin >= done && link.value.end <= html.size());
        require(link.text.size() <= 200);
        done = link.value.end;
        const std::string escaped = escape_attribute(link.decoded, link.quote);
        const bool readable = link.decoded.find('\0') == std::string::npos;
        if (readable && !link.decoded.empty()) {
            require(decode_character_references(escaped, ReferencePlace::Attribute) ==
                    link.decoded);
        }
        const std::string cut = without_personal_parameters(link.decoded);
        require(without_personal_parameters(cut) == cut);
        (void)foreign_tracker(link.decoded, {});
    }
    done = 0;
    for (const TextLink& link : find_text_links(html)) {
        require(link.value.begin >= done && link.value.begin < link.value.end);
        require(link.value.end <= html.size());
        done = link.value.end;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view html{reinterpret_cast<const char*>(bytes), size};
    check_tokens(html);
    check_links(html);
    check_tracking(html);
    return 0;
}
