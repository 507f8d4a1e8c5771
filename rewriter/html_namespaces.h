// What a tree builder would tell the tokenizer, told from tags alone: which element switches to raw
// text, and whether we stand in SVG or MathML, where it does not and where CDATA exists
// (HTML standard, 13.2.6.5). An approximation: only a tree knows which tags `select` and
// `frameset` drop, or what an unclosed element inside an integration point swallows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace candor::rewriter {

enum class TextMode : std::uint8_t { Data, RcData, RawText, Script, PlainText, CData };

class HtmlNamespaces {
  public:
    struct StartTag {
        std::string_view name;  ///< as written
        bool self_closing = false;
        bool breaks_out = false;       ///< a `font` with color, face or size
        bool html_annotation = false;  ///< an `annotation-xml` that holds HTML, by its encoding
    };

    /// Takes note of a start tag and says how the text behind it reads.
    TextMode on_start_tag(const StartTag& tag);
    void on_end_tag(std::string_view name);

    /// Whether `<![CDATA[` is a CDATA section here.
    [[nodiscard]] bool cdata_allowed() const;
    /// Whether the latest start tag made an element of SVG or MathML.
    [[nodiscard]] bool latest_was_foreign() const { return latest_was_foreign_; }

  private:
    enum class Kind : std::uint8_t { Svg, Math, Annotation, HtmlInSvg, HtmlInMath };
    struct Open {
        Kind kind;
        std::uint32_t elements;  ///< HTML elements open inside an integration point
        std::uint8_t name;       ///< which integration point it is
    };

    [[nodiscard]] bool in_foreign() const;
    void leave_foreign();
    void start_in_foreign(std::string_view name, const StartTag& tag);
    void pop_to(Kind kind);

    std::vector<Open> open_;
    bool latest_was_foreign_ = false;
};

}  // namespace candor::rewriter
