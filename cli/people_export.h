// Contacts, domains, consents and opt-outs as CSV, in the columns that their imports read. Page by
// page: the memory needed does not grow with the store.
#pragma once

#include <cstdio>

#include "cli/people.h"
#include "cli/progress.h"

namespace candor::cli {

/// What an export came to. `unreadable` addresses are sealed under another key: their rows have the
/// RecipientId alone.
struct Exported {
    std::size_t rows = 0, unreadable = 0;
};

// Errors of all: Unavailable. Whether `out` took everything, its owner finds out.

[[nodiscard]] Result<Exported> export_contacts(policy::Store& store, const Identities& identities,
                                               std::FILE* out, Progress& progress);
[[nodiscard]] Result<Exported> export_domains(policy::Store& store, const Identities& identities,
                                              std::FILE* out, Progress& progress);
/// With the address where a contact row keeps it; the RecipientId always.
[[nodiscard]] Result<Exported> export_consents(policy::Store& store, const Identities& identities,
                                               std::FILE* out, Progress& progress);
[[nodiscard]] Result<Exported> export_opt_outs(policy::Store& store, const Identities& identities,
                                               std::FILE* out, Progress& progress);

/// Says what an export came to, where there is something to say; the exit code.
int reported_export(const Result<Exported>& exported);

}  // namespace candor::cli
