// A folder for keys that goes with the test.
#pragma once

#include <stdlib.h>

#include <array>
#include <filesystem>
#include <string>

#include "cli/key_files.h"

namespace candor::tests {

inline constexpr policy::Day key_test_day = 20780;  // 2026-11-23
inline constexpr std::array<policy::ControllerNumber, 2> key_test_controllers{0, 1};

class TemporaryKeys {
  public:
    TemporaryKeys() {
        std::string name = (std::filesystem::temp_directory_path() / "candor-keys-XXXXXX").string();
        path_ = ::mkdtemp(name.data()) == nullptr ? "" : name;
    }
    TemporaryKeys(const TemporaryKeys&) = delete;
    TemporaryKeys& operator=(const TemporaryKeys&) = delete;
    ~TemporaryKeys() {
        std::error_code ignored;  // a leftover in the temporary folder fails no test
        if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] std::filesystem::path keys() const { return path_ / "keys"; }
    [[nodiscard]] Result<cli::KeyFiles> open(cli::KeyMode mode = cli::KeyMode::Create) const {
        return cli::KeyFiles::open(keys(), key_test_controllers, mode);
    }

  private:
    std::filesystem::path path_;
};

}  // namespace candor::tests
