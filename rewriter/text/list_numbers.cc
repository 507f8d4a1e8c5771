#include "rewriter/text/list_numbers.h"

#include <array>
#include <utility>

#include "rewriter/bytes/ascii.h"

namespace candor::rewriter {
namespace {

constexpr int most_in_roman = 3999;

/// a ... z, aa, ab ...
std::string in_letters(int number) {
    constexpr int letters = 26;
    std::string text;
    for (; number > 0; number = (number - 1) / letters) {
        text.insert(text.begin(), static_cast<char>('a' + (number - 1) % letters));
    }
    return text;
}

std::string in_roman(int number) {
    constexpr std::array<std::pair<int, std::string_view>, 13> numerals{{{1000, "m"},
                                                                         {900, "cm"},
                                                                         {500, "d"},
                                                                         {400, "cd"},
                                                                         {100, "c"},
                                                                         {90, "xc"},
                                                                         {50, "l"},
                                                                         {40, "xl"},
                                                                         {10, "x"},
                                                                         {9, "ix"},
                                                                         {5, "v"},
                                                                         {4, "iv"},
                                                                         {1, "i"}}};
    std::string text;
    for (const auto& [value, numeral] : numerals) {
        for (; number >= value; number -= value) text += numeral;
    }
    return text;
}

std::string upper(std::string text) {
    for (char& c : text) c = static_cast<char>(c - 'a' + 'A');
    return text;
}

}  // namespace

Numbering numbering_of(std::string_view type) {
    if (type == "a") return Numbering::LowerLetters;
    if (type == "A") return Numbering::UpperLetters;
    if (type == "i") return Numbering::LowerRoman;
    if (type == "I") return Numbering::UpperRoman;
    return Numbering::Decimal;
}

std::string item_number(int number, Numbering numbering) {
    const bool letters = number > 0;
    const bool roman = number > 0 && number <= most_in_roman;
    switch (numbering) {
        case Numbering::Decimal: break;
        case Numbering::LowerLetters:
            if (letters) return in_letters(number);
            break;
        case Numbering::UpperLetters:
            if (letters) return upper(in_letters(number));
            break;
        case Numbering::LowerRoman:
            if (roman) return in_roman(number);
            break;
        case Numbering::UpperRoman:
            if (roman) return upper(in_roman(number));
            break;
    }
    return std::to_string(number);
}

std::optional<int> integer_in(std::string_view value) {
    constexpr std::size_t most_digits = 6;
    value = trim_blanks(value);
    const bool negative = value.starts_with('-');
    if (negative || value.starts_with('+')) value.remove_prefix(1);
    if (value.empty() || !is_ascii_digit(value.front())) return std::nullopt;
    int number = 0;
    for (const char c : value.substr(0, most_digits)) {
        if (!is_ascii_digit(c)) break;
        number = number * 10 + (c - '0');
    }
    return negative ? -number : number;
}

}  // namespace candor::rewriter
