// Whether a URL itself names a person: their address plain, encoded or hashed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace candor::policy {

/// The spellings of one address that turn up in links. Holds personal data: never log it.
class AddressSpellings {
  public:
    /// `normalised_address` as recipient_id.h makes it; empty = nothing is ever found.
    explicit AddressSpellings(std::string_view normalised_address);

    /// Looks for the address as it is, percent-encoded (up to four times), in base64, base64url and
    /// hex, and for MD5, SHA-1 and SHA-2 of it in hex. Case is ignored where the encoding ignores
    /// it.
    [[nodiscard]] bool found_in(std::string_view url) const;

  private:
    [[nodiscard]] bool found_as_it_is(std::string_view decoded) const;

    std::vector<std::string> any_case_;    // compared against the lower-cased, percent-decoded URL
    std::vector<std::string> exact_case_;  // base64
};

}  // namespace candor::policy
