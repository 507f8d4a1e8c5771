// Quoted-printable and base64 as RFC 2045 has them, read as leniently as mail programs do.
// The splice into quoted-printable keeps every encoded byte that no replacement names.
#include "rewriter/transfer_encoding.h"

#include <algorithm>
#include <array>
#include <vector>

namespace candor::rewriter {
namespace {

constexpr std::size_t max_qp_line = 76;
constexpr std::size_t max_line = 998;  // RFC 5322, section 2.1.1, without the line end
constexpr std::string_view upper_hex = "0123456789ABCDEF";
constexpr std::string_view base64_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

/// Length of the soft line break at `at` (an `=`), blanks before its line end included; 0 if none.
std::size_t soft_break(std::string_view encoded, std::size_t at) {
    std::size_t end = at + 1;
    while (end < encoded.size() && is_blank(encoded[end])) ++end;
    if (end == encoded.size()) return end - at;  // `=` as the last byte says: no line end here
    if (encoded[end] == '\n') return end + 1 - at;
    if (encoded[end] == '\r' && end + 1 < encoded.size() && encoded[end + 1] == '\n') {
        return end + 2 - at;
    }
    return 0;
}

/// Calls on_run(bytes, encoded begin) for stretches that stand for themselves and
/// on_escape(byte, encoded begin) for each `=XX`.
template <class OnRun, class OnEscape>
void read_quoted_printable(std::string_view encoded, OnRun on_run, OnEscape on_escape) {
    std::size_t at = 0;
    while (at < encoded.size()) {
        const std::size_t equals = std::min(encoded.find('=', at), encoded.size());
        if (equals > at) on_run(encoded.substr(at, equals - at), at);
        at = equals;
        if (at == encoded.size()) return;
        const int high = at + 2 < encoded.size() ? hex_value(encoded[at + 1]) : -1;
        const int low = at + 2 < encoded.size() ? hex_value(encoded[at + 2]) : -1;
        if (high >= 0 && low >= 0) {
            on_escape(static_cast<char>(high * 16 + low), at);
            at += 3;
        } else if (const std::size_t length = soft_break(encoded, at); length > 0) {
            at += length;
        } else {
            on_run(encoded.substr(at, 1), at);
            ++at;
        }
    }
}

constexpr std::array<std::int8_t, 256> base64_values = [] {
    std::array<std::int8_t, 256> values{};
    values.fill(-1);
    for (std::size_t i = 0; i < base64_alphabet.size(); ++i) {
        values.at(static_cast<unsigned char>(base64_alphabet[i])) = static_cast<std::int8_t>(i);
    }
    return values;
}();

std::string decode_base64(std::string_view encoded) {
    std::string out;
    out.reserve(encoded.size() / 4 * 3);
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : encoded) {
        if (c == '=') {  // the rest of a group; what follows starts a new one
            bits = 0;
            count = 0;
            continue;
        }
        const std::int8_t value = base64_values.at(static_cast<unsigned char>(c));
        if (value < 0) continue;
        bits = (bits << 6) | static_cast<std::uint32_t>(value);
        if (++count == 1) continue;
        // After the 2nd, 3rd and 4th character of a group one more byte is complete.
        const int spare = count == 2 ? 4 : count == 3 ? 2 : 0;
        out += static_cast<char>((bits >> spare) & 0xFFU);
        if (count == 4) {
            bits = 0;
            count = 0;
        }
    }
    return out;
}

std::string encode_base64(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() / 3 * 4 + bytes.size() / 28 + 8);
    std::size_t column = 0;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::size_t left = std::min<std::size_t>(3, bytes.size() - at);
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            group = (group << 8) | (i < left ? static_cast<unsigned char>(bytes[at + i]) : 0U);
        }
        for (std::size_t i = 0; i < 4; ++i) {
            out += i <= left ? base64_alphabet[(group >> (18 - 6 * i)) & 0x3FU] : '=';
        }
        column += 4;
        if (column == max_qp_line && at + 3 < bytes.size()) {
            out += "\r\n";
            column = 0;
        }
    }
    if (!out.empty()) out += "\r\n";
    return out;
}

/// Appends `text` to `out` as quoted-printable, `column` bytes into a line. A CRLF is a line end;
/// any other CR or LF, and a blank before a line end or at the end of `text`, is written as `=XX`.
void append_quoted_printable(std::string& out, std::size_t& column, std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        const std::string_view rest = text.substr(at + 1);
        if (c == '\r' && rest.starts_with('\n')) {
            out += "\r\n";
            column = 0;
            ++at;
            continue;
        }
        const bool at_end = rest.empty() || rest.starts_with("\r\n");
        const bool plain = (c > ' ' && c <= '~' && c != '=') || (is_blank(c) && !at_end);
        const std::size_t width = plain ? 1 : 3;
        // The last column belongs to the `=` of a soft break, unless the line ends here anyway.
        if (column + width > max_qp_line - (at_end && !rest.empty() ? 0U : 1U)) {
            out += "=\r\n";
            column = 0;
        }
        if (plain) {
            // An MTA or mbox writer may take these two for its own at the start of a line.
            const bool dot = column == 0 && c == '.' && at_end;
            const bool from = column == 0 && c == 'F' && rest.starts_with("rom ");
            if (dot || from) {
                out += dot ? "=2E" : "=46";
                column += 3;
                continue;
            }
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += '=';
            out += upper_hex[byte >> 4U];
            out += upper_hex[byte & 15U];
        }
        column += width;
    }
}

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
        if (inside || c == ' ' || c == '\t' || c == '\r' || c == '\n') {
            continue;
        }
        word += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
    if (word == "7bit" || word.empty()) return TransferEncoding::SevenBit;
    if (word == "8bit") return TransferEncoding::EightBit;
    if (word == "binary") return TransferEncoding::Binary;
    if (word == "quoted-printable") return TransferEncoding::QuotedPrintable;
    if (word == "base64") return TransferEncoding::Base64;
    return TransferEncoding::Unknown;
}

