// The images of 40 marketing mails that people have judged by hand (labels/README.md) against what
// is taken out of them.
#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <utility>

#include "rewriter/contents.h"
#include "rewriter/tracking/pixels.h"
#include "tests/rewriter/mail_fixtures.h"

using namespace candor::rewriter;
using namespace candor::rewriter::test;

namespace {

namespace fs = std::filesystem;

/// Begin and end of what must go, in the decoded HTML of a mail.
using Places = std::set<std::pair<std::size_t, std::size_t>>;

std::map<std::string, Places> labelled_pixels() {
    std::map<std::string, Places> mails;
    std::istringstream in{
        slurp(fs::path(CANDOR_SOURCE_DIR) / "tests/rewriter/tracking/labels/pixels.tsv")};
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with('#') || line.starts_with("file\t")) continue;
        std::istringstream fields{line};
        std::string file, at, length, hash, vector, kind;
        for (std::string* field : {&file, &at, &length, &hash, &vector, &kind}) {
            std::getline(fields, *field, '\t');
        }
        Places& places = mails[file];
        if (kind != "pixel") continue;
        const std::size_t begin = std::stoul(at);
        places.insert({begin, begin + std::stoul(length)});
    }
    return mails;
}

Places neutralised_in(const fs::path& file) {
    Places places;
    const std::string bytes = slurp(file);
    const Mail mail{bytes};
    const Message message = mail.parsed();
    for (const PartContent& part : message.contents().parts) {
        if (message.parts()[part.part].kind != PartKind::Html) continue;
        for (const Replacement& gone : find_tracking(part.markup(), {}).replacements) {
            if (gone.with.starts_with("data:")) places.insert({gone.where.begin, gone.where.end});
        }
    }
    return places;
}

}  // namespace

TEST_SUITE("rewriter/pixel_labels") {
    TEST_CASE("every open image of the labelled mails goes, and no other image") {
        const fs::path folder = fs::path(CANDOR_SHARED_DIR) / "corpus/eml/foff-milter";
        if (!fs::exists(folder)) {
            MESSAGE("skipped: " << folder.string() << " is not there");
            return;
        }
        std::size_t pixels = 0;
        const auto mails = labelled_pixels();
        CHECK(mails.size() == 40);
        for (const auto& row : mails) {
            const auto& [file, wanted] = row;
            CAPTURE(row.first);
            const Places gone = neutralised_in(folder / file);
            pixels += wanted.size();
            for (const auto& place : wanted) {
                CAPTURE(place.first);
                CHECK_MESSAGE(gone.contains(place), "a pixel stays");
            }
            for (const auto& place : gone) {
                CAPTURE(place.first);
                CHECK_MESSAGE(wanted.contains(place), "content goes");
            }
        }
        MESSAGE("pixels in " << mails.size() << " mails: " << pixels);
    }
}
