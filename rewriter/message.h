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
#include "rewriter/bytes/splice.h"
#include "rewriter/mime/source_text.h"
#include "rewriter/mime/transfer_encoding.h"
#include "rewriter/plan.h"

namespace candor::rewriter {

/// Starts GMime. Once per process is enough, more is harmless; before the first parse().
void init_mime();

/// Html is all that a mail program shows as HTML, AMP and XHTML included.
enum class PartKind : std::uint8_t { Html, Text, Calendar, Other };

/// One leaf part. Spans are in the *source* that Message::source() returns (header block + body).
struct Part {
    PartKind kind = PartKind::Other;
    std::string mime_type;  ///< lower case, e.g. "text/html"
    /// As labelled, or of unlabelled HTML as its `meta` says; lower case, empty when neither does.
    std::string charset;
    TransferEncoding encoding = TransferEncoding::SevenBit;
    Span header;   ///< the part's own header block; the message's for a message without multipart
    Span content;  ///< the encoded content
    bool attachment = false;   ///< Content-Disposition: attachment, or a file name on text
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

struct Contents;  // contents.h

class Message {
  public:
    /// Borrows both: they must outlive the Message. Errors: none today; what is too large or
    /// malformed is no error, survey() says `over_limit` or `malformed_mime`.
    [[nodiscard]] static Result<Message> parse(std::span<const Header> headers,
                                               const SourceText& source, const Limits& limits);
    /// The same of a message in two pieces: copies the body, borrows the headers.
    [[nodiscard]] static Result<Message> parse(const RawMessage& raw, const Limits& limits);

    /// Header block and body as one text; what spans refer to.
    [[nodiscard]] std::string_view source() const { return source_; }
    [[nodiscard]] std::size_t body_begin() const { return body_begin_; }
    /// Edits of the source's body as edits of RawMessage::body.
    [[nodiscard]] std::vector<Replacement> in_body(std::vector<Replacement> edits) const;
    [[nodiscard]] const std::vector<Part>& parts() const { return parts_; }
    [[nodiscard]] const std::vector<Container>& containers() const { return containers_; }
    /// What a reader sees of it; read at the first call and kept, so one thread at a time.
    [[nodiscard]] const Contents& contents() const;
    [[nodiscard]] const std::optional<Untouchable>& untouchable() const { return untouchable_; }
    [[nodiscard]] bool opaque() const { return opaque_; }
    /// Parts that are messages themselves: kept whole by every plan, nobody looks inside.
    [[nodiscard]] std::size_t enclosed_messages() const { return enclosed_messages_; }
    /// As Survey::unread.
    [[nodiscard]] bool unread() const { return unread_; }
    [[nodiscard]] std::span<const Header> headers() const { return headers_; }
    [[nodiscard]] const Limits& limits() const { return limits_; }

  private:
    Message(std::span<const Header> headers, const Limits& limits)
        : headers_(headers), limits_(limits) {}
    static Message too_large(std::span<const Header> headers, const Limits& limits);
    void read(const SourceText& text);
    void drop_padding();

    SourceText own_;           // empty when the source is borrowed
    std::string_view source_;  // of own_ or borrowed; moves of own_ do not move its bytes
    std::size_t body_begin_ = 0;
    std::vector<Part> parts_;
    std::vector<Container> containers_;
    std::span<const Header> headers_;
    std::optional<Untouchable> untouchable_;
    bool opaque_ = false;
    std::size_t enclosed_messages_ = 0;
    bool unread_ = false;
    Limits limits_;
    mutable std::shared_ptr<const Contents> contents_;
    mutable std::vector<std::optional<DecodedText>> decoded_;  // by part, until contents() takes it
    friend class MessageReader;
};

}  // namespace candor::rewriter
