// A file in the way that an operator would give one, gone at the end of the test.
#pragma once

#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): mkstemp is POSIX
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace candor::tests {

class TemporaryFile {
  public:
    explicit TemporaryFile(std::string_view text) : path_("/tmp/candor-test-XXXXXX") {
        const int file = ::mkstemp(path_.data());
        if (file < 0 ||
            ::write(file, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
            std::abort();
        }
        ::close(file);
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile() { ::unlink(path_.c_str()); }
    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    std::string path_;
};

}  // namespace candor::tests
