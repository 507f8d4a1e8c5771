// Rules that hold for any bytes: tokens in order and in range, neutralising twice is once, what is
// escaped reads back the same, a new URL is found again in the place of every link, and what is put
// at the beginning or the end is read as HTML.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/bytes/splice.h"
#include "rewriter/html/character_references.h"
#include "rewriter/html/css_urls.h"
#include "rewriter/html/footer_place.h"
#include "rewriter/html/html_tokens.h"
#include "rewriter/links/click_redirectors.h"
#include "rewriter/links/links.h"
#include "rewriter/tracking/personal_parameters.h"
#include "rewriter/tracking/pixels.h"
#include "tests/fuzz/require.h"

namespace {

using namespace candor::rewriter;

constexpr std::string_view new_url = "https://go.acme.example/c/T--b_9";

void check_tokens(std::string_view html) {
    HtmlTokenizer tokens{html};
    std::size_t done = 0;
    while (tokens.next()) {
        const HtmlToken& token = tokens.token();
        require(token.whole.begin >= done && token.whole.begin < token.whole.end, "token order");
        require(token.whole.end <= html.size(), "token range");
        require(token.content.begin <= token.content.end && token.content.end <= token.whole.end,
                "content range");
        std::size_t inside = token.name.end;
        for (const Attribute& attribute : tokens.attributes()) {
            require(attribute.name.begin >= inside && attribute.name.begin < attribute.name.end,
                    "attribute order");
            require(attribute.value.begin >= attribute.name.end, "value behind its name");
            require(attribute.value.begin <= attribute.value.end, "value range");
            inside = attribute.value.end;
        }
        require(inside <= token.whole.end, "attributes within their tag");
        done = token.whole.end;
    }
}

void check_tracking(std::string_view html) {
    const TrackingFound found = find_tracking(html, {});
    const std::string once = splice(html, found.replacements);
    require(find_tracking(once, {}).replacements.empty(), "neutralising twice is once");
    require(find_html_links(once).size() == find_html_links(html).size(), "links stay links");
}

AttributePlace place_of(const HtmlLink& link) {
    return link.conditional ? AttributePlace::Comment : AttributePlace::Tag;
}

void check_links(std::string_view html) {
    std::size_t done = 0;
    std::vector<Replacement> edits;
    for (const HtmlLink& link : find_html_links(html)) {
        require(link.value.begin >= done && link.value.end <= html.size(), "link order");
        require(link.text.size() <= 200, "link text");
        done = link.value.end;
        const std::string escaped = escape_attribute(link.decoded, link.quote, place_of(link));
        const bool readable = link.decoded.find('\0') == std::string::npos;
        if (readable && !link.decoded.empty()) {
            require(decode_character_references(escaped, ReferencePlace::Attribute) == link.decoded,
                    "what is escaped reads back");
        }
        edits.push_back({link.value, escape_attribute(new_url, link.quote, place_of(link))});
        const std::string cut = without_parameters(link.decoded, {});
        require(without_parameters(cut, {}) == cut, "cutting twice is once");
        (void)foreign_tracker(link.decoded, {});
    }
    const std::string rewritten = splice(html, edits);
    const std::vector<HtmlLink> again = find_html_links(rewritten);
    // A placeholder outside of `a` and `area` counts only as a placeholder.
    require(again.size() <= edits.size(), "no link comes into being");
    for (const HtmlLink& link : again) require(link.decoded == new_url, "the new URL is whole");
}

bool reads_the_same_to_all(std::string_view html) {
    HtmlTokenizer tokens{html};
    while (tokens.next()) {
    }
    return !tokens.ambiguous();
}

void check_place(std::string_view html, std::size_t place) {
    require(place <= html.size(), "place range");
    const std::string link = "<a href=\"" + std::string{new_url} + "\"></a>";
    const std::string with = splice(html, std::vector<Replacement>{{{place, place}, link}});
    if (!reads_the_same_to_all(with)) return;
    const std::vector<HtmlLink> links = find_html_links(with);
    const bool found = std::ranges::any_of(links, [](const HtmlLink& one) {
        return one.decoded == new_url && one.text.empty() && !one.conditional;
    });
    require(found, "what is put there is read as HTML");
    require(links.size() == find_html_links(html).size() + 1, "the other links stay");
}

void check_places(std::string_view html) {
    check_place(html, footer_place(html));
    if (const auto place = body_beginning(html)) check_place(html, *place);
}

void check_css(std::string_view css) {
    std::size_t done = 0;
    for (const CssUrl& url : find_css_urls(css)) {
        require(url.value.begin >= done && url.value.begin <= url.value.end, "CSS URL order");
        require(url.value.end <= css.size(), "CSS URL range");
        done = url.value.end;
    }
    for (const CssUrl& url : find_css_urls_in_attribute(css)) {
        require(url.value.begin <= url.value.end && url.value.end <= css.size(),
                "CSS URL range in an attribute");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view html{reinterpret_cast<const char*>(bytes), size};
    check_tokens(html);
    check_links(html);
    check_tracking(html);
    check_places(html);
    check_css(html);
    return 0;
}
