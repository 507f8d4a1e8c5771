// Names and rules of the encodings; quoted-printable and base64 have files of their own.
#include "rewriter/mime/transfer_encoding.h"

#include "rewriter/bytes/ascii.h"

namespace candor::rewriter {
namespace {

constexpr std::size_t max_line = 998;  // RFC 5322, section 2.1.1, without the line end

Result<std::string> encode_lines(std::string_view text, bool eight_bit) {
    std::size_t line = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text.substr(at).starts_with("\r\n")) {
            line = 0;
            ++at;
            continue;
        }
        const char c = text[at];
        if (c == '\r' || c == '\n')
            return fail(Fault::Malformed, "a bare CR or LF in 7bit or 8bit text");
        if (!eight_bit && static_cast<unsigned char>(c) >= 0x80) {
            return fail(Fault::Malformed, "an 8-bit byte in 7bit text");
        }
        if (++line > max_line) return fail(Fault::Malformed, "a line over 998 octets");
    }
    return std::string(text);
}

}  // namespace

TransferEncoding transfer_encoding_from(std::string_view header_value) {
    std::string word;
    int depth = 0;  // of comments in parentheses
    for (const char c : header_value) {
        if (c == '(') ++depth;
        const bool inside = depth > 0;
        if (c == ')' && depth > 0) --depth;
        if (inside || c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '"' || c == '\'') {
            continue;
        }
        word += ascii_lower(c);
    }
    if (word.size() > 1 && word.ends_with(';')) word.pop_back();
    // The standard names come first; the others stand in real mail.
    if (word == "7bit" || word.empty() || word == "7-bit" || word == "7bits")
        return TransferEncoding::SevenBit;
    if (word == "8bit" || word == "8-bit" || word == "8bits") return TransferEncoding::EightBit;
    if (word == "binary") return TransferEncoding::Binary;
    if (word == "quoted-printable") return TransferEncoding::QuotedPrintable;
    if (word == "base64") return TransferEncoding::Base64;
    return TransferEncoding::Unknown;
}

std::string decode(std::string_view encoded, TransferEncoding encoding) {
    switch (encoding) {
        case TransferEncoding::QuotedPrintable: return decode_quoted_printable(encoded).bytes;
        case TransferEncoding::Base64: return decode_base64(encoded);
        case TransferEncoding::SevenBit:
        case TransferEncoding::EightBit:
        case TransferEncoding::Binary:
        case TransferEncoding::Unknown: return std::string(encoded);
    }
    return std::string(encoded);
}

DecodedText decode_marked(std::string_view encoded, TransferEncoding encoding) {
    if (encoding == TransferEncoding::QuotedPrintable) return decode_quoted_printable(encoded);
    return {decode(encoded, encoding), {}};
}

Result<std::string> encode(std::string_view text, TransferEncoding encoding) {
    switch (encoding) {
        case TransferEncoding::QuotedPrintable: return encode_quoted_printable(text);
        case TransferEncoding::Base64: return encode_base64(text);
        case TransferEncoding::SevenBit: return encode_lines(text, false);
        case TransferEncoding::EightBit: return encode_lines(text, true);
        case TransferEncoding::Binary: return std::string(text);
        case TransferEncoding::Unknown: break;
    }
    return fail(Fault::Malformed, "an unknown transfer encoding");
}

}  // namespace candor::rewriter
