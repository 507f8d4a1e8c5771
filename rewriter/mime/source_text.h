// A message as one text, header block and body, in a buffer that grows without a second copy: a
// message of 50 MB must not cost 100 because one more piece of it came.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <span>
#include <string_view>

namespace candor::rewriter {

struct Header;

/// Bytes that only ever grow at the end. glibc moves the pages of a large block instead of copying
/// them; elsewhere this is a plain growing buffer. Throws std::bad_alloc.
class GrowingText {
  public:
    void append(std::string_view bytes);
    /// LF to CRLF where no CR stands before it, in place.
    void make_line_ends_crlf();
    void insert(std::size_t at, std::string_view bytes);
    void erase_front(std::size_t octets);

    [[nodiscard]] std::string_view view() const { return {bytes_.get(), size_}; }
    /// view() and a CRLF behind it, whatever it ends in.
    [[nodiscard]] std::string_view with_line_end() const;

  private:
    void make_room(std::size_t octets);
    void put_line_end();

    struct Free {
        void operator()(char* bytes) const { std::free(bytes); }  // NOLINT
    };
    std::unique_ptr<char, Free> bytes_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

class SourceText {
  public:
    SourceText() = default;
    /// A copy, with CRLF behind each line of the header.
    SourceText(std::span<const Header> headers, std::string_view body);
    /// `text` with CRLF line ends; its body begins behind the first empty line, at `body_begin`.
    SourceText(GrowingText text, std::size_t body_begin);

    /// The body as it comes, piece by piece; before the first piece the header block, once.
    void append_body(std::span<const Header> headers, std::string_view piece);

    [[nodiscard]] std::string_view text() const { return text_.view(); }
    [[nodiscard]] std::string_view body() const { return text_.view().substr(body_begin_); }
    /// 0 until the header block is there.
    [[nodiscard]] std::size_t body_begin() const { return body_begin_; }
    [[nodiscard]] std::string_view text_with_line_end() const { return text_.with_line_end(); }

  private:
    GrowingText text_;
    std::size_t body_begin_ = 0;
};

}  // namespace candor::rewriter
