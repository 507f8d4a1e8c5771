// A message without the lines that say nothing of its structure: what GMime is shown. It looks at
// every line of a text of megabytes, at some fifty times the cost of finding the lines that count.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace candor::rewriter {

/// All header blocks, all lines that begin like a delimiter, and the first and last lines of what
/// stands between them. Where messages lie within the message, or where little can be left out,
/// nothing is left out.
class MimeOutline {
  public:
    /// `header` stands for what comes before `body_begin` in `source`, which must outlive this.
    MimeOutline(std::string header, std::string_view source, std::size_t body_begin);

    /// The outline is the one text, then the other.
    [[nodiscard]] std::string_view front() const { return front_; }
    [[nodiscard]] std::string_view back() const { return back_; }
    /// Where in the source stands what stands at `at` in the outline, behind the header.
    [[nodiscard]] std::size_t source_of(std::size_t at) const;

  private:
    struct Piece {
        std::size_t shown;   ///< where it begins in the outline
        std::size_t source;  ///< and in the source
    };
    [[nodiscard]] bool draw(std::string_view source, std::size_t body_begin);
    void show(std::string_view source, std::size_t begin, std::size_t end);
    void show_ends(std::string_view source, std::size_t begin, std::size_t end);

    std::string front_;
    std::string_view back_;
    std::vector<Piece> pieces_;
};

}  // namespace candor::rewriter
