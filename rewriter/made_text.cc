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

}  // namespace

Result<MadeText> made_text(std::string_view flowed, std::span<const Container> containers) {
    const std::string text = with_crlf_ends(flowed);
    std::string_view encoding = "7bit";
    auto content = encode(text, TransferEncoding::SevenBit);
    // Quoted-printable begins no line with two dashes.
    if (!content || holds_delimiter(*content, containers)) {
        encoding = "quoted-printable";
        content = encode(text, TransferEncoding::QuotedPrintable);
    }
    if (!content) return fail(content.error());
    MadeText made;
    made.header = "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=no\r\n";
    made.header.append("Content-Transfer-Encoding: ").append(encoding).append("\r\n");
    made.content = *std::move(content);
    return made;
}

}  // namespace candor::rewriter
