// std::realloc, not std::string: that one copies all it holds each time it grows, and for a moment
// holds it twice.
#include "rewriter/mime/source_text.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <string>
#include <utility>

#include "rewriter/plan.h"

namespace candor::rewriter {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::size_t smallest_block = 4096;

}  // namespace

void GrowingText::make_room(std::size_t octets) {
    const std::size_t needed = size_ + octets + line_end.size();
    if (needed <= capacity_) return;
    const std::size_t capacity = std::max({needed, capacity_ + capacity_ / 2, smallest_block});
    void* const grown = std::realloc(bytes_.get(), capacity);  // NOLINT
    if (grown == nullptr) throw std::bad_alloc();
    (void)bytes_.release();  // realloc has freed or kept it
    bytes_.reset(static_cast<char*>(grown));
    capacity_ = capacity;
}

/// Behind the text, where no view of it looks.
void GrowingText::put_line_end() {
    std::ranges::copy(line_end, bytes_.get() + size_);
}

void GrowingText::append(std::string_view bytes) {
    make_room(bytes.size());
    std::ranges::copy(bytes, bytes_.get() + size_);
    size_ += bytes.size();
    put_line_end();
}

std::string_view GrowingText::with_line_end() const {
    return bytes_ == nullptr ? line_end : std::string_view(bytes_.get(), size_ + line_end.size());
}

void GrowingText::make_line_ends_crlf() {
    const auto is_bare = [this](std::size_t at) {
        return bytes_.get()[at] == '\n' && (at == 0 || bytes_.get()[at - 1] != '\r');
    };
    std::size_t bare = 0;
    for (std::size_t i = 0; i < size_; ++i) bare += is_bare(i) ? 1U : 0U;
    if (bare == 0) return;
    make_room(bare);
    char* const bytes = bytes_.get();
    // From the end: what is moved never meets what is still to be read.
    for (std::size_t from = size_, to = size_ + bare; from != to;) {
        const bool lone = is_bare(--from);
        bytes[--to] = bytes[from];
        if (lone) bytes[--to] = '\r';
    }
    size_ += bare;
    put_line_end();
}

void GrowingText::insert(std::size_t at, std::string_view bytes) {
    make_room(bytes.size());
    char* const place = bytes_.get() + at;
    std::memmove(place + bytes.size(), place, size_ - at);
    std::ranges::copy(bytes, place);
    size_ += bytes.size();
    put_line_end();
}

void GrowingText::erase_front(std::size_t octets) {
    if (octets == 0) return;
    std::memmove(bytes_.get(), bytes_.get() + octets, size_ - octets);
    size_ -= octets;
    put_line_end();
}

SourceText::SourceText(std::span<const Header> headers, std::string_view body) {
    append_body(headers, body);
}

SourceText::SourceText(GrowingText text, std::size_t body_begin)
    : text_(std::move(text)), body_begin_(body_begin) {}

void SourceText::append_body(std::span<const Header> headers, std::string_view piece) {
    if (body_begin_ == 0) {
        std::string block;
        for (const Header& header : headers) {
            (block += header.name) += ':';
            for (const char c : header.value) {
                if (c == '\n' && !block.ends_with('\r')) block += '\r';
                block += c;
            }
            block += line_end;
        }
        text_.append(block += line_end);
        body_begin_ = text_.view().size();
    }
    text_.append(piece);
}

}  // namespace candor::rewriter
