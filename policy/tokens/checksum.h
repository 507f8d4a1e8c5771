// Finds what a crash tore or a disk lost in a file of ours. Nothing against an attacker, who would
// have to be in our group to write there.
#pragma once

#include <cstdint>
#include <string_view>

namespace candor::policy {

/// FNV-1a of 64 bits.
[[nodiscard]] constexpr std::uint64_t checksum(std::string_view bytes) {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    return hash;
}

}  // namespace candor::policy
