// Every link of the shared corpus stands where an independent parser says it stands. What that
// parser said is stored (tests/conformance/README.md): it is no part of a build.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "rewriter/links/links.h"
#include "tests/rewriter/mail_fixtures.h"

using namespace candor::rewriter;
using namespace candor::rewriter::test;
namespace fs = std::filesystem;

namespace {

struct Document {
    std::string file;  ///< below the corpus
    int part = 0;
    std::string html;
};

const fs::path corpus_folder = fs::path{CANDOR_SHARED_DIR} / "corpus";

std::vector<fs::path> files_below(const fs::path& folder, std::string_view extension) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator{folder}) {
        if (entry.is_regular_file() && entry.path().extension() == extension)
            files.push_back(entry.path());
    }
    std::ranges::sort(files);
    return files;
}

/// All HTML of the corpus: pages, AMP documents and the decoded HTML parts of mails.
void for_each_document(const std::function<void(const Document&)>& use) {
    for (const char* folder : {"html", "amp"}) {
        for (const fs::path& path : files_below(corpus_folder / folder, ".html")) {
            use({fs::relative(path, corpus_folder).generic_string(), 0, slurp(path)});
        }
    }
    for (const fs::path& path : files_below(corpus_folder / "eml", ".eml")) {
        const Mail mail{slurp(path)};
        const Message message = mail.parsed();
        int number = 0;
        for (const Part& part : message.parts()) {
            ++number;
            if (part.kind != PartKind::Html) continue;
            const std::string_view encoded =
                message.source().substr(part.content.begin, part.content.size());
            use({fs::relative(path, corpus_folder).generic_string(), number,
                 decode(encoded, part.encoding)});
        }
    }
}

std::string fnv(std::string_view bytes) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : bytes) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
    std::ostringstream hex;
    hex.width(16);
    hex.fill('0');
    hex << std::hex << hash;
    return hex.str();
}

std::string deltas(const std::vector<HtmlLink>& links, bool conditional) {
    std::string out;
    std::size_t last = 0;
    for (const HtmlLink& link : links) {
        if (link.conditional != conditional) continue;
        if (!out.empty()) out += ' ';
        out += std::to_string(link.value.begin - last);
        last = link.value.begin;
    }
    return out;
}

struct Expected {
    std::string hash;
    std::string plain;
    std::string conditional;
};

std::map<std::string, Expected> expectations() {
    std::map<std::string, Expected> all;
    std::ifstream file{fs::path{CANDOR_SOURCE_DIR} / "tests/conformance/href-offsets.tsv"};
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with('#')) continue;
        std::vector<std::string> fields(1);
        for (const char c : line) {
            if (c == '\t')
                fields.emplace_back();
            else
                fields.back() += c;
        }
        fields.resize(5);
        all[fields[0] + '\t' + fields[1]] = {fields[2], fields[3], fields[4]};
    }
    return all;
}

/// What the oracle reads: file name here, file name in the corpus, number of the part.
void dump(const fs::path& folder) {
    fs::create_directories(folder);
    std::ofstream index{folder / "index.tsv"};
    int count = 0;
    for_each_document([&](const Document& document) {
        const std::string name = std::to_string(++count) + ".html";
        std::ofstream{folder / name, std::ios::binary} << document.html;
        index << name << '\t' << document.file << '\t' << document.part << '\n';
    });
}

}  // namespace

TEST_SUITE("rewriter/href_offsets") {
    TEST_CASE("links of the corpus stand where an independent parser finds them") {
        if (!fs::exists(corpus_folder)) {
            MESSAGE("skipped: the shared corpus is not here");
            return;
        }
        if (const char* folder = std::getenv("CANDOR_DUMP_HTML")) dump(folder);
        const auto expected = expectations();
        std::size_t documents = 0;
        std::size_t found = 0;
        for_each_document([&](const Document& document) {
            const std::string key = document.file + '\t' + std::to_string(document.part);
            CAPTURE(key);
            const auto row = expected.find(key);
            REQUIRE(row != expected.end());
            REQUIRE(row->second.hash == fnv(document.html));
            const auto links = find_html_links(document.html);
            CHECK(deltas(links, false) == row->second.plain);
            CHECK(deltas(links, true) == row->second.conditional);
            ++documents;
            found += links.size();
        });
        CHECK(documents == expected.size());
        MESSAGE("links: " << found << " in " << documents << " documents");
    }
}
