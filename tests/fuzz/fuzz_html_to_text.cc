// What html_to_text promises for any bytes: UTF-8 lines without blanks at their ends, at most one
// blank line in a row, and no more text than the input can account for.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "rewriter/plaintext.h"

namespace {

void require(bool rule) {
    if (!rule) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using candor::rewriter::html_to_text;
    const std::string_view html{reinterpret_cast<const char*>(bytes), size};
    const std::string text = html_to_text(html);
    require(text.size() <= 64 * size + 256);
    require(text == html_to_text(html));
    require(text.find('\r') == std::string::npos && text.find('\0') == std::string::npos);
    require(text.find(" \n") == std::string::npos);
    require(text.find("\n\n\n") == std::string::npos);
    require(text.empty() || (text.front() != '\n' && text.back() == '\n'));
    (void)candor::rewriter::is_stub_text(text, html);
    return 0;
}
