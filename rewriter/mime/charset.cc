// What a label means to readers and writers; the conversion itself is charset_reading's and
// iconv's.
#include "rewriter/mime/charset.h"

#include <fmt/format.h>
#include <glib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

#include "rewriter/bytes/ascii.h"
#include "rewriter/mime/charset_labels.h"
#include "rewriter/mime/charset_reading.h"
#include "rewriter/mime/iconv_converter.h"
#include "rewriter/mime/iso2022.h"
#include "rewriter/mime/iso2022_jp.h"

namespace candor::rewriter {
namespace {

/// Lower case, without blanks, quotes and what follows the first blank: labels are dirty.
std::string clean_label(std::string_view charset) {
    std::string label;
    for (const char c : charset) {
        if (c == '"' || c == '\'') continue;
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ';') {
            if (label.empty()) continue;
            break;
        }
        label += ascii_lower(c);
    }
    return label;
}

/// What iconv should read a label as: mail labelled with one charset is often written in another.
std::string iconv_name(const std::string& label) {
    const std::string_view meant = charset_meant_by(label);
    return meant.empty() ? label : std::string(meant);
}

bool is_iconv_name(const std::string& label) {
    // iconv reads "//" and "," in a name as options of its own.
    return !label.empty() && label.size() < 40 && std::ranges::all_of(label, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
               c == '.' || c == ':' || c == '+';
    });
}

bool is_known(const std::string& name) {
    return is_iconv_name(name) && IconvConverter("utf-8", name).valid();
}

/// Length of the well-formed UTF-8 character at the front, 0 when there is none.
std::size_t utf8_length(std::string_view bytes) {
    const gunichar c = g_utf8_get_char_validated(bytes.data(), static_cast<gssize>(bytes.size()));
    if (c == static_cast<gunichar>(-1) || c == static_cast<gunichar>(-2)) return 0;
    return static_cast<std::size_t>(g_unichar_to_utf8(c, nullptr));
}

/// UTF-8 made whole: each byte that is none becomes U+FFFD.
std::string mend_utf8(std::string_view bytes) {
    if (is_ascii(bytes) || is_utf8(bytes)) return std::string(bytes);
    std::string out;
    out.reserve(bytes.size());
    while (!bytes.empty()) {
        const std::size_t length = bytes.front() == '\0' ? 1 : utf8_length(bytes.substr(0, 4));
        if (length == 0) {
            out += replacement_character;
            bytes.remove_prefix(1);
        } else {
            out += bytes.substr(0, length);
            bytes.remove_prefix(length);
        }
    }
    return out;
}

bool means_utf8(std::string_view label) {
    return charset_meant_by(label) == "utf-8";
}

/// Whether the delimiters and letters of HTML are the bytes of ASCII under `label`; of one that
/// nobody knows that is assumed.
bool keeps_ascii(const std::string& label) {
    // iconv takes these two for ASCII as long as no `+` or `~` switches.
    if (label.starts_with("utf-7") || label.starts_with("unicode-1-1-utf-7") ||
        label.starts_with("hz")) {
        return false;
    }
    if (label.empty()) return true;
    if (const std::string_view meant = charset_meant_by(label); !meant.empty())
        return !meant.starts_with("utf-16");
    static constexpr std::string_view probe = "<a HREF='x:0?z&y=9;#'/>\"+-%\r\n";
    if (!is_iconv_name(label)) return true;
    IconvConverter converter("utf-8", label);
    std::string out;
    const auto give_up = [](std::string_view, std::string&) { return std::size_t{0}; };
    return !converter.valid() || (converter.run(probe, out, give_up) && out == probe);
}

}  // namespace

