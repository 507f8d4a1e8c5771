// What html_to_text promises for any bytes: UTF-8 lines without blanks at their ends, at most one
// blank line in a row, and no more text than the input can account for.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "rewriter/mime/charset.h"
#include "rewriter/text/plaintext.h"
#include "rewriter/text/stub_text.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace candor::rewriter;
    const std::string_view html{reinterpret_cast<const char*>(bytes), size};
    const std::string text = html_to_text(html);
    require(text.size() <= 64 * size + 256, "no more text than the input accounts for");
    require(text == html_to_text(html), "same in, same out");
    require(is_utf8(text) || !is_utf8(html), "UTF-8 in, UTF-8 out");
    require(text.find('\r') == std::string::npos && text.find('\0') == std::string::npos,
            "no CR, no NUL");
    require(text.find(" \n") == std::string::npos, "no blank at a line end");
    require(text.find("\n\n\n") == std::string::npos, "one blank line in a row");
    require(text.empty() || (text.front() != '\n' && text.back() == '\n'), "first and last line");
    const std::string flowed = html_to_text(html, LineFormat::Flowed);
    require(flowed.find("\n\n\n") == std::string::npos, "one blank line in a row, flowed");
    (void)is_stub_text(text, what_html_says(html));
    return 0;
}
