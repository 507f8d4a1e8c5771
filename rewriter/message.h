// Leaf parts of a message, each with its byte span in the original. GMime reads, nothing is written
// back by it: it normalises what it writes, and untouched must mean untouched.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/result.h"
#include "rewriter/plan.h"
#include "rewriter/splice.h"
#include "rewriter/transfer_encoding.h"

namespace candor::rewriter {

/// Starts GMime. Once per process is enough, more is harmless; before the first parse().
void init_mime();

/// Html is all that a mail program shows as HTML, AMP and XHTML included.
enum class PartKind : std::uint8_t { Html, Text, Calendar, Other };

/// One leaf part. Spans are in the *source* that Message::source() returns (header block + body).
struct Part {
    PartKind kind = PartKind::Other;
    std::string mime_type;  ///< lower case, e.g. "text/html"
    std::string charset;    ///< as labelled, lower case; empty when not
    TransferEncoding encoding = TransferEncoding::SevenBit;
    Span header;   ///< the part's own header block; the message's for a message without multipart
    Span content;  ///< the encoded content
    bool attachment = false;  ///< Content-Disposition: attachment, or a file name on text
    bool inline_image = false;
    bool untouchable = false;  ///< inside multipart/signed, or opaque
    std::vector<int> path;     ///< child index at each level, for the structure
};

/// A multipart node, for what `plaintext` has to rebuild.
struct Container {
    std::string mime_type;  ///< "multipart/alternative" ...
    std::string boundary;
    Span header;
    Span content;
    std::vector<int> path;
};

class Message {
  public:
    /// `raw` must outlive the Message. Errors: OverLimit. What is malformed but readable is no
    /// error: survey() says `malformed_mime`.
    [[nodiscard]] static Result<Message> parse(const RawMessage& raw, const Limits& limits);

    /// Header block and body as one text; what spans refer to.
    [[nodiscard]] std::string_view source() const { return *source_; }
    [[nodiscard]] std::size_t body_begin() const { return body_begin_; }
    [[nodiscard]] const std::vector<Part>& parts() const { return parts_; }
    [[nodiscard]] const std::vector<Container>& containers() const { return containers_; }
    [[nodiscard]] const std::optional<Untouchable>& untouchable() const { return untouchable_; }
    [[nodiscard]] bool opaque() const { return opaque_; }
    [[nodiscard]] std::span<const Header> headers() const { return headers_; }
    [[nodiscard]] const Limits& limits() const { return limits_; }

  private:
    void drop_padding(std::size_t octets);

    std::unique_ptr<std::string> source_;
    std::size_t body_begin_ = 0;
    std::vector<Part> parts_;
    std::vector<Container> containers_;
    std::span<const Header> headers_;
    std::optional<Untouchable> untouchable_;
    bool opaque_ = false;
    Limits limits_;
    friend class MessageReader;
};

}  // namespace candor::rewriter
