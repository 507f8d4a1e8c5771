// What a plan changes in the text of one part, and how the changed text goes back into its
// encoding. Knows nothing of the other parts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rewriter/contents.h"

namespace candor::rewriter {

/// Replacements in PartContent::bytes: links, tracking. Counts into `counts`.
/// Errors: Malformed (replace_link gave something that is no absolute ASCII URL).
[[nodiscard]] Result<std::vector<Replacement>> html_edits(const PartContent& content,
                                                          const RewritePlan& plan, Edits& counts);
[[nodiscard]] Result<std::vector<Replacement>> text_edits(const PartContent& content,
                                                          const RewritePlan& plan, Edits& counts);

/// What a part offers a footer, the best last.
enum class FooterRoom : std::uint8_t {
    None,   ///< no empty line after its header: no place for a text
    Blank,  ///< it says nothing: nobody looks there while another part does
    Text,
};
[[nodiscard]] FooterRoom footer_room(const Part& part, const PartContent& content);

/// The footer as one more replacement, unless the part has it already.
void add_html_footer(const PartContent& content, std::string_view footer,
                     std::vector<Replacement>& edits);
/// `<img>` of one pixel, likewise.
void add_open_image(const PartContent& content, std::string_view url,
                    std::vector<Replacement>& edits);
/// A link that nobody sees, at the beginning; none where the part shows nothing.
void add_honeypot(const PartContent& content, std::string_view url,
                  std::vector<Replacement>& edits);
void add_text_footer(const Part& part, const PartContent& content, std::string_view footer,
                     std::vector<Replacement>& edits);

/// The new content of a part.
struct EncodedPart {
    std::string content;
    bool now_quoted_printable = false;  ///< its header must say so: it said something else
};

/// Errors: Malformed.
[[nodiscard]] Result<EncodedPart> encode_part(std::string_view source, const Part& part,
                                              const PartContent& content,
                                              std::span<const Replacement> edits);

/// LF to CRLF; what is CRLF already stays.
[[nodiscard]] std::string with_crlf_ends(std::string_view text);

}  // namespace candor::rewriter
