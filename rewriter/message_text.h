// A message as a file: read into header fields and body, and written again, edited or not, with the
// line ends it had.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/mime/source_text.h"
#include "rewriter/plan.h"

namespace candor::rewriter {

enum class LineEnds : std::uint8_t { Crlf, Lf, Mixed };

/// Takes one piece after the other; false ends the writing.
using Sink = std::function<bool(std::string_view)>;

/// What a file says beyond its message, to write it again.
class FileForm {
  public:
    [[nodiscard]] LineEnds line_ends() const { return line_ends_; }

    /// Byte for byte the file that was read. False when `sink` said so; so write_edited().
    [[nodiscard]] bool write(const SourceText& text, const Sink& sink) const;
    /// What an MTA makes of `edits`, without what stood in front of the message. `Mixed` line ends
    /// come out as CRLF.
    [[nodiscard]] bool write_edited(std::span<const Header> headers, const SourceText& text,
                                    const Edits& edits, const Sink& sink) const;

  private:
    friend struct MessageFile;
    void note_line_ends(std::string_view file);

    std::string front_;  ///< what came before the message, with CRLF
    LineEnds line_ends_ = LineEnds::Crlf;
    std::vector<bool> bare_;  ///< of Mixed: for each line whether it ended in LF alone
    std::size_t added_ = 0;   ///< octets put before the body because the empty line was not there
};

/// Headers and text are as an MTA would hand them over: fields with leading blanks and LF folds,
/// text with CRLF.
struct MessageFile {
    std::vector<Header> headers;
    SourceText text;
    FileForm form;

    /// Never fails: a line that is no field ends the header, as MTAs see it. An mbox `From ` line
    /// or blank lines in front are no part of the message. Holds the file once.
    [[nodiscard]] static MessageFile read(GrowingText file);
};

/// A message in two pieces.
struct SplitMessage {
    std::vector<Header> headers;
    std::string body;
};
[[nodiscard]] SplitMessage split_message(std::string_view file);

}  // namespace candor::rewriter
