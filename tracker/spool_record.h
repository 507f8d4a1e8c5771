// One event as the spool keeps it: 48 bytes with a checksum. docs/formats.md has them one by one.
// Who clicked is sealed under the daily key of the link, so that a spool forgets with the key, too,
// wherever a copy of it lies.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "policy/store.h"
#include "policy/tokens/keys.h"

namespace candor::tracker {

inline constexpr std::size_t spool_record_bytes = 48;

/// Without the person where its daily key is not in the ring any more.
[[nodiscard]] std::string to_spool_record(const policy::Event& event, const policy::KeyRing& ring);

/// `bytes` are spool_record_bytes long. Nothing when they are not what was written. The person is
/// left out where the daily key is gone or the class ended before `today`.
[[nodiscard]] std::optional<policy::Event> from_spool_record(std::string_view bytes,
                                                             const policy::KeyRing& ring,
                                                             policy::Day today);

}  // namespace candor::tracker
