// Rules: decode undoes encode; a splice into encoded text decodes to the splice of the decoded
// text; no line is newly over 76 characters; an empty splice changes no byte.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/mime/transfer_encoding.h"
#include "tests/fuzz/require.h"

using namespace candor::rewriter;

namespace {

std::size_t longest_line(std::string_view text) {
    std::size_t longest = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::size_t cr = end > 0 && text[end - 1] == '\r' ? 1 : 0;
        longest = std::max(longest, end - cr);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return longest;
}

/// Three replacements wherever the size says: one in the midst, one of nothing, one at the end.
std::vector<Replacement> edits_of(std::string_view decoded) {
    const std::size_t begin = decoded.size() / 3;
    const std::size_t end = decoded.size() / 2;
    return {{{begin, end}, "https://go.acme.example/c/T =\r\n"},
            {{end, end}, std::string{decoded.substr(0, begin)}},
            {{decoded.size(), decoded.size()}, "\xC3\xA9."}};
}

void check_quoted_printable(std::string_view input) {
    const auto [decoded, marks] = decode_quoted_printable(input);
    const auto edits = edits_of(decoded);
    const std::string spliced = splice_quoted_printable(input, edits);
    require(decode_quoted_printable(spliced).bytes == splice(decoded, edits),
            "QP: splice of decoded");
    require(splice_quoted_printable(input, edits, marks) == spliced, "QP: marks change nothing");
    // A line that was too long may get the `=` of a soft break on top, or a character in front that
    // keeps `From ` from beginning it.
    require(longest_line(spliced) <= std::max<std::size_t>(76, longest_line(input) + 3),
            "QP: no line newly over 76");
    require(splice_quoted_printable(input, {}) == input, "QP: nothing changes nothing");
}

void check_base64(std::string_view input) {
    if (!is_clean_base64(input)) return;
    const std::string decoded = decode_base64(input);
    const auto edits = edits_of(decoded);
    const std::string spliced = splice_base64(input, edits);
    require(decode_base64(spliced) == splice(decoded, edits), "base64: splice of decoded");
    // Blanks within lines stay, and count.
    const bool neat = input.find_first_of(" \t\r") == std::string_view::npos;
    if (neat || input == encode_base64(decoded)) {
        require(longest_line(spliced) <= std::max<std::size_t>(76, longest_line(input)),
                "base64: no line newly over 76");
    }
    require(splice_base64(input, {}) == input, "base64: nothing changes nothing");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    for (const auto encoding : {TransferEncoding::QuotedPrintable, TransferEncoding::Base64}) {
        const auto encoded = encode(input, encoding);
        require(encoded && decode(*encoded, encoding) == input, "decode undoes encode");
    }
    check_quoted_printable(input);
    check_base64(input);
    check_base64(encode_base64(input));
    return 0;
}
