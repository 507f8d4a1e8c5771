// A state directory that goes when the test ends.
#pragma once

#include <memory>

#include "sqlite/store.h"
#include "tests/fakes.h"
#include "tests/temporary_folder.h"

namespace candor::tests {

class TemporaryState : public TemporaryFolder {
  public:
    [[nodiscard]] static policy::AuditKey audit_key() { return counting_key<policy::AuditKey>(9); }
    [[nodiscard]] std::unique_ptr<sqlite::SqliteStore> open(
        sqlite::Role role = sqlite::Role::None) const {
        auto store = sqlite::SqliteStore::open({path(), role, audit_key()});
        return store ? *std::move(store) : nullptr;
    }
};

}  // namespace candor::tests
