// The bytes of a token whatever it says: header, subject and seal, and the text they become. See
// token.h for the layout.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "policy/result.h"
#include "policy/tokens/keys.h"
#include "policy/tokens/siv.h"
#include "policy/tokens/subject_cipher.h"
#include "policy/tokens/token.h"
#include "policy/tokens/token_header.h"

namespace candor::policy {

/// Whom a link is for, to be encrypted. The tweak is xored over the top of the campaign, because a
/// `--` in the subject must go with another tweak as well; campaigns below 2^28 stay apart.
struct Subject {
    const SubjectCipher& cipher;  // borrowed from the ring
    Block plain{};
};
[[nodiscard]] Subject subject_of(const SubjectCipher& cipher, const IndividualLink& link);
/// Nothing when the block does not decrypt to a time of day: the key was lost and made anew.
[[nodiscard]] std::optional<IndividualLink> read_subject(const SubjectCipher& cipher,
                                                         const TokenHeader& header,
                                                         std::string_view sealed);

/// The text of the token; the tweak of `header` is chosen here. Errors: Broken.
[[nodiscard]] Result<std::string> seal_bytes(const Siv& cipher, TokenHeader header,
                                             const std::optional<Subject>& subject,
                                             std::string_view plain);

/// What a token is, with whom it is for still sealed.
struct Unsealed {
    TokenHeader header;
    std::string subject;
    std::string plain;
};

/// Errors: as open() in token.h.
[[nodiscard]] Result<Unsealed> unseal(const KeyRing& ring, std::string_view token);

[[nodiscard]] tl::unexpected<Error> no_token();

}  // namespace candor::policy
