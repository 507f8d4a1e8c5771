// Every round of decoding is looked at: undoing one escape more may hide what stood there.
#include "policy/people/address_in_text.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <span>
#include <utility>

#include "policy/ascii.h"
#include "policy/tokens/digest.h"

namespace candor::policy {
namespace {

constexpr std::string_view name_label = "candor campaign name v1";

template <class Found>
bool found_in_a_round(std::string_view text, Found found) {
    std::string round{text};
    for (int i = 0; i <= max_escapes; ++i) {
        if (found(round)) return true;
        std::string next = percent_decoded(round);
        if (next == round) return false;
        round = std::move(next);
    }
    return false;
}

bool is_of_a_name(char c) {
    return is_ascii_alnum(c) || static_cast<unsigned char>(c) >= 0x80;
}

/// A domain has a dot with a letter behind it, which the end of a version (form@v2.1) has not.
bool begins_with_domain(std::string_view text) {
    if (text.starts_with('[')) return true;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] != '.' && text[i] != '-' && !is_of_a_name(text[i])) return false;
        if (text[i - 1] == '.' && is_of_a_name(text[i]) && !is_ascii_digit(text[i])) return true;
    }
    return false;
}

bool has_mailbox(std::string_view text) {
    for (auto at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
        const bool local = at > 0 && static_cast<unsigned char>(text[at - 1]) > ' ';
        if (local && begins_with_domain(text.substr(at + 1))) return true;
    }
    return false;
}

}  // namespace

bool may_hold_address(std::string_view text) {
    return found_in_a_round(text, [](std::string_view round) {
        return round.find('@') != std::string_view::npos ||
               round.find("=40") != std::string_view::npos;
    });
}

bool looks_like_address(std::string_view text) {
    return found_in_a_round(text, has_mailbox);
}

std::string keyed_name(const RecipientKey& key, ControllerNumber controller,
                       std::string_view name) {
    std::string label{name_label};
    label.push_back(static_cast<char>(controller >> 8));
    label.push_back(static_cast<char>(controller & 0xFF));
    Sha256 own_key = hmac_sha256(key, label);
    const Sha256 digest = hmac_sha256(own_key, name);
    OPENSSL_cleanse(own_key.data(), own_key.size());
    return "hmac-sha256:" + to_hex(std::span{digest}.first(8));
}

}  // namespace candor::policy
