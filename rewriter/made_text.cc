#include "rewriter/made_text.h"

#include <algorithm>
#include <array>

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

struct Encoding {
    TransferEncoding encoding;
    std::string_view name;
};
constexpr std::array<Encoding, 3> encodings = {
    {{TransferEncoding::SevenBit, "7bit"},
     {TransferEncoding::QuotedPrintable, "quoted-printable"},
     {TransferEncoding::Base64, "base64"}}};

}  // namespace

Result<MadeText> made_text(std::string_view flowed, std::span<const Container> containers) {
    const std::string text = with_crlf_ends(flowed);
    for (const auto& [encoding, name] : encodings) {
        auto content = encode(text, encoding);
        if (!content || holds_delimiter(*content, containers)) continue;
        MadeText made;
        made.header = "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=no\r\n";
        made.header.append("Content-Transfer-Encoding: ").append(name).append("\r\n");
        made.content = *std::move(content);
        return made;
    }
    return fail(Fault::Malformed, "text that no transfer encoding can say");
}

}  // namespace candor::rewriter
