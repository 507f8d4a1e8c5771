// The texts that a reader is shown, as their mail program chooses among them: all parts of a mixed,
// one of an alternative. From that follows where an opt-out is missing and where a footer goes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rewriter/contents.h"
#include "rewriter/part_edits.h"

namespace candor::rewriter {

/// What a text has to say of opting out.
enum class OptOut : std::uint8_t {
    Silent,   ///< nothing to read in it, or nothing that may be changed: nobody misses one there
    Missing,  ///< it is read, and shows none
    Shown,
};

struct ShownText {
    enum class Kind : std::uint8_t { One, All, Choice } kind = Kind::One;
    std::size_t part = 0;                ///< of One: index into Message::parts()
    FooterRoom room = FooterRoom::None;  ///< for a footer; the most of all that is in it
    OptOut opt_out = OptOut::Silent;
    std::vector<ShownText> children{};
};

[[nodiscard]] ShownText one_text(std::size_t part, FooterRoom room, bool shows_opt_out);
/// Whoever is shown `All` sees an opt-out in any of them; each of a `Choice` needs its own.
[[nodiscard]] ShownText several_texts(ShownText::Kind kind, std::vector<ShownText> children);

/// Of a message whose parts stay what they are.
[[nodiscard]] ShownText shown_texts(const Message& message, const OptOutTest& is_opt_out);
/// Whether the part shows a link that `is_opt_out`: not hidden, not for Outlook alone, no form.
[[nodiscard]] bool shows_opt_out(const PartContent& content, const OptOutTest& is_opt_out);

/// The parts that take the footer, so that an opt-out is shown whatever the program chooses: the
/// last text of those that are shown together, as far as they say something.
[[nodiscard]] std::vector<std::size_t> footer_parts(const ShownText& whole);

}  // namespace candor::rewriter
