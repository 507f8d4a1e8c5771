// Codes of the URL dictionary, both ways. What is written may choose its codes better one day; what
// a code means is frozen.
#include "policy/url_dictionary.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <vector>

#include "embedded/url_dictionary.h"

namespace candor::policy {
namespace {

constexpr std::size_t first_code = 0x80;

/// Views into the embedded file.
struct Dictionary {
    std::array<std::string_view, 128> texts;  ///< by code - first_code
    /// By first character, its codes in the order of their texts' length, longest first.
    std::array<std::vector<std::uint8_t>, 128> codes;
};

Dictionary read(std::string_view file) {
    Dictionary dictionary;
    while (!file.empty()) {
        const std::string_view line = file.substr(0, file.find('\n'));
        file.remove_prefix(std::min(line.size() + 1, file.size()));
        if (line.empty() || line.front() == '#') continue;
        std::uint8_t code = 0;
        std::from_chars(line.data(), line.data() + 2, code, 16);
        const std::string_view text = line.substr(3);
        dictionary.texts.at(code - first_code) = text;
        dictionary.codes.at(static_cast<unsigned char>(text.front())).push_back(code);
    }
    for (auto& codes : dictionary.codes) {
        std::ranges::sort(codes, std::ranges::greater{}, [&](std::uint8_t code) {
            return dictionary.texts.at(code - first_code).size();
        });
    }
    return dictionary;
}

const Dictionary& dictionary() {
    static const Dictionary table = read(embedded::url_dictionary.front().second);
    return table;
}

}  // namespace

std::string shortened_url(std::string_view url) {
    const Dictionary& table = dictionary();
    std::string out;
    out.reserve(url.size());
    while (!url.empty()) {
        const auto first = static_cast<unsigned char>(url.front());
        char next = url.front();
        std::size_t taken = 1;
        if (first < first_code) {
            for (const std::uint8_t code : table.codes[first]) {
                const std::string_view text = table.texts[code - first_code];
                if (!url.starts_with(text)) continue;
                next = static_cast<char>(code);
                taken = text.size();
                break;
            }
        }
        out.push_back(next);
        url.remove_prefix(taken);
    }
    return out;
}

std::string restored_url(std::string_view shortened) {
    const Dictionary& table = dictionary();
    std::string url;
    url.reserve(3 * shortened.size());
    for (const char c : shortened) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < first_code) {
            url.push_back(c);
        } else {
            url += table.texts[byte - first_code];
        }
    }
    return url;
}

}  // namespace candor::policy
