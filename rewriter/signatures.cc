// Reads DKIM-Signature fields and compares body hashes (RFC 6376, sections 3.4 and 3.7). Header
// hashes and keys are not looked at: a body that no longer fits breaks a signature for sure.
#include "rewriter/signatures.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>

#include "rewriter/ascii.h"
#include "rewriter/gmime_ptr.h"
#include "rewriter/header_fields.h"
#include "rewriter/transfer_encoding.h"

namespace candor::rewriter {
namespace {

/// Hashing takes time; real mail has two or three. What is not looked at counts as intact.
constexpr int max_checked = 10;

bool is_blank(char c) {
    return c == ' ' || c == '\t';
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

std::string simple_body(std::string_view body) {
    while (body.ends_with("\r\n")) body.remove_suffix(2);
    return std::string(body) + "\r\n";
}

std::string relaxed_body(std::string_view body) {
    std::string out;
    out.reserve(body.size());
    bool blank = false;
    for (std::size_t i = 0; i < body.size(); ++i) {
        const char c = body[i];
        if (is_blank(c)) {
            blank = true;
            continue;
        }
        const bool line_end = c == '\r' && body.substr(i + 1).starts_with('\n');
        if (blank && !line_end) out += ' ';
        blank = false;
        out += c;
        if (line_end) {
            out += '\n';
            ++i;
        }
    }
    if (blank) out += ' ';  // a last line without an end keeps what a line end would have taken
    if (out.ends_with(' ')) out.pop_back();
    std::string_view whole = out;
    while (whole.ends_with("\r\n")) whole.remove_suffix(2);
    if (whole.empty()) return {};
    return std::string(whole) + "\r\n";
}

std::string digest_of(std::string_view bytes, GChecksumType type) {
    const ChecksumPtr checksum{g_checksum_new(type)};
    g_checksum_update(checksum.get(), reinterpret_cast<const guchar*>(bytes.data()),  // NOLINT
                      static_cast<gssize>(bytes.size()));
    std::array<guint8, 64> digest{};
    gsize size = digest.size();
    g_checksum_get_digest(checksum.get(), digest.data(), &size);
    return {digest.begin(), digest.begin() + static_cast<std::ptrdiff_t>(size)};
}

/// Canonical bodies and their hashes are made once for all signatures of a message.
class CanonicalBodies {
  public:
    explicit CanonicalBodies(std::string_view body) : body_(body) {}
    /// Of the first `length` octets of the canonical body; nullopt when it is shorter.
    std::optional<std::string> hash(bool relaxed, std::optional<std::size_t> length,
                                    GChecksumType type) {
        const std::string_view body = get(relaxed);
        const std::size_t octets = length.value_or(body.size());
        if (octets > body.size()) return std::nullopt;
        const auto [known, is_new] = hashes_.try_emplace({relaxed, octets, type});
        if (is_new) known->second = digest_of(body.substr(0, octets), type);
        return known->second;
    }

  private:
    const std::string& get(bool relaxed) {
        std::optional<std::string>& made = relaxed ? relaxed_ : simple_;
        if (!made) made = relaxed ? relaxed_body(body_) : simple_body(body_);
        return *made;
    }

    std::string_view body_;
    std::optional<std::string> simple_;
    std::optional<std::string> relaxed_;
    std::map<std::tuple<bool, std::size_t, GChecksumType>, std::string> hashes_;
};

bool body_hash_fits(std::string_view value, CanonicalBodies& bodies) {
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
    return decode(*hash, TransferEncoding::Base64) == bodies.hash(relaxed, limit, type);
}

}  // namespace

std::vector<CarriedSignature> carried_signatures(const RawMessage& raw) {
    std::vector<CarriedSignature> signatures;
    CanonicalBodies bodies(raw.body);
    int index = 0;
    for (const Header& header : raw.headers) {
        if (!same_field(header.name, "DKIM-Signature")) continue;
        ++index;
        signatures.push_back({ascii_lowered(tag(header.value, "d").value_or("")), index,
                              index > max_checked || body_hash_fits(header.value, bodies)});
    }
    return signatures;
}

}  // namespace candor::rewriter
