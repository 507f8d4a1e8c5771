// What a tree builder would tell the tokenizer, told from tags alone: which element switches to raw
// text, and whether we stand in SVG or MathML, where it does not and where CDATA exists
// (HTML standard, 13.2.6.5). Where only a tree could tell, it says so: ambiguous().
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "rewriter/html/tag_name.h"

namespace candor::rewriter {

enum class TextMode : std::uint8_t { Data, RcData, RawText, Script, PlainText, CData };

/// Names are kept as views: the text they stand in must outlive it.
class HtmlNamespaces {
  public:
    struct StartTag {
        std::string_view name;  ///< as written
        bool self_closing = false;
        bool breaks_out = false;       ///< a `font` with color, face or size
        bool html_annotation = false;  ///< an `annotation-xml` that holds HTML, by its encoding
    };

    /// Whether a tag of that packed_name() may change something where nothing foreign is open.
    static constexpr bool may_matter(std::uint64_t packed) { return mattering_.contains(packed); }
    /// Whether a tag of that packed_name() changes nothing here, as nearly every tag of a mail
    /// does.
    [[nodiscard]] bool ignores(std::uint64_t packed) const {
        return open_.empty() && !may_matter(packed);
    }

    [[nodiscard]] bool nothing_open() const { return open_.empty(); }

    /// Takes note of a start tag and says how the text behind it reads.
    TextMode on_start_tag(const StartTag& tag);
    void on_end_tag(std::string_view name);

    /// Whether `<![CDATA[` is a CDATA section here.
    [[nodiscard]] bool cdata_allowed() const;
    /// Whether the latest start tag made an element of SVG or MathML.
    [[nodiscard]] bool latest_was_foreign() const { return latest_was_foreign_; }

    /// What follows may read otherwise to a client: raw text or foreign content within `select`
    /// (old and new rules differ) or after `frameset` (which may have been ignored), SVG or MathML
    /// that is badly nested or deeper than 512. Never unsaid; answers from here on are guesses.
    [[nodiscard]] bool ambiguous() const { return ambiguous_; }

  private:
    /// How the inside of an element reads. A point is an element of SVG or MathML that holds HTML.
    enum class Inside : std::uint8_t { Svg, Math, Annotation, SvgPoint, MathPoint, Html };
    struct Element {
        std::string_view name;
        Inside inside;
    };

    static constexpr PackedNames<13> mattering_{{"svg", "math", "script", "style", "title",
                                                 "textarea", "xmp", "iframe", "noembed", "noframes",
                                                 "plaintext", "select", "frameset"}};

    [[nodiscard]] bool in_foreign() const;
    void leave_foreign();
    void give_up();
    void push(const StartTag& tag, Inside inside);
    void start_in_foreign(std::string_view name, const StartTag& tag);
    void start_in_point(std::string_view name, const StartTag& tag);

    std::vector<Element> open_;  ///< from the outermost `svg` or `math` on; empty in most mails
    bool latest_was_foreign_ = false;
    bool in_select_ = false;
    bool after_frameset_ = false;
    bool ambiguous_ = false;
};

}  // namespace candor::rewriter
