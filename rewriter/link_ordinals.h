// One number per place where a reader may click. What shows the same link a second time (a plain
// text part, an AMP part, Outlook's copy of a button) shares the number of the first.
#pragma once

#include "rewriter/contents.h"

namespace candor::rewriter {

/// Sets the ordinal of every link in `contents`, from 1: HTML parts first, in order; then what is
/// new in text and AMP parts. There a link whose URL an HTML link has too is its twin: it gets the
/// ordinal of the first such link, its mark and, in text, its visible text.
void number_links(Contents& contents, const Message& message);

}  // namespace candor::rewriter
