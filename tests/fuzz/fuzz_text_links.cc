// Rules for URLs in any text: in order, in range, and a new URL in the place of one is found again,
// whole and with nothing of the text around it.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/bytes/ascii.h"
#include "rewriter/bytes/splice.h"
#include "rewriter/links/links.h"
#include "tests/fuzz/require.h"

namespace {

using namespace candor::rewriter;

constexpr std::string_view new_url = "https://go.acme.example/c/Tb_9";

void check(std::string_view text, SoftBreaks soft_breaks) {
    std::size_t done = 0;
    std::vector<Replacement> edits;
    for (const TextLink& link : find_text_links(text, soft_breaks)) {
        require(link.value.begin >= done && link.value.begin < link.value.end, "link order");
        require(link.value.end <= text.size(), "link range");
        require(link.label.size() <= 200, "label size");
        require(link.url.find_first_of("\r\n") == std::string::npos, "a URL is one line");
        done = link.value.end;
        // A placeholder ends with its word, a URL where its sentence goes on.
        const bool placeholder = ascii_lowered(link.url).starts_with("candor:");
        if (!link.ambiguous_end && !placeholder) {
            edits.push_back({link.value, std::string{new_url}});
        }
    }
    // In `<...>` a URL goes on over line ends; where those go, what follows stands elsewhere.
    if (text.find('<') != std::string_view::npos) return;
    const std::string rewritten = splice(text, edits);
    std::size_t found = 0;
    for (const TextLink& link : find_text_links(rewritten, soft_breaks)) {
        if (link.url == new_url) ++found;
    }
    require(found >= edits.size(), "every new URL is found again");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(bytes), size};
    check(text, SoftBreaks::Blank);
    check(text, SoftBreaks::Nothing);
    return 0;
}
