// Header bytes both ways.
#include "policy/tokens/token_header.h"

namespace candor::policy {

std::string to_bytes(const TokenHeader& header) {
    std::string bytes;
    bytes.push_back(
        static_cast<char>(static_cast<int>(header.version) << 4 | static_cast<int>(header.kind)));
    bytes.push_back(static_cast<char>(header.link_key_id));
    put_number(bytes, header.controller);
    bytes.push_back(static_cast<char>(header.retention << 4 | header.tweak));
    put_number(bytes, header.day);
    return bytes;
}

std::optional<TokenHeader> read_token_header(std::string_view bytes) {
    if (bytes.size() < token_header_bytes) return std::nullopt;
    const auto first = number_at<std::uint8_t>(bytes, 0);
    const auto version = static_cast<TokenVersion>(first >> 4);
    const auto kind = static_cast<TokenKind>(first & 0x0F);
    if (kind < TokenKind::Individual || kind > TokenKind::AggregateOpen) return std::nullopt;
    // One spelling per token: what has no destination has no second version either.
    const bool leads_somewhere = kind == TokenKind::Individual || kind == TokenKind::Aggregate;
    const bool shortened = version == TokenVersion::Dictionary && leads_somewhere;
    if (version != TokenVersion::Plain && !shortened) return std::nullopt;

    const auto class_and_tweak = number_at<std::uint8_t>(bytes, 4);
    return TokenHeader{version,
                       kind,
                       number_at<std::uint8_t>(bytes, 1),
                       number_at<std::uint16_t>(bytes, 2),
                       static_cast<RetentionClass>(class_and_tweak >> 4),
                       number_at<std::uint16_t>(bytes, 5),
                       class_and_tweak & 0x0F};
}

}  // namespace candor::policy
