// The mails that speed is measured on: real bulk mail of the shared corpus, chosen as its
// SOURCES.md says; without the corpus the newsletter of examples/.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "rewriter/message_text.h"

namespace candor::bench {

struct BenchMail {
    std::string name;
    rewriter::SplitMessage split;
    rewriter::SourceText source;  ///< of `split`
    std::string html;             ///< the text/html part, transfer encoding undone

    [[nodiscard]] rewriter::RawMessage raw() const { return {split.headers, split.body}; }
};

/// A message of one HTML part, quoted-printable.
[[nodiscard]] BenchMail mail_of_html(std::string html);

struct BenchSet {
    std::string origin;  ///< in words, for the head of a table
    std::vector<BenchMail> mails;
    std::size_t html_bytes = 0;
    std::size_t wire_bytes = 0;  ///< bodies as they travel
};

/// Ends the program with a sentence when there is no mail at all: nothing could be measured.
[[nodiscard]] BenchSet load_bench_set();

}  // namespace candor::bench
