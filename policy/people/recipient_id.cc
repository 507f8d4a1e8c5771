// Addresses in, keyed hashes out; the only place that decides which spellings are one mailbox.
#include "policy/people/recipient_id.h"

#include <openssl/crypto.h>

#include <algorithm>

#include "policy/ascii.h"
#include "policy/people/domains.h"
#include "policy/tokens/digest.h"

namespace candor::policy {
namespace {

// RFC 5321 allows 256 octets of path; a line of SMTP at most 998.
constexpr std::size_t max_address_bytes = 998;

constexpr std::string_view id_label = "candor recipient id v1";

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

// ASCII only: case rules of other scripts differ between systems, and a mailbox that has capitals
// of another script is compared byte for byte.
std::string lower_case(std::string_view text) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return lower;
}

// "john.doe"@x and john.doe@x are one mailbox (RFC 5321, section 4.1.2): quotes that are not
// needed go. Nothing for a broken quoted string.
Result<std::string> unquoted(std::string_view local) {
    if (local.size() < 2 || local.front() != '"' || local.back() != '"') return std::string(local);
    const std::string_view inside = local.substr(1, local.size() - 2);
    std::string content;
    for (std::size_t i = 0; i < inside.size(); ++i) {
        if (inside[i] == '\\' && ++i == inside.size()) {
            return fail(Fault::Malformed, "the quoted local part of an address does not end");
        }
        content.push_back(inside[i]);
    }
    const bool plain = !content.empty() && std::ranges::all_of(content, [](char c) {
        return static_cast<unsigned char>(c) > ' ' &&
               std::string_view("()<>[]:;@\\,\"").find(c) == std::string_view::npos;
    });
    return plain ? content : std::string(local);
}

}  // namespace

std::uint64_t RecipientId::prefix() const {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i) value = (value << 8) | bytes[i];
    return value;
}

std::string RecipientId::hex() const {
    return to_hex(bytes);
}

Result<RecipientId> RecipientId::from_hex(std::string_view text) {
    RecipientId id;
    if (!policy::from_hex(text, id.bytes)) {
        return fail(Fault::Malformed, "a recipient id has 32 hex digits");
    }
    return id;
}

Result<std::string> normalise_address(std::string_view address) {
    std::string_view rest = trimmed(address);
    if (rest.size() >= 2 && rest.front() == '<' && rest.back() == '>') {
        rest = trimmed(rest.substr(1, rest.size() - 2));
    }
    if (rest.size() > max_address_bytes) return fail(Fault::Malformed, "an address is too long");
    if (rest.starts_with('@')) {  // source route, RFC 5321, appendix F.2: @hop,@hop:mailbox
        const std::size_t colon = rest.find(':');
        if (colon == std::string_view::npos) {
            return fail(Fault::Malformed, "an address has a source route and no mailbox");
        }
        rest = rest.substr(colon + 1);
    }
    const std::size_t at = rest.rfind('@');
    if (at == std::string_view::npos || at == 0 || at + 1 == rest.size()) {
        return fail(Fault::Malformed, "an address has no local part or no domain");
    }
    auto local = unquoted(rest.substr(0, at));
    if (!local) return fail(local.error());
    const bool quoted = local->starts_with('"');
    if (std::ranges::any_of(*local, [&](char c) {
            return static_cast<unsigned char>(c) < ' ' || c == '\x7F' || (c == ' ' && !quoted);
        })) {
        return fail(Fault::Malformed, "an address holds a blank or control character");
    }

    const std::string_view domain = rest.substr(at + 1);
    if (domain.starts_with('[') && domain.ends_with(']')) {  // address literal: no domain name
        return lower_case(*local) + "@" + lower_case(domain);
    }
    const auto ascii = to_ascii_domain(domain);
    if (!ascii) return fail(Fault::Malformed, "the domain of an address is not a domain name");
    return lower_case(*local) + "@" + *ascii;
}

std::string_view domain_of(std::string_view normalised_address) {
    const std::size_t at = normalised_address.rfind('@');
    return at == std::string_view::npos ? std::string_view{} : normalised_address.substr(at + 1);
}

std::string mailbox_of(std::string_view normalised_address, const AddressRules& rules) {
    const std::string_view domain = domain_of(normalised_address);
    std::string local(normalised_address.substr(0, normalised_address.rfind('@')));
    // In a quoted local part every character is meant.
    if (domain.empty() || local.starts_with('"')) return std::string(normalised_address);
    const std::size_t plus = local.find('+');
    // "+tag@" has nothing before the tag: it would make one person of everybody who is written so.
    if (rules.plus_tags == PlusTags::Drop && plus != std::string::npos && plus > 0) {
        local.resize(plus);
    }
    if (std::ranges::find(rules.dotless_domains, domain) != rules.dotless_domains.end()) {
        std::erase(local, '.');
        if (local.empty()) return std::string(normalised_address);
    }
    return local + "@" + std::string(domain);
}

RecipientId recipient_id(const RecipientKey& key, const AddressRules& rules,
                         ControllerNumber controller, std::string_view normalised_address) {
    std::string label(id_label);
    label.push_back(static_cast<char>(controller >> 8));
    label.push_back(static_cast<char>(controller & 0xFF));
    RecipientKey own_key = hmac_sha256(key, label);
    const RecipientKey digest = hmac_sha256(own_key, mailbox_of(normalised_address, rules));
    OPENSSL_cleanse(own_key.data(), own_key.size());
    RecipientId id;
    std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
    return id;
}

}  // namespace candor::policy
