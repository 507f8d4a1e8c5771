// A place that moves through an operator's page or style, and the faults found on the way.
// Shared by the two readers of theme_check.h.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/config/config_fault.h"
#include "tracker/forms.h"
#include "tracker/theme.h"

namespace candor::tracker {

template <class List>
bool is_one_of(const List& list, std::string_view word) {
    return std::ranges::any_of(
        list, [word](std::string_view one) { return equal_ignoring_case(one, word); });
}

inline bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
inline bool is_name_character(char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-';
}
inline bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n';
}

inline constexpr std::size_t max_faults = 100;  // then it is no page at all

/// A text with a place in it that moves on, and the faults found so far.
class ThemeReader {
  public:
    ThemeReader(std::string_view text, std::string_view file) : text_(text), file_(file) {
        if (text.size() > max_theme_bytes) {
            faults_.push_back({file_, 0, fmt::format("has more than {} bytes", max_theme_bytes)});
        }
        const auto control = std::ranges::find_if(text, [](char c) {
            return (static_cast<unsigned char>(c) < 0x20 && !is_blank(c)) || c == 0x7F;
        });
        if (control != text.end()) {
            at_ = static_cast<std::size_t>(control - text.begin());
            fault("a control character");
            at_ = 0;
        }
    }
    [[nodiscard]] bool done() const { return at_ >= text_.size() || faults_.size() >= max_faults; }
    [[nodiscard]] std::string_view rest() const {
        return text_.substr(std::min(at_, text_.size()));
    }
    [[nodiscard]] char current() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    void skip(std::size_t count) { at_ += count; }
    void skip_blanks() {
        while (is_blank(current())) ++at_;
    }
    std::string_view take_name() {
        const std::size_t begin = at_;
        while (is_name_character(current())) ++at_;
        return text_.substr(begin, at_ - begin);
    }
    /// Up to `end`, which is skipped as well. Without one: a fault, and the end of the text.
    std::string_view take_until(std::string_view end, std::string_view what) {
        const std::string_view from = rest();
        const std::size_t found = from.find(end);
        if (found == std::string_view::npos) fault(fmt::format("{} without an end", what));
        at_ += found == std::string_view::npos ? from.size() : found + end.size();
        return from.substr(0, found);
    }
    void fault(std::string message) {
        const auto lines = std::ranges::count(text_.substr(0, at_), '\n');
        faults_.push_back({file_, static_cast<int>(lines) + 1, std::move(message)});
    }
    [[nodiscard]] std::vector<policy::ConfigFault> take_faults() { return std::move(faults_); }

  private:
    std::string_view text_;
    std::string file_;
    std::size_t at_ = 0;
    std::vector<policy::ConfigFault> faults_;
};

}  // namespace candor::tracker
