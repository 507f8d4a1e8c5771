// Where in the HTML a name stands nobody asks: style sheets, comments for Outlook and links count.
// What is read too little of stays as a file; nothing is lost.
#include "rewriter/embedded_images.h"

#include <algorithm>
#include <string>
#include <unordered_set>

#include "rewriter/bytes/ascii.h"
#include "rewriter/bytes/scan.h"
#include "rewriter/html/character_references.h"
#include "rewriter/html/fetched_urls.h"
#include "rewriter/links/links.h"
#include "rewriter/links/web_url.h"
#include "rewriter/mime/mime_structure.h"

namespace candor::rewriter {
namespace {

bool is_image(const Part& part) {
    return part.mime_type.starts_with("image/");
}

/// What images are called by in the HTML of a message.
class Names {
  public:
    void read_ids(std::string_view html) {
        const std::string text = decode_character_references(html, ReferencePlace::Attribute);
        constexpr std::string_view scheme = "cid:";
        std::size_t done = 0;
        for (std::size_t colon = text.find(':'); colon != std::string::npos;
             colon = text.find(':', std::max(colon + 1, done))) {
            const std::size_t begin = colon + 1 - std::min(colon + 1, scheme.size());
            if (!starts_with_ignoring_case(std::string_view{text}.substr(begin), scheme)) continue;
            done = find_first<IdEnd>(text, colon + 1);
            ids_.insert(
                percent_decoded(std::string_view{text}.substr(colon + 1, done - colon - 1)));
        }
    }
    void read_locations(std::string_view html) {
        std::vector<FetchedAttribute> fetched;
        HtmlTokenizer tokens{html};
        while (tokens.next()) {
            if (tokens.token().kind != TokenKind::StartTag) continue;
            find_fetched(tokens, fetched);
            for (const FetchedAttribute& one : fetched) {
                locations_.insert(trim_url(decode_character_references(
                    tokens.text(one.attribute->value), ReferencePlace::Attribute)));
            }
        }
    }
    [[nodiscard]] bool hold_id(const std::string& id) const { return ids_.contains(id); }
    [[nodiscard]] bool hold_location(const std::string& location) const {
        return locations_.contains(location);
    }

  private:
    using IdEnd = ByteSet<true, '"', '\'', '<', '>', '(', ')', ','>;

    std::unordered_set<std::string> ids_;
    std::unordered_set<std::string> locations_;
};

/// How an image can be called; empty = not at all.
struct Called {
    std::string id, location;
};

Called called(const Part& part, std::string_view source) {
    Called by;
    for (const FieldSpan& field : fields_of(source, part.header)) {
        std::string_view value = trim_blanks(source.substr(field.value.begin, field.value.size()));
        if (field.name == "content-location") by.location = value;
        if (field.name != "content-id") continue;
        if (value.starts_with('<')) value.remove_prefix(1);
        by.id = value.substr(0, value.find('>'));
    }
    return by;
}

}  // namespace

std::vector<bool> embedded_images(const Message& message, const Contents& contents) {
    const std::vector<Part>& parts = message.parts();
    std::vector<bool> embedded(parts.size(), false);
    if (std::ranges::none_of(parts, is_image)) return embedded;
    std::vector<Called> images(parts.size());
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (is_image(parts[i])) images[i] = called(parts[i], message.source());
    }
    const bool located =
        std::ranges::any_of(images, [](const Called& image) { return !image.location.empty(); });
    Names names;
    for (const PartContent& content : contents.parts) {
        if (parts[content.part].kind != PartKind::Html) continue;
        names.read_ids(content.bytes);
        if (located) names.read_locations(content.markup());
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const Called& by = images[i];
        embedded[i] = (!by.id.empty() && names.hold_id(by.id)) ||
                      (!by.location.empty() && names.hold_location(by.location));
    }
    return embedded;
}

}  // namespace candor::rewriter