bool is_ascii(std::string_view bytes) {
    constexpr std::size_t block = 32;
    constexpr std::uint64_t high_bits = 0x8080808080808080U;
    for (; bytes.size() >= block; bytes.remove_prefix(block)) {
        std::array<std::uint64_t, block / sizeof(std::uint64_t)> words{};
        std::memcpy(words.data(), bytes.data(), block);
        if (((words[0] | words[1] | words[2] | words[3]) & high_bits) != 0) return false;
    }
    return std::ranges::all_of(bytes, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_utf8(std::string_view bytes) {
    return g_utf8_validate_len(bytes.data(), bytes.size(), nullptr) != FALSE;
}

bool is_ascii_compatible(std::string_view charset, std::string_view bytes) {
    const std::string label = clean_label(charset);
    if (!means_utf8(label)) {
        if (!keeps_ascii(label)) return false;
        if (is_iso2022_label(label)) return !has_iso2022_shifts(bytes);
        // The same switches under any other label mean the same to many programs.
        if (bytes.find("\x1B$") != std::string_view::npos) return false;
    }
    // Text has no NUL bytes; many of them are UTF-16, which some programs see whatever the label
    // says (WHATWG: a byte order mark wins).
    if (bytes.find('\0') == std::string_view::npos) return true;
    const auto nuls = static_cast<std::size_t>(std::ranges::count(bytes, '\0'));
    return nuls * 100 <= bytes.size();
}

std::optional<std::string> markup_shadow(std::string_view charset, std::string_view bytes) {
    const std::string label = clean_label(charset);
    if (!is_iso2022_label(label)) return std::nullopt;
    // Of a label that nobody knows each program makes what it likes.
    if (!is_known(iconv_name(label))) return std::nullopt;
    return iso2022_shadow(bytes);
}

bool is_editable(std::string_view charset, std::string_view bytes) {
    return is_ascii_compatible(charset, bytes) || markup_shadow(charset, bytes).has_value();
}

bool is_utf8_label(std::string_view charset) {
    return means_utf8(clean_label(charset));
}

bool has_two_byte_characters(std::string_view charset) {
    return is_two_byte_charset(iconv_name(clean_label(charset)));
}

bool reads_as_utf8(std::string_view charset, std::string_view bytes) {
    const std::string label = clean_label(charset);
    if (means_utf8(label)) return true;
    if (is_ascii(bytes)) return !is_iso2022_label(label) || !has_iso2022_shifts(bytes);
    const bool ascii = label == "us-ascii" || label == "ascii";
    return (ascii || !is_known(iconv_name(label))) && is_utf8(bytes);
}

std::string to_utf8(std::string_view bytes, std::string_view charset) {
    if (is_ascii_compatible(charset, bytes) && reads_as_utf8(charset, bytes)) {
        return mend_utf8(bytes);
    }
    const std::string label = clean_label(charset);
    if (is_iso2022_jp_label(label)) {
        if (auto read = iso2022_jp_to_utf8(bytes)) return *std::move(read);
    }
    const std::string name = iconv_name(label);
    std::string out;
    if (is_iconv_name(name) && read_charset(bytes, name, out)) return out;
    if (read_charset(bytes, "windows-1252", out)) return out;
    return mend_utf8(bytes);
}

std::optional<std::string> from_utf8(std::string_view text, std::string_view charset) {
    const std::string label = clean_label(charset);
    if (means_utf8(label)) return std::string(text);
    if (is_ascii(text) && is_ascii_compatible(charset, text)) return std::string(text);
    // The label as it is written, not as it is read: a client must find what the label says.
    // Nothing is ever written that could not be edited a second time.
    if (label == "us-ascii" || label == "ascii" || !keeps_ascii(label) || !is_iconv_name(label))
        return std::nullopt;
    IconvConverter converter(label, "utf-8");
    std::string out;
    if (!converter.valid() ||
        !converter.run(text, out, [](std::string_view, std::string&) { return std::size_t{0}; })) {
        return std::nullopt;
    }
    if (!is_editable(charset, out)) return std::nullopt;
    return out;
}

std::string to_ascii(std::string_view utf8) {
    const std::string whole = mend_utf8(utf8);
    gchar* const made = g_str_to_ascii(whole.c_str(), "C");
    std::string out(made);
    g_free(made);
    return out;
}

std::string to_ascii_html(std::string_view utf8) {
    std::string out;
    out.reserve(utf8.size());
    while (!utf8.empty()) {
        const std::size_t length = utf8.front() == '\0' ? 1 : utf8_length(utf8.substr(0, 4));
        if (length > 1) {
            const gunichar c = g_utf8_get_char(utf8.data());
            out += fmt::format("&#{};", c);
        } else {
            out += length == 1 ? utf8.front() : '?';
        }
        utf8.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return out;
}

}  // namespace candor::rewriter
