// Lines with their folds, read as fields of a header would be, wherever they stand.
#pragma once

#include <optional>
#include <string_view>

#include "rewriter/bytes/ascii.h"

namespace candor::rewriter {

class FieldLines {
  public:
    explicit FieldLines(std::string_view text) : rest_(text) {}
    bool next() {
        if (rest_.empty()) return false;
        std::size_t end = line_end(0);
        while (end < rest_.size() && (rest_[end] == ' ' || rest_[end] == '\t')) end = line_end(end);
        line_ = rest_.substr(0, end);
        rest_.remove_prefix(end);
        return true;
    }
    [[nodiscard]] std::string_view line() const { return line_; }
    /// The value of a field of that name (lower case), else nullopt.
    [[nodiscard]] std::optional<std::string_view> value_of(std::string_view name) const {
        if (!starts_with_ignoring_case(line_, name)) return std::nullopt;
        std::string_view rest = line_.substr(name.size());
        while (rest.starts_with(' ') || rest.starts_with('\t')) rest.remove_prefix(1);
        if (!rest.starts_with(':')) return std::nullopt;
        return rest.substr(1);
    }

  private:
    [[nodiscard]] std::size_t line_end(std::size_t from) const {
        const std::size_t lf = rest_.find('\n', from);
        return lf == std::string_view::npos ? rest_.size() : lf + 1;
    }
    std::string_view rest_;
    std::string_view line_;
};

/// What a Content-Type line says of the structure, as far as it can be told without reading it.
struct ContentTypeWords {
    bool multipart = false;
    bool message = false;  ///< message/rfc822 and the like: there are headers inside
};
/// `line` begins with `content-type`, in any case.
[[nodiscard]] ContentTypeWords content_type_words(std::string_view line);
/// Whether a Content-Type line of `text` says that there are messages inside.
[[nodiscard]] bool holds_messages(std::string_view text);

}  // namespace candor::rewriter
