#include "rewriter/made_text.h"

#include <algorithm>

#include "rewriter/mime/transfer_encoding.h"
#include "rewriter/part_edits.h"

namespace candor::rewriter {
namespace {

bool holds_delimiter(std::string_view text, std::span<const Container> containers) {
    return std::ranges::any_of(containers, [text](const Container& container) {
        const std::string delimiter = "--" + container.boundary;
        return text.starts_with(delimiter) || text.find('\n' + delimiter) != text.npos;
    });
}

std::string_view name_of(TransferEncoding encoding) {
    switch (encoding) {
        case TransferEncoding::SevenBit: return "7bit";
        case TransferEncoding::QuotedPrintable: return "quoted-printable";
        default: return "base64";
    }
}

}  // namespace

Result<MadeText> made_text(std::string_view flowed, std::span<const Container> containers) {
    const std::string text = with_crlf_ends(flowed);
    TransferEncoding encoding = TransferEncoding::SevenBit;
    if (holds_delimiter(text, containers)) encoding = TransferEncoding::Base64;
    auto content = encode(text, encoding);
    if (!content) {
        encoding = TransferEncoding::QuotedPrintable;
        content = encode(text, encoding);
    }
    if (!content) return fail(content.error());
    MadeText made;
    made.header = "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=no\r\n";
    made.header.append("Content-Transfer-Encoding: ").append(name_of(encoding)).append("\r\n");
    made.content = *std::move(content);
    return made;
}

}  // namespace candor::rewriter
