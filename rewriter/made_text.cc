#include "rewriter/made_text.h"

#include "rewriter/mime/transfer_encoding.h"
#include "rewriter/part_edits.h"

namespace candor::rewriter {

Result<MadeText> made_text(std::string_view flowed) {
    const std::string text = with_crlf_ends(flowed);
    MadeText made;
    made.header = "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=no\r\n";
    if (auto plain = encode(text, TransferEncoding::SevenBit)) {
        made.header += "Content-Transfer-Encoding: 7bit\r\n";
        made.content = std::move(*plain);
        return made;
    }
    auto encoded = encode(text, TransferEncoding::QuotedPrintable);
    if (!encoded) return fail(encoded.error());
    made.header += "Content-Transfer-Encoding: quoted-printable\r\n";
    made.content = std::move(*encoded);
    return made;
}

}  // namespace candor::rewriter
