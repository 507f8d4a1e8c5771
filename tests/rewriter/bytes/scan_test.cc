// Every way to look for bytes finds the same place.
#include "rewriter/bytes/scan.h"

#include <doctest/doctest.h>

#include <memory>
#include <random>
#include <string>
#include <string_view>

using namespace candor::rewriter;

namespace {

template <class Set>
void check_all_ways(std::string_view text, std::size_t from) {
    const std::size_t expected = find_first_plain<Set>(text, from);
    CHECK(find_first<Set>(text, from) == expected);
    CHECK((find_first<Set, 16>(text, from) == expected));
}

void check_all_sets(std::string_view text) {
    for (std::size_t from = 0; from <= text.size(); from += 1 + from / 8) {
        check_all_ways<ByteSet<false, '<'>>(text, from);
        check_all_ways<ByteSet<true, '>'>>(text, from);
        check_all_ways<ByteSet<true, '/', '>', '='>>(text, from);
        check_all_ways<ByteSet<false, '&', '\r', '\0'>>(text, from);
        check_all_ways<ByteSet<true>>(text, from);
    }
}

}  // namespace

TEST_SUITE("rewriter/scan") {
    TEST_CASE("all ways agree on every length and alignment") {
        for (std::size_t length = 0; length <= 200; ++length) {
            for (std::size_t alignment = 0; alignment < 16; ++alignment) {
                // Exactly as long as the text: a look too far is seen by a sanitizer.
                const auto room = std::make_unique<char[]>(alignment + length);
                char* const begin = room.get() + alignment;
                std::fill(begin, begin + length, 'x');
                const std::string_view text{begin, length};
                check_all_ways<ByteSet<false, '<'>>(text, 0);
                if (length == 0) continue;
                for (const std::size_t at : {std::size_t{0}, length / 2, length - 1}) {
                    begin[at] = '<';
                    CHECK(find_byte<'<'>(text, 0) == at);
                    begin[at] = '\f';
                    check_all_ways<ByteSet<true, '<'>>(text, 0);
                    begin[at] = 'x';
                }
            }
        }
    }

    TEST_CASE("all ways agree on random bytes") {
        const std::uint32_t seed = std::random_device{}();
        CAPTURE(seed);
        std::mt19937 random{seed};
        const std::string_view likely = "<>=/&\"' \t\n\r\fabc\x01\x0B\x1F\x7F\x80\xA0\xFF";
        for (int round = 0; round < 400; ++round) {
            std::string text(random() % 201, '\0');
            const bool dense = round % 2 == 0;
            for (char& c : text) {
                c = dense ? likely[random() % likely.size()]
                          : static_cast<char>(random() % 8 == 0 ? random() : 'x');
            }
            check_all_sets(text);
        }
    }

    TEST_CASE("of white space just HTML's counts, and bytes over 0x7F are none") {
        for (int byte = 0; byte < 256; ++byte) {
            const char c = static_cast<char>(byte);
            CAPTURE(byte);
            const std::string text = std::string(37, 'x') + c + std::string(70, 'x');
            CHECK((find_first<ByteSet<true>>(text, 0) == 37) == is_html_blank(c));
            CHECK((find_first<ByteSet<true>, 16>(text, 0) == 37) == is_html_blank(c));
            check_all_sets(text);
        }
    }
}
