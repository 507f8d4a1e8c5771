// A state directory that goes when the test ends.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>

#include "sqlite/store.h"
#include "tests/fakes.h"

namespace candor::tests {

class TemporaryState {
  public:
    TemporaryState() {
        std::string name = (std::filesystem::temp_directory_path() / "candor-test-XXXXXX").string();
        path_ = ::mkdtemp(name.data()) == nullptr ? "" : name;
    }
    TemporaryState(const TemporaryState&) = delete;
    TemporaryState& operator=(const TemporaryState&) = delete;
    ~TemporaryState() {
        std::error_code ignored;  // a leftover in the temporary folder fails no test
        if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] static policy::AuditKey audit_key() { return counting_key<policy::AuditKey>(9); }
    [[nodiscard]] std::unique_ptr<sqlite::SqliteStore> open(
        sqlite::Role role = sqlite::Role::None) const {
        auto store = sqlite::SqliteStore::open({path_, role, audit_key()});
        return store ? *std::move(store) : nullptr;
    }

  private:
    std::filesystem::path path_;
};

}  // namespace candor::tests