std::string decode(std::string_view encoded, TransferEncoding encoding) {
    switch (encoding) {
        case TransferEncoding::QuotedPrintable: {
            std::string out;
            out.reserve(encoded.size());
            read_quoted_printable(
                encoded, [&](std::string_view run, std::size_t) { out += run; },
                [&](char c, std::size_t) { out += c; });
            return out;
        }
        case TransferEncoding::Base64: return decode_base64(encoded);
        case TransferEncoding::SevenBit:
        case TransferEncoding::EightBit:
        case TransferEncoding::Binary:
        case TransferEncoding::Unknown: return std::string(encoded);
    }
    return std::string(encoded);
}

Result<std::string> encode(std::string_view text, TransferEncoding encoding) {
    switch (encoding) {
        case TransferEncoding::QuotedPrintable: {
            std::string out;
            out.reserve(text.size() + text.size() / 8);
            std::size_t column = 0;
            append_quoted_printable(out, column, text);
            return out;
        }
        case TransferEncoding::Base64: return encode_base64(text);
        case TransferEncoding::SevenBit: return encode_lines(text, false);
        case TransferEncoding::EightBit: return encode_lines(text, true);
        case TransferEncoding::Binary: return std::string(text);
        case TransferEncoding::Unknown: break;
    }
    return fail(Fault::Malformed, "an unknown transfer encoding");
}

bool is_clean_base64(std::string_view encoded) {
    std::size_t digits = 0;
    bool padded = false;
    for (const char c : encoded) {
        if (c == '\r' || c == '\n' || is_blank(c)) continue;
        if (c == '=') {
            padded = true;
        } else if (padded || base64_values.at(static_cast<unsigned char>(c)) < 0) {
            return false;
        } else {
            ++digits;
        }
    }
    return digits % 4 != 1;
}

std::string splice_quoted_printable(std::string_view encoded,
                                    std::span<const Replacement> replacements) {
    // Where the encoded bytes of each edge of a replacement lie, found in one pass.
    std::vector<Span> cuts(replacements.size());
    std::size_t decoded = 0;       // decoded bytes read so far
    std::size_t previous_end = 0;  // end of the encoded byte before `decoded`
    std::size_t first = 0;         // first replacement whose begin is not yet known
    std::size_t open = 0;          // first replacement whose end is not yet known
    // `count` decoded bytes follow, the first of them encoded at `begin`, the others right behind.
    const auto reach = [&](std::size_t begin, std::size_t count) {
        while (first < cuts.size() && replacements[first].where.begin < decoded + count) {
            const std::size_t ahead = replacements[first].where.begin - decoded;
            cuts[first++].begin = ahead == 0 ? previous_end : begin + ahead;
        }
        while (open < cuts.size() && replacements[open].where.end < decoded + count) {
            cuts[open].end = begin + (replacements[open].where.end - decoded);
            ++open;
        }
        decoded += count;
    };
    read_quoted_printable(
        encoded,
        [&](std::string_view run, std::size_t begin) {
            reach(begin, run.size());
            previous_end = begin + run.size();
        },
        [&](char, std::size_t begin) {
            reach(begin, 1);
            previous_end = begin + 3;
        });
    reach(encoded.size(), 1);  // the edges at the very end

    std::string out;
    out.reserve(encoded.size() + 128 * replacements.size());
    std::size_t at = 0;
    for (std::size_t i = 0; i < replacements.size(); ++i) {
        // Two replacements that touch share an edge; the soft breaks there are already gone.
        if (cuts[i].begin > at) out += encoded.substr(at, cuts[i].begin - at);
        const std::size_t line = out.rfind('\n');
        std::size_t column = line == std::string::npos ? out.size() : out.size() - line - 1;
        append_quoted_printable(out, column, replacements[i].with);
        at = std::max(at, cuts[i].end);
        const std::string_view near = encoded.substr(at, max_qp_line + 2);
        const std::size_t rest = std::min(near.find("\r\n"), near.size());
        if (column > 0 && rest > 0 && column + rest > max_qp_line) out += "=\r\n";
    }
    out += encoded.substr(at);
    return out;
}

}  // namespace candor::rewriter
