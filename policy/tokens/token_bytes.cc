// Frozen like all of the layout: see token.cc.
#include "policy/tokens/token_bytes.h"

#include <algorithm>
#include <chrono>
#include <span>

#include "policy/tokens/base64url.h"

namespace candor::policy {
namespace {

constexpr std::size_t subject_bytes = sizeof(Block);
constexpr std::size_t max_token_bytes =
    token_header_bytes + subject_bytes + siv_bytes + max_destination_bytes;
constexpr std::size_t max_token_chars = (max_token_bytes * 4 + 2) / 3;
constexpr int tweaks = 16;

constexpr std::uint16_t time_steps_per_day = 43200;  // of 2 seconds

void xor_tweak(Block& plain, int tweak) {
    plain[0] = static_cast<std::uint8_t>(plain[0] ^ (tweak << 4));
}

bool ends_alphanumeric(std::string_view token) {
    return token.back() != '-' && token.back() != '_';
}

/// Without a branch per byte, as every token is asked.
bool has_double_hyphen(std::string_view token) {
    unsigned found = 0;
    for (std::size_t i = 1; i < token.size(); ++i) {
        found +=
            static_cast<unsigned>(token[i - 1] == '-') & static_cast<unsigned>(token[i] == '-');
    }
    return found > 0;
}

}  // namespace

tl::unexpected<Error> no_token() {
    return fail(Fault::Malformed, "not a token");
}

Subject subject_of(const SubjectCipher& cipher, const IndividualLink& link) {
    const auto second = (link.sealed_at - start_of(day_of(link.sealed_at))).count();
    std::string plain;
    put_number(plain, link.campaign);
    put_number(plain, link.recipient);
    put_number(plain, link.ordinal);
    put_number(plain, static_cast<std::uint16_t>(second / 2));
    Subject subject{cipher};
    std::ranges::copy(plain, subject.plain.begin());
    return subject;
}

std::optional<IndividualLink> read_subject(const SubjectCipher& cipher, const TokenHeader& header,
                                           std::string_view sealed) {
    Block block{};
    std::ranges::copy(sealed, block.begin());
    auto opened = cipher.decrypt(block);
    if (!opened) return std::nullopt;
    xor_tweak(*opened, header.tweak);
    const std::string plain(opened->begin(), opened->end());
    const auto time = number_at<std::uint16_t>(plain, 14);
    if (time >= time_steps_per_day) return std::nullopt;
    return IndividualLink{header.controller,
                          number_at<std::uint32_t>(plain, 0),
                          number_at<std::uint64_t>(plain, 4),
                          number_at<std::uint16_t>(plain, 12),
                          start_of(header.day) + std::chrono::seconds{2 * time},
                          header.retention,
                          {}};
}

/// Tries the tweaks until the last character is alphanumeric (a program that finds links in text
/// cuts `-` and `_`) and no `--` stands inside (the link may lie in an HTML comment). A token of n
/// characters fails one try with about (n - 1) / 4096 + 1 / 32: one of 200 characters fails all 16
/// with 4e-18, one of 2,700 (a destination of 2,000 bytes) with 2e-5, the longest with 0.3. Then
/// the first with a good end is taken: a broken link is worse than a comment that a parser minds.
Result<std::string> seal_bytes(const Siv& cipher, TokenHeader header,
                               const std::optional<Subject>& subject, std::string_view plain) {
    const std::size_t associated = token_header_bytes + (subject ? subject_bytes : 0);
    std::string bytes(associated + siv_bytes + plain.size(), '\0');
    std::string second_best;
    for (header.tweak = 0; header.tweak < tweaks; ++header.tweak) {
        bytes.replace(0, token_header_bytes, to_bytes(header));
        if (subject) {
            Block block = subject->plain;
            xor_tweak(block, header.tweak);
            const auto encrypted = subject->cipher.encrypt(block);
            if (!encrypted) return fail(Fault::Broken, "OpenSSL cannot encrypt with AES-256");
            std::ranges::copy(*encrypted, bytes.begin() + token_header_bytes);
        }
        const auto sealed = cipher.seal_into(std::span{bytes}.subspan(associated),
                                             std::string_view{bytes}.substr(0, associated), plain);
        if (!sealed) return fail(sealed.error());
        std::string token = to_base64url(bytes);
        if (!ends_alphanumeric(token)) continue;
        if (!has_double_hyphen(token)) return token;
        if (second_best.empty()) second_best = std::move(token);
    }
    // Sixteen bad ends in a row: 1 / 2^80. Left as Broken, so that the link goes on unrewritten.
    if (second_best.empty()) return fail(Fault::Broken, "no tweak gives a token a good end");
    return second_best;
}

Result<Unsealed> unseal(const KeyRing& ring, std::string_view token) {
    if (token.size() > max_token_chars) return no_token();
    const auto bytes = from_base64url(token);
    if (!bytes) return no_token();
    const auto header = read_token_header(*bytes);
    if (!header) return no_token();
    const bool names_somebody =
        header->kind == TokenKind::Individual || header->kind == TokenKind::IndividualOpen;
    const std::size_t associated = token_header_bytes + (names_somebody ? subject_bytes : 0);
    if (bytes->size() <= associated + siv_bytes) return no_token();

    const Siv* cipher = ring.link_cipher(header->controller, header->link_key_id);
    if (cipher == nullptr) return fail(Fault::Missing, "no link key for a token");
    const std::string_view view(*bytes);
    auto plain = cipher->open(view.substr(0, associated), view.substr(associated));
    if (!plain) return plain.error().fault == Fault::Malformed ? no_token() : fail(plain.error());
    return Unsealed{*header,
                    std::string(view.substr(token_header_bytes, associated - token_header_bytes)),
                    *std::move(plain)};
}

}  // namespace candor::policy
