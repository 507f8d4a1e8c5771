// Bytes as a stream that GMime reads where they lie, in two pieces as if they were one.
#pragma once

#include <string_view>

#include "rewriter/mime/gmime_ptr.h"

namespace candor::rewriter {

/// `front`, then `back`. Both are borrowed: they must outlive the stream and all that GMime cuts
/// out of it, whose bounds are those of the two pieces together.
[[nodiscard]] GObjectPtr<GMimeStream> stream_over(std::string_view front, std::string_view back);

}  // namespace candor::rewriter
