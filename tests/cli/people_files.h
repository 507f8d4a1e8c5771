// Files of people in, files of people out, on the store in memory.
#pragma once

#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <set>
#include <string>

#include "cli/consent_import.h"
#include "cli/contact_import.h"
#include "cli/import.h"
#include "cli/opt_out_import.h"
#include "cli/people_export.h"
#include "tests/cli/temporary_file.h"
#include "tests/fakes.h"

namespace candor::tests {

inline const std::set<std::string> test_segments{"high-sensitivity", "press"};

inline cli::Identities test_identities() {
    return {0, test_recipient_key(), test_address_key(), {}};
}

/// `3 rows`, or the lines with faults.
template <class Kind>
std::string imported(const std::string& text, Kind kind) {
    const TemporaryFile on_disk(text);
    auto file = cli::CsvFile::open(on_disk.path());
    REQUIRE(file);
    cli::RowFaults faults{"f.csv"};
    cli::Progress unseen(nullptr);
    const auto rows = cli::import_rows(*file, kind, faults, unseen);
    if (rows) return std::to_string(*rows) + " rows";
    if (faults.none()) return rows.error().message;
    std::string lines;
    for (const auto& fault : faults.shown()) lines += policy::to_line(fault) + "\n";
    return lines;
}
inline std::string import_contacts(policy::Store& store, const std::string& text,
                                   const cli::Identities& identities = test_identities()) {
    return imported(text, cli::ContactImport(store, identities, test_segments));
}

using Export = Result<cli::Exported> (*)(policy::Store&, const cli::Identities&, std::FILE*,
                                         cli::Progress&);
inline std::string exported(policy::Store& store, Export what,
                            const cli::Identities& identities = test_identities()) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::tmpfile(), std::fclose};
    REQUIRE(file);
    cli::Progress unseen(nullptr);
    REQUIRE(what(store, identities, file.get(), unseen));
    std::rewind(file.get());
    std::string text;
    std::array<char, 4096> piece{};
    while (const auto got = std::fread(piece.data(), 1, piece.size(), file.get())) {
        text.append(piece.data(), got);
    }
    return text;
}

}  // namespace candor::tests
