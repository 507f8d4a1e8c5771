// Line ends are made CRLF in place and taken back on the way out, so that a file with LF is not
// held twice. The header ends at the first empty line or the first line that is no field.
#include "rewriter/message_text.h"

#include <algorithm>
#include <utility>

#include "rewriter/rewrite.h"

namespace candor::rewriter {
namespace {

constexpr std::string_view line_end = "\r\n";

/// Printable ASCII but the colon (RFC 5322, section 3.6.8), at least one.
std::size_t field_name_length(std::string_view line) {
    const auto end =
        std::ranges::find_if(line, [](char c) { return c == ':' || c <= ' ' || c >= 0x7f; });
    const auto length = static_cast<std::size_t>(end - line.begin());
    return end != line.end() && *end == ':' ? length : 0;
}

/// CRLF on its way to a file: gives each line the end it had.
class LineEndWriter {
  public:
    /// `bare` says of each line whether its end is LF alone; null = all or none, as `line_ends`.
    LineEndWriter(const Sink& sink, LineEnds line_ends, const std::vector<bool>* bare)
        : sink_(sink), lf_(line_ends == LineEnds::Lf), bare_(bare) {}

    /// A piece ends neither the text nor a line: a CR at its end waits for the next.
    bool write(std::string_view piece) {
        if (!lf_ && bare_ == nullptr) return sink_(piece);
        if (std::exchange(waiting_cr_, false) && !write_cr_before(piece)) return false;
        if (piece.ends_with('\r')) {
            waiting_cr_ = true;
            piece.remove_suffix(1);
        }
        while (!piece.empty()) {
            const std::size_t lf = piece.find('\n');
            if (lf == std::string_view::npos) return sink_(piece);
            const bool crlf = lf > 0 && piece[lf - 1] == '\r';
            const bool cut = next_is_bare() && crlf;
            if (cut ? !sink_(piece.substr(0, lf - 1)) || !sink_("\n")
                    : !sink_(piece.substr(0, lf + 1)))
                return false;
            piece.remove_prefix(lf + 1);
        }
        return true;
    }
    bool finish() { return !std::exchange(waiting_cr_, false) || sink_("\r"); }

  private:
    bool write_cr_before(std::string_view piece) {
        const bool cut = piece.starts_with('\n') && (lf_ || (bare_ != nullptr && (*bare_)[line_]));
        return cut || sink_("\r");
    }
    bool next_is_bare() { return bare_ == nullptr ? lf_ : (*bare_)[line_++]; }

    const Sink& sink_;
    bool lf_;
    const std::vector<bool>* bare_;
    std::size_t line_ = 0;
    bool waiting_cr_ = false;
};

/// An mbox `From ` line and blank lines.
std::size_t length_of_front(std::string_view text) {
    std::size_t front = 0;
    while (text.substr(front).starts_with(line_end) || text.substr(front).starts_with("From ")) {
        const std::size_t end = text.find(line_end, front);
        if (end == std::string_view::npos) return text.size();
        front = end + line_end.size();
    }
    return front;
}

/// Where the body begins, with or without an empty line before it.
std::size_t read_header(std::string_view text, std::vector<Header>& headers) {
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find(line_end, at), text.size());
        const std::string_view line = text.substr(at, end - at);
        const bool fold = line.starts_with(' ') || line.starts_with('\t');
        if (line.empty()) return at;
        if (fold && !headers.empty()) {
            (headers.back().value += '\n') += line;
        } else if (const std::size_t name = field_name_length(line); name > 0) {
            headers.push_back(
                {std::string{line.substr(0, name)}, std::string{line.substr(name + 1)}});
        } else {
            return at;
        }
        at = std::min(end + line_end.size(), text.size());
    }
    return at;
}

}  // namespace

void FileForm::note_line_ends(std::string_view file) {
    const auto is_bare = [&](std::size_t lf) { return lf == 0 || file[lf - 1] != '\r'; };
    std::size_t bare = 0;
    std::size_t all = 0;
    for (auto lf = file.find('\n'); lf != std::string_view::npos; lf = file.find('\n', lf + 1)) {
        ++all;
        bare += is_bare(lf) ? 1U : 0U;
    }
    line_ends_ = bare == 0 ? LineEnds::Crlf : bare == all ? LineEnds::Lf : LineEnds::Mixed;
    if (line_ends_ != LineEnds::Mixed) return;
    bare_.reserve(all);
    for (auto lf = file.find('\n'); lf != std::string_view::npos; lf = file.find('\n', lf + 1))
        bare_.push_back(is_bare(lf));
}

bool FileForm::write(const SourceText& text, const Sink& sink) const {
    LineEndWriter out(sink, line_ends_, line_ends_ == LineEnds::Mixed ? &bare_ : nullptr);
    const std::string_view header = text.text().substr(0, text.body_begin() - added_);
    return out.write(front_) && out.write(header) && out.write(text.body()) && out.finish();
}

bool FileForm::write_edited(std::span<const Header> headers, const SourceText& text,
                            const Edits& edits, const Sink& sink) const {
    LineEndWriter out(sink, line_ends_, nullptr);
    const SourceText header{edited_headers(headers, edits.headers), {}};
    if (!out.write(header.text())) return false;
    SplicedPieces pieces(text.body(), edits.body);
    while (const auto piece = pieces.next()) {
        if (!out.write(*piece)) return false;
    }
    return out.finish();
}

MessageFile MessageFile::read(GrowingText file) {
    MessageFile message;
    message.form.note_line_ends(file.view());
    file.make_line_ends_crlf();

    const std::size_t front = length_of_front(file.view());
    message.form.front_ = file.view().substr(0, front);
    file.erase_front(front);

    std::size_t body = read_header(file.view(), message.headers);
    const bool separated = file.view().substr(body).starts_with(line_end);
    if (!separated) {
        // A body that began without an empty line gets one, as every MTA does: else an added field
        // would run into it.
        const bool open_line = body > 0 && !file.view().substr(0, body).ends_with(line_end);
        const std::string_view missing = open_line ? "\r\n\r\n" : line_end;
        file.insert(body, missing);
        message.form.added_ = missing.size();
        body += missing.size();
    } else {
        body += line_end.size();
    }
    message.text = SourceText(std::move(file), body);
    return message;
}

SplitMessage split_message(std::string_view file) {
    GrowingText text;
    text.append(file);
    MessageFile read = MessageFile::read(std::move(text));
    return {std::move(read.headers), std::string(read.text.body())};
}

}  // namespace candor::rewriter
