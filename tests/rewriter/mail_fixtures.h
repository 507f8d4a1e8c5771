// Messages for tests: short ones written in place, and the files of the shared corpus.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/bytes/ascii.h"
#include "rewriter/contents.h"
#include "rewriter/links/web_url.h"
#include "rewriter/message_text.h"
#include "rewriter/rewrite.h"

namespace candor::rewriter::test {

/// A message an MTA would hand over, from text with LF or CRLF.
struct Mail {
    explicit Mail(std::string_view text) : split(split_message(text)) {}
    explicit Mail(AppliedMessage applied) {
        split.headers = std::move(applied.headers);
        split.body = std::move(applied.body);
    }
    [[nodiscard]] RawMessage raw() const { return {split.headers, split.body}; }
    [[nodiscard]] Message parsed(const Limits& limits = {}) const {
        return std::move(*Message::parse(raw(), limits));
    }
    [[nodiscard]] std::string header(std::string_view name) const {
        for (const Header& header : split.headers) {
            if (header.name == name) return header.value;
        }
        return "(none)";
    }
    SplitMessage split;
};

/// A message or part of these parts, each with its header.
inline std::string multipart(std::string_view type, std::string_view boundary,
                             const std::vector<std::string>& parts) {
    std::string out = "Content-Type: multipart/" + std::string(type) + ";\n boundary=\"" +
                      std::string(boundary) + "\"\n\n";
    for (const std::string_view part : parts)
        out += "--" + std::string(boundary) + "\n" + std::string(part);
    return out + "--" + std::string(boundary) + "--\n";
}

inline std::string slurp(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

inline std::vector<std::filesystem::path> corpus() {
    std::vector<std::filesystem::path> files;
    const std::filesystem::path root = std::filesystem::path(CANDOR_SHARED_DIR) / "corpus" / "eml";
    if (!std::filesystem::exists(root)) return files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
        if (entry.is_regular_file()) files.push_back(entry.path());
    }
    std::ranges::sort(files);
    return files;
}

/// Whether some HTML of the message shows this image, by its Content-ID and found in a simple way.
inline bool shown_by_html(const Message& message, const Part& part) {
    const std::string_view header = message.source().substr(part.header.begin, part.header.size());
    const std::size_t field = ascii_lowered(header).find("content-id:");
    if (!part.mime_type.starts_with("image/") || field == std::string_view::npos) return false;
    const std::size_t begin = header.find_first_not_of(" \r\n\t<", field + 11);
    const std::string id{header.substr(begin, header.find_first_of("> \r", begin) - begin)};
    return !id.empty() &&
           std::ranges::any_of(message.contents().parts, [&](const PartContent& content) {
               return message.parts()[content.part].kind == PartKind::Html &&
                      percent_decoded(content.bytes).find("cid:" + id) != std::string::npos;
           });
}

/// The longest line without its line end.
inline std::size_t longest_line(std::string_view text) {
    std::size_t longest = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::size_t cr = end > 0 && text[end - 1] == '\r' ? 1 : 0;
        longest = std::max(longest, end - cr);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return longest;
}

}  // namespace candor::rewriter::test
