// Organisational domains, IDN and alignment. The only file that knows libpsl and libidn2.
#pragma once

#include <string>
#include <string_view>

#include "policy/result.h"

namespace candor::policy {

/// `domain` lower case and as A-labels (IDNA 2008, UTS 46 non-transitional), final dot dropped.
/// Errors: Malformed.
[[nodiscard]] Result<std::string> to_ascii_domain(std::string_view domain);

/// The registrable domain by the public suffix list ("mail.acme.co.uk" -> "acme.co.uk"); empty when
/// `domain` is itself a public suffix or no domain. Expects A-labels.
[[nodiscard]] std::string organisational_domain(std::string_view ascii_domain);

/// Whether both have the same organisational domain (relaxed alignment, RFC 7489, section 3.1).
[[nodiscard]] bool aligned(std::string_view one, std::string_view other);

/// ISO 3166-1 code that the country-code TLD of `ascii_domain` hints at ("uk" -> "GB"), or empty.
/// Only a hint: it may make a decision stricter, never looser.
[[nodiscard]] std::string cctld_hint(std::string_view ascii_domain);

}  // namespace candor::policy
