// Files and folders as candor check looks at them; see check_findings.h.
#include "cli/check_findings.h"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace candor::cli {

namespace fs = std::filesystem;

void Findings::fault(const fs::path& file, std::string message) {
    findings.faults.push_back({file.string(), 0, std::move(message)});
}

void Findings::unreadable(const fs::path& file, int why) {
    fault(file, std::generic_category().message(why) +
                    (why == EACCES ? " (run as the user that owns it)" : ""));
}

std::vector<fs::path> entries_of(const fs::path& directory, Findings& findings) {
    std::vector<fs::path> found;
    std::error_code error;
    for (fs::directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error)) {
        found.push_back(entry->path());
    }
    if (error && error != std::errc::no_such_file_or_directory) {
        findings.unreadable(directory, error.value());
    }
    std::ranges::sort(found);
    return found;
}

bool look_at(const fs::path& file, struct stat& known, Findings& findings) {
    if (::lstat(file.c_str(), &known) == 0) return true;
    if (errno != ENOENT) findings.unreadable(file, errno);
    return false;
}

}  // namespace candor::cli
