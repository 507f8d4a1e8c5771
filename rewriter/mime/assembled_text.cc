// Neighbouring pieces of a kind are joined as they come, so a text that stayed whole is one span.
#include "rewriter/mime/assembled_text.h"

#include <utility>

namespace candor::rewriter {

AssembledText& AssembledText::operator+=(Span of_source) {
    if (of_source.size() == 0) return *this;
    auto* const last = pieces_.empty() ? nullptr : std::get_if<Span>(&pieces_.back());
    if (last != nullptr && last->end == of_source.begin) {
        last->end = of_source.end;
    } else {
        pieces_.emplace_back(of_source);
    }
    return *this;
}

AssembledText& AssembledText::operator+=(std::string words) {
    if (words.empty()) return *this;
    auto* const last = pieces_.empty() ? nullptr : std::get_if<std::string>(&pieces_.back());
    if (last != nullptr) {
        *last += words;
    } else {
        pieces_.emplace_back(std::move(words));
    }
    return *this;
}

AssembledText& AssembledText::operator+=(AssembledText other) {
    for (auto& piece : other.pieces_) {
        std::visit([this](auto& one) { *this += std::move(one); }, piece);
    }
    return *this;
}

std::vector<Replacement> AssembledText::edits_of(std::string_view source, Span whole) const {
    std::vector<Replacement> edits;
    Replacement next{{whole.begin, whole.begin}, {}};
    const auto close_before = [&](std::size_t end) {
        next.where.end = end;
        std::string with = std::exchange(next.with, {});
        if (source.substr(next.where.begin, next.where.size()) != with)
            edits.push_back({next.where, std::move(with)});
    };
    for (const auto& piece : pieces_) {
        const Span* const kept = std::get_if<Span>(&piece);
        if (kept == nullptr) {
            next.with += std::get<std::string>(piece);
        } else if (kept->begin >= next.where.begin && kept->end <= whole.end) {
            close_before(kept->begin);
            next.where.begin = kept->end;
        } else {
            next.with += source.substr(kept->begin, kept->size());
        }
    }
    close_before(whole.end);
    return edits;
}

}  // namespace candor::rewriter
