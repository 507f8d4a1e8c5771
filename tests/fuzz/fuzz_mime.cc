// Rules: an empty plan changes no byte; twice is once; no line over 998 octets is brought in.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "rewriter/links.h"
#include "rewriter/message_text.h"
#include "rewriter/rewrite.h"

using namespace candor::rewriter;

namespace {

std::size_t longest_line(std::string_view text) {
    std::size_t longest = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        longest = std::max(longest, end);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return longest;
}

void check(const RawMessage& raw, const RewritePlan& plan) {
    const auto message = Message::parse(raw, {});
    if (!message) std::abort();
    (void)survey(*message);
    const auto edits = rewrite(*message, plan);
    if (!edits) return;
    const AppliedMessage applied = apply(raw, *edits);
    if (longest_line(applied.body) > std::max<std::size_t>(999, longest_line(raw.body)))
        std::abort();
    const RawMessage again{applied.headers, applied.body};
    const auto result = Message::parse(again, {});
    if (!result) std::abort();
    const auto second = rewrite(*result, plan);
    if (!second || second->body) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const SplitMessage split = split_message({reinterpret_cast<const char*>(data), size});
    const RawMessage raw{split.headers, split.body};
    const auto message = Message::parse(raw, {});
    if (!message) std::abort();
    const auto nothing = rewrite(*message, {});
    if (nothing && !nothing->empty()) std::abort();

    RewritePlan links;
    links.replace_link = [](const FoundLink& link) -> std::optional<std::string> {
        const std::string url = trim_url(link.url);
        if (!url.starts_with("http://")) return std::nullopt;
        return "https://go.acme.example/c/" + std::string(60, 'T');
    };
    check(raw, links);
    RewritePlan plaintext;
    plaintext.plaintext_only = true;
    check(raw, plaintext);
    return 0;
}
