// Codes of the URL dictionary, both ways. What is written may choose its codes better one day; what
// a code means is frozen.
#include "policy/tokens/url_dictionary.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "embedded/url_dictionary.h"

namespace candor::policy {
namespace {

constexpr std::size_t first_code = 0x80;

/// Views into the embedded file. Every text has two characters or more.
struct Dictionary {
    std::array<std::string_view, 128> texts;  ///< by code - first_code
    /// Codes in the order of their texts' first two characters, then of their length, longest
    /// first.
    std::array<std::uint8_t, 128> codes{};
    /// By pair_of(): the place in `codes` behind which those that begin with the pair stand, from
    /// 1; 0 = none.
    std::array<std::uint8_t, std::size_t{1} << 14U> begins{};
};

std::size_t pair_of(std::string_view text) {
    return static_cast<std::size_t>(static_cast<unsigned char>(text[0]) << 7 |
                                    static_cast<unsigned char>(text[1]));
}

Dictionary read(std::string_view file) {
    Dictionary table;
    while (!file.empty()) {
        const std::string_view line = file.substr(0, file.find('\n'));
        file.remove_prefix(std::min(line.size() + 1, file.size()));
        if (line.empty() || line.front() == '#') continue;
        std::uint8_t code = 0;
        std::from_chars(line.data(), line.data() + 2, code, 16);
        table.texts.at(code - first_code) = line.substr(3);
    }
    for (std::size_t i = 0; i < table.codes.size(); ++i) {
        table.codes[i] = static_cast<std::uint8_t>(first_code + i);
    }
    std::ranges::sort(table.codes, [&](std::uint8_t a, std::uint8_t b) {
        const std::string_view left = table.texts.at(a - first_code);
        const std::string_view right = table.texts.at(b - first_code);
        const std::size_t pair = pair_of(left), other = pair_of(right);
        return pair != other ? pair < other : left.size() > right.size();
    });
    for (std::size_t i = table.codes.size(); i-- > 0;) {
        const std::size_t pair = pair_of(table.texts.at(table.codes[i] - first_code));
        table.begins.at(pair) = static_cast<std::uint8_t>(i + 1);
    }
    return table;
}

const Dictionary& dictionary() {
    static const Dictionary table = read(embedded::url_dictionary.front().second);
    return table;
}

/// The code of the longest text that `url` begins with, among those that begin with `pair` and
/// stand in `codes` from `begin` on; 0 when there is none.
std::uint8_t code_for(const Dictionary& table, std::string_view url, std::size_t pair,
                      std::size_t begin) {
    if (((url[0] | url[1]) & 0x80) != 0) return 0;
    for (std::size_t i = begin; i < table.codes.size(); ++i) {
        const std::string_view text = table.texts[table.codes[i] - first_code];
        if (pair_of(text) != pair) return 0;
        if (text.size() == 2) return table.codes[i];
        if (url.size() >= text.size() && url[2] == text[2] && url.starts_with(text)) {
            return table.codes[i];
        }
    }
    return 0;
}

}  // namespace

std::string shortened_url(std::string_view url) {
    const Dictionary& table = dictionary();
    std::string out(url.size(), '\0');
    char* next = out.data();
    const auto low_bits = [url](std::size_t at) {
        return static_cast<std::size_t>(url[at] & 0x7F);
    };
    std::size_t at = 0;
    std::size_t pair = url.empty() ? 0 : low_bits(0);
    while (at + 1 < url.size()) {
        pair = (pair << 7U | low_bits(at + 1)) % table.begins.size();
        const std::size_t begin = table.begins[pair];
        const std::uint8_t code = begin == 0 ? 0 : code_for(table, url.substr(at), pair, begin - 1);
        if (code == 0) {  // as nearly always: few pairs of characters begin a text
            *next++ = url[at++];
            continue;
        }
        *next++ = static_cast<char>(code);
        at += table.texts[code - first_code].size();
        if (at < url.size()) pair = low_bits(at);
    }
    if (at < url.size()) *next++ = url[at];
    out.resize(static_cast<std::size_t>(next - out.data()));
    return out;
}

std::string restored_url(std::string_view shortened) {
    const Dictionary& table = dictionary();
    std::size_t size = shortened.size();
    for (const char c : shortened) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= first_code) size += table.texts[byte - first_code].size() - 1;
    }
    std::string url(size, '\0');
    char* next = url.data();
    for (const char c : shortened) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < first_code) {
            *next++ = c;
        } else {
            next = std::ranges::copy(table.texts[byte - first_code], next).out;
        }
    }
    return url;
}

}  // namespace candor::policy
