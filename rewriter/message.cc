// A message is parsed where it lies; only what came in two pieces is copied into one.
#include "rewriter/message.h"

#include <algorithm>
#include <utility>

#include "rewriter/contents.h"
#include "rewriter/message_reader.h"
#include "rewriter/mime/parse_guard.h"

namespace candor::rewriter {
namespace {

bool is_over_limit(const RawMessage& raw, const Limits& limits) {
    std::size_t size = raw.body.size() + 2;
    std::size_t lines = 0;
    for (const Header& header : raw.headers) {
        size += header.name.size() + header.value.size() + 3;
        lines += 1 + static_cast<std::size_t>(std::ranges::count(header.value, '\n'));
    }
    return size > limits.max_message_bytes || std::cmp_greater(lines, limits.max_header_lines);
}

}  // namespace

std::vector<Replacement> Message::in_body(std::vector<Replacement> edits) const {
    for (Replacement& edit : edits) {
        edit.where.begin -= body_begin_;
        edit.where.end -= body_begin_;
    }
    return edits;
}

const Contents& Message::contents() const {
    if (!contents_) {
        contents_ = std::make_shared<const Contents>(read_contents(*this, std::move(decoded_)));
    }
    return *contents_;
}

void Message::drop_padding() {
    source_.remove_suffix(2);
    const auto clip = [size = source_.size()](Span& span) {
        span.begin = std::min(span.begin, size);
        span.end = std::min(span.end, size);
    };
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        clip(parts_[i].header);
        const Span whole = parts_[i].content;
        clip(parts_[i].content);
        if (parts_[i].content != whole) decoded_[i].reset();
    }
    for (Container& container : containers_) {
        clip(container.header);
        clip(container.content);
    }
}

void Message::read(const SourceText& text) {
    source_ = text.text();
    body_begin_ = text.body_begin();
    if (auto why = unparsable(source_, body_begin_, limits_)) {
        untouchable_ = std::move(why);
        opaque_ = unread_ = true;
        return;
    }
    // GMime misplaces the end of the last part when the last delimiter has no line end.
    const bool padded = !text.body().empty() && !text.body().ends_with("\r\n");
    if (padded) source_ = text.text_with_line_end();
    MessageReader(*this).read();
    if (padded) drop_padding();
}

/// Not even looked at, nor copied.
Message Message::too_large(std::span<const Header> headers, const Limits& limits) {
    Message message{headers, limits};
    message.untouchable_ = Untouchable{"over_limit", "The message is larger than the limit."};
    message.opaque_ = message.unread_ = true;
    return message;
}

Result<Message> Message::parse(std::span<const Header> headers, const SourceText& source,
                               const Limits& limits) {
    if (source.body_begin() == 0) return parse({headers, {}}, limits);  // no piece ever came
    if (is_over_limit({headers, source.body()}, limits)) return too_large(headers, limits);
    init_mime();
    Message message{headers, limits};
    message.read(source);
    return message;
}

Result<Message> Message::parse(const RawMessage& raw, const Limits& limits) {
    if (is_over_limit(raw, limits)) return too_large(raw.headers, limits);
    SourceText own{raw.headers, raw.body};
    auto message = parse(raw.headers, own, limits);
    if (message) message->own_ = std::move(own);
    return message;
}

}  // namespace candor::rewriter
