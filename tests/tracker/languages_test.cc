// The files of tracker/languages against each other, and the header that chooses among them.
#include "tracker/languages.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <vector>

namespace candor::tracker {
namespace {

/// `{days}` and its kind, in the order of the alphabet.
std::multiset<std::string> placeholders(const std::string& text) {
    std::multiset<std::string> found;
    for (std::size_t at = text.find('{'); at != std::string::npos; at = text.find('{', at + 1)) {
        found.insert(text.substr(at, text.find('}', at) - at + 1));
    }
    return found;
}

std::string tag_for(std::string_view accept_language) {
    return preferred_language(accept_language).tag;
}

TEST_SUITE_BEGIN("tracker/languages");

TEST_CASE("the pages speak the languages in which people opt out by a reply") {
    std::set<std::string> tags;
    for (const Texts& texts : languages()) {
        tags.insert(texts.tag);
        for (const std::string& other : texts.also) CHECK(tags.insert(other).second);
    }
    CHECK(tags == std::set<std::string>{"cs", "da", "de", "en", "es", "fi", "fr", "it", "ja", "nb",
                                        "nl", "nn", "no", "pl", "pt", "sv"});
    CHECK(languages().size() == 14);
    CHECK(languages().front().tag == "en");
}

TEST_CASE("every language says everything, in words of its own and with the same placeholders") {
    const Texts& english = languages().front();
    for (const Texts& texts : languages()) {
        CAPTURE(texts.tag);
        const bool known_direction = texts.direction == "ltr" || texts.direction == "rtl";
        CHECK(known_direction);
        for (const auto& row : sentences()) {
            const auto& [key, member] = row;
            CAPTURE(row.first);
            const std::string& text = texts.*member;
            CHECK_FALSE(text.empty());
            // Plain text: it goes into the markup as it is.
            CHECK(text.find_first_of("<>&\"") == std::string::npos);
            CHECK(text.find("  ") == std::string::npos);
            CHECK(text.front() != ' ');
            CHECK(text.back() != ' ');
            CHECK(placeholders(text) == placeholders(english.*member));
            if (&texts != &english) CHECK(text != english.*member);
        }
    }
}

TEST_CASE("what a placeholder stands for is never inside a sentence") {
    for (const Texts& texts : languages()) {
        for (const auto& [key, member] : sentences()) {
            const std::string& text = texts.*member;
            if (placeholders(text).empty()) continue;
            CAPTURE(texts.tag);
            CAPTURE(text);
            CHECK(text.ends_with("}"));
            std::string before = text.substr(0, text.find('{'));
            if (before.ends_with(" ")) before.pop_back();
            // A number must not stand alone on a line: no-break space.
            if (before.ends_with("\u00A0")) before.resize(before.size() - 2);
            const bool colon = before.ends_with(":") || before.ends_with("：");
            CHECK(colon);
        }
    }
}

TEST_CASE("titles are short enough for a phone, and no two sentences were mixed up") {
    for (const Texts& texts : languages()) {
        std::set<std::string> all;
        for (const auto& row : sentences()) {
            const auto& [key, member] = row;
            CAPTURE(texts.tag);
            CAPTURE(row.first);
            CHECK(all.insert(texts.*member).second);
            if (key.ends_with("_title")) CHECK((texts.*member).size() <= 60);
        }
    }
}

TEST_CASE("a file that lacks a sentence, or has one too many, is refused by name and line") {
    std::ifstream file(CANDOR_SOURCE_DIR "/tracker/languages/de.toml");
    const std::string german{std::istreambuf_iterator<char>(file), {}};
    REQUIRE(parse_texts(german, "de.toml"));
    const auto message = [](const std::string& text) {
        const auto parsed = parse_texts(text, "de.toml");
        REQUIRE_FALSE(parsed);
        return parsed.error().message;
    };
    CHECK(message(german + "more = \"x\"\n").ends_with("`more` is no sentence of the pages"));
    std::string without = german;
    without.replace(without.find("\nundo = "), 6, "\nundx ");
    CHECK(message(without).find("`undo` is missing") != std::string::npos);
    CHECK(message("tag = 7\n") == "de.toml:1: `tag` is no text");
    CHECK(message("tag = \n").starts_with("de.toml:1: "));
}

TEST_CASE("Accept-Language chooses by weight, then by order, and English is what is left") {
    struct Row {
        const char *header, *tag;
    };
    for (const Row& row : std::vector<Row>{
             {"", "en"},
             {"de", "de"},
             {"de-AT", "de"},
             {"DE-at,en;q=0.5", "de"},
             {"de-Latn-CH-1996", "de"},
             {"ja,en-US;q=0.9,en;q=0.8", "ja"},
             {"en;q=0.3, fr;q=0.7, de;q=0.2", "fr"},
             {"fr;q=0.7,de;q=0.7", "fr"},
             {"xx, yy-ZZ, pl;q=0.1", "pl"},
             {"nb-NO,nb;q=0.9,no;q=0.8,nn;q=0.7", "nb"},
             {"nn-NO", "nb"},
             {"no", "nb"},
             {"pt-BR,pt;q=0.9", "pt"},
             {"zh-Hant-TW,zh;q=0.9", "en"},
             {"zh, *;q=0.5", "en"},
             {"*", "en"},
             {"*, sv;q=0.9", "en"},
             {"sv, *;q=0.9", "sv"},
             {"sv, *", "sv"},
             {"en;q=0, *", "cs"},
             {"de;q=0", "en"},
             {"de;q=0.000, fi;q=0.001", "fi"},
             {"d", "en"},
             {"de-", "de"},
             {"deu", "en"},
             {" de ; q=0.8 , fr ; q=0.9 ", "fr"},
             {"de;Q=0.1,fr", "fr"},
             {",,;,;q=1,-,de", "de"},
             {"de;q=2", "de"},
             {"de;q=0.1234,fr;q=0.9", "de"},  // no weight, so 1
             {"de;q=,fr;q=0.9", "de"},
             {"de;level=1", "de"},
             {"\xff\xfe", "en"},
         }) {
        CAPTURE(row.header);
        CHECK(tag_for(row.header) == row.tag);
    }
}

TEST_CASE("a header of the greatest length is read in one go") {
    std::string header;
    while (header.size() < 16000) header += "x-a-a-a-a-a;q=0.001,*;q=0.9,";
    CHECK(tag_for(header + "it") == "it");
    CHECK(tag_for(std::string(8000, '-')) == "en");
    std::string hyphens = "it";
    while (hyphens.size() < 16000) hyphens += "-a";
    CHECK(tag_for(hyphens) == "it");
}

TEST_SUITE_END();

}  // namespace
}  // namespace candor::tracker
