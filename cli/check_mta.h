// candor check, the part about the mail server: whether Postfix asks Candor, in which order, what
// it does when nobody answers, and whether the signer signs what Candor adds.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "cli/check_state.h"

namespace candor::cli {

/// The files of the mail server's side. Nothing: that side is not looked at.
struct MtaFiles {
    std::optional<std::filesystem::path> postfix;   ///< main.cf or its directory
    std::optional<std::filesystem::path> opendkim;  ///< opendkim.conf
};

/// What would lose mail, or let tracking through, or break signatures is a fault; what may be meant
/// so is a note. `candor_socket` is `milter.socket` of the configuration.
[[nodiscard]] CheckFindings check_mta(const MtaFiles& files, std::string_view candor_socket);

}  // namespace candor::cli
