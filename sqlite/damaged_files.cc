// Names and judgement of damaged event files; see damaged_files.h.
#include "sqlite/damaged_files.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string>
#include <system_error>

namespace candor::sqlite {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view ending = ".db", mark = ".damaged.";

/// SQLite calls this with the first thing it finds, which is `ok` where it finds nothing.
int note_finding(void* damaged, int /*columns*/, char** values, char** /*names*/) {
    *static_cast<bool*>(damaged) = values[0] == nullptr || std::string_view(values[0]) != "ok";
    return 0;
}

}  // namespace

bool is_damaged(const fs::path& file) {
    if (::access(file.c_str(), R_OK | W_OK) != 0) return errno == EACCES;
    sqlite3* opened = nullptr;
    int code = sqlite3_open_v2(file.c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr);
    const std::unique_ptr<sqlite3, int (*)(sqlite3*)> handle{opened, sqlite3_close};
    if (code != SQLITE_OK) return false;  // such as for want of a descriptor
    bool damaged = false;
    code = sqlite3_exec(opened, "PRAGMA quick_check(1)", note_finding, &damaged, nullptr);
    return damaged || (code & 0xff) == SQLITE_NOTADB || (code & 0xff) == SQLITE_CORRUPT;
}

Result<fs::path> set_aside(const fs::path& file) {
    std::error_code error;
    fs::path to;
    for (int number = 1; number == 1 || fs::exists(to, error); ++number) {
        to = file.parent_path() /
             fmt::format("{}{}{}{}", file.stem().string(), mark, number, ending);
    }
    // The WAL first: beside a new file under the old name it would destroy that one, too.
    for (const char* part : {"-wal", "-shm", ""}) {
        fs::rename(file.string() + part, to.string() + part, error);
        if (!error || error == std::errc::no_such_file_or_directory) continue;
        return fail(Fault::Unavailable,
                    fmt::format("store: cannot set {} aside: {}", file.string(), error.message()));
    }
    return to;
}

std::optional<policy::DayClass> damaged_event_file_of(std::string_view file_name) {
    const std::size_t at = file_name.find(mark);
    if (at == std::string_view::npos || !file_name.ends_with(ending)) return std::nullopt;
    return policy::day_class_from(file_name.substr(0, at));
}

Result<std::vector<fs::path>> damaged_event_files(const fs::path& directory,
                                                  const std::optional<policy::DayClass>& of) {
    std::error_code error;
    std::vector<fs::path> found;
    for (fs::directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error)) {
        const auto name = damaged_event_file_of(entry->path().filename().string());
        if (name && (!of || *of == *name)) found.push_back(entry->path());
    }
    if (error) return fail(Fault::Unavailable, "store: cannot list the event files");
    return found;
}

}  // namespace candor::sqlite
