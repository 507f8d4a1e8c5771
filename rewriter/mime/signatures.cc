// Reads DKIM-Signature fields and compares body hashes (RFC 6376, sections 3.4 and 3.7). Header
// hashes and keys are not looked at: a body that no longer fits breaks a signature for sure.
#include "rewriter/mime/signatures.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>

#include "rewriter/bytes/ascii.h"
#include "rewriter/mime/gmime_ptr.h"
#include "rewriter/mime/header_fields.h"
#include "rewriter/mime/transfer_encoding.h"

namespace candor::rewriter {
namespace {

/// Hashing takes time; real mail has two or three. What is not looked at counts as intact.
constexpr int max_checked = 10;

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view blanks = " \t";

bool is_blank(char c) {
    return blanks.find(c) != std::string_view::npos;
}

/// The value of a tag (RFC 6376, section 3.2) without any white space; nullopt when there is none.
std::optional<std::string> tag(std::string_view list, std::string_view name) {
    while (!list.empty()) {
        const std::size_t end = std::min(list.find(';'), list.size());
        const std::string_view item = list.substr(0, end);
        list.remove_prefix(std::min(end + 1, list.size()));
        const std::size_t equals = item.find('=');
        if (equals == std::string_view::npos || trim_blanks(item.substr(0, equals)) != name)
            continue;
        std::string value(item.substr(equals + 1));
        std::erase_if(value, is_html_blank);
        return value;
    }
    return std::nullopt;
}

/// Hashes the first `limit` octets of what it is given, and counts all.
class BodyHash {
  public:
    BodyHash(GChecksumType type, std::optional<std::size_t> limit)
        : checksum_(g_checksum_new(type)), limit_(limit) {}

    void add(std::string_view bytes) {
        const std::size_t room = limit_ ? *limit_ - std::min(*limit_, octets_) : bytes.size();
        octets_ += bytes.size();
        bytes = bytes.substr(0, room);
        g_checksum_update(checksum_.get(),
                          reinterpret_cast<const guchar*>(bytes.data()),  // NOLINT
                          static_cast<gssize>(bytes.size()));
    }
    /// nullopt when fewer octets came than the limit.
    std::optional<std::string> finish() {
        if (limit_ && octets_ < *limit_) return std::nullopt;
        std::array<guint8, 64> digest{};
        gsize size = digest.size();
        g_checksum_get_digest(checksum_.get(), digest.data(), &size);
        return std::string{digest.begin(), digest.begin() + static_cast<std::ptrdiff_t>(size)};
    }

  private:
    ChecksumPtr checksum_;
    std::optional<std::size_t> limit_;
    std::size_t octets_ = 0;
};

void add_simple_body(std::string_view body, BodyHash& hash) {
    while (body.ends_with(line_end)) body.remove_suffix(line_end.size());
    hash.add(body);
    hash.add(line_end);
}

/// Without blanks at its end, runs of them as one space.
void add_relaxed_line(std::string_view line, BodyHash& hash) {
    while (!line.empty() && is_blank(line.back())) line.remove_suffix(1);
    while (!line.empty()) {
        const std::string_view word = line.substr(0, line.find_first_of(blanks));
        hash.add(word);
        line.remove_prefix(word.size());
        if (line.empty()) return;
        hash.add(" ");
        line.remove_prefix(line.find_first_not_of(blanks));
    }
}

void add_relaxed_body(std::string_view body, BodyHash& hash) {
    // Line ends that count only when a line with words comes behind them.
    std::size_t waiting = 0;
    bool has_words = false;
    while (!body.empty()) {
        const std::string_view line = body.substr(0, body.find(line_end));
        body.remove_prefix(std::min(line.size() + line_end.size(), body.size()));
        if (!std::ranges::all_of(line, is_blank)) {
            for (; waiting > 0; --waiting) hash.add(line_end);
            add_relaxed_line(line, hash);
            has_words = true;
        }
        ++waiting;
    }
    if (has_words) hash.add(line_end);
}

/// The hash of a body in its canonical form, made once for all signatures that ask for the same;
/// the form itself is never held.
class BodyHashes {
  public:
    explicit BodyHashes(std::string_view body) : body_(body) {}
    /// Of the first `limit` octets of the canonical body; nullopt when it is shorter.
    std::optional<std::string> get(bool relaxed, std::optional<std::size_t> limit,
                                   GChecksumType type) {
        const auto [known, is_new] = hashes_.try_emplace({relaxed, limit, type});
        if (is_new) {
            BodyHash hash(type, limit);
            (relaxed ? add_relaxed_body : add_simple_body)(body_, hash);
            known->second = hash.finish();
        }
        return known->second;
    }

  private:
    using Kind = std::tuple<bool, std::optional<std::size_t>, GChecksumType>;
    std::string_view body_;
    std::map<Kind, std::optional<std::string>> hashes_;
};

bool body_hash_fits(std::string_view value, BodyHashes& hashes) {
    const std::string algorithm = ascii_lowered(tag(value, "a").value_or("rsa-sha256"));
    const std::string canonical = ascii_lowered(tag(value, "c").value_or("simple/simple"));
    const std::size_t slash = canonical.find('/');
    const bool relaxed = slash != std::string::npos && canonical.substr(slash + 1) == "relaxed";
    std::optional<std::size_t> limit;
    if (const auto length = tag(value, "l")) {
        std::size_t octets = 0;
        const char* const end = length->data() + length->size();
        const auto [rest, error] = std::from_chars(length->data(), end, octets);
        if (error != std::errc() || rest != end) return false;
        limit = octets;
    }
    const auto hash = tag(value, "bh");
    if (!hash) return false;
    const GChecksumType type = algorithm.ends_with("-sha1") ? G_CHECKSUM_SHA1 : G_CHECKSUM_SHA256;
    return decode(*hash, TransferEncoding::Base64) == hashes.get(relaxed, limit, type);
}

}  // namespace

std::vector<CarriedSignature> carried_signatures(const RawMessage& raw) {
    std::vector<CarriedSignature> signatures;
    BodyHashes hashes(raw.body);
    int index = 0;
    for (const Header& header : raw.headers) {
        if (!same_field(header.name, "DKIM-Signature")) continue;
        ++index;
        signatures.push_back({ascii_lowered(tag(header.value, "d").value_or("")), index,
                              index > max_checked || body_hash_fits(header.value, hashes)});
    }
    return signatures;
}

}  // namespace candor::rewriter
