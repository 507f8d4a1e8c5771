#include "rewriter/text/plaintext.h"

#include "rewriter/text/text_maker.h"

namespace candor::rewriter {

std::string html_to_text(std::string_view html, LineFormat format) {
    return TextMaker{html, format}.make();
}

}  // namespace candor::rewriter
