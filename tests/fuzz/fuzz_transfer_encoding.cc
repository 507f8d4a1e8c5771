// Rules: decode undoes encode; a splice into quoted-printable decodes to the splice of the decoded
// text.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "rewriter/transfer_encoding.h"

using namespace candor::rewriter;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    for (const auto encoding : {TransferEncoding::QuotedPrintable, TransferEncoding::Base64}) {
        const auto encoded = encode(input, encoding);
        if (!encoded || decode(*encoded, encoding) != input) std::abort();
    }
    const std::string decoded = decode(input, TransferEncoding::QuotedPrintable);
    const std::size_t begin = decoded.size() / 3;
    const std::size_t end = decoded.size() / 2;
    const Replacement edits[] = {{{begin, end}, "https://go.acme.example/c/T =\r\n"},
                                 {{end, end}, decoded}};
    const std::string spliced = splice_quoted_printable(input, edits);
    if (decode(spliced, TransferEncoding::QuotedPrintable) != splice(decoded, edits)) std::abort();
    return 0;
}
