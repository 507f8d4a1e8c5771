// A text/plain part that did not exist before: its header fields and its encoded content.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "policy/result.h"
#include "rewriter/message.h"

namespace candor::rewriter {

struct MadeText {
    std::string header;  ///< the fields with their line ends
    std::string content;
};

/// From UTF-8 with lines as format=flowed wants them (RFC 3676). 7bit where that is enough, else
/// quoted-printable, also where a line would be a delimiter of one of `containers`.
/// Errors: Malformed.
[[nodiscard]] Result<MadeText> made_text(std::string_view flowed,
                                         std::span<const Container> containers);

}  // namespace candor::rewriter
