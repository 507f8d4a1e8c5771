// Owners and modes of folders; what lies in them is check_state's.
#include "cli/check_folders.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace candor::cli {
namespace {

namespace fs = std::filesystem;

/// The name of a user, or the number of one that has none.
std::string name_of(uid_t user) {
    std::array<char, 4096> text{};
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwuid_r(user, &entry, text.data(), text.size(), &found) != 0 || found == nullptr) {
        return fmt::format("{}", user);
    }
    return found->pw_name;
}

class Folders {
  public:
    explicit Folders(uid_t user) : user_(user) {}

    void look_at(const fs::path& folder) {
        struct stat known {};
        if (::lstat(folder.c_str(), &known) != 0 || !S_ISDIR(known.st_mode)) return;
        if (known.st_uid != user_) {
            say(folder, fmt::format("belongs to {0}, not to {1}, who has to write it: chown -R "
                                    "{1}: {2}",
                                    name_of(known.st_uid), name_of(user_), folder.string()));
            return;  // the same command mends what lies in it
        }
        if (!may_write(folder)) return;
        std::error_code ignored;  // what cannot be listed check_state says
        for (fs::directory_iterator entry(folder, ignored), end; !ignored && entry != end;
             entry.increment(ignored)) {
            look_at(entry->path());
        }
    }
    bool may_write(const fs::path& folder) {
        if (::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) == 0) return true;
        if (errno != ENOENT) {
            say(folder, fmt::format("{} cannot write it: chmod u+rwx {}", name_of(::geteuid()),
                                    folder.string()));
        }
        return false;
    }
    std::vector<policy::ConfigFault> faults;

  private:
    void say(const fs::path& folder, std::string message) {
        faults.push_back({folder.string(), 0, std::move(message)});
    }
    const uid_t user_;
};

}  // namespace

std::vector<policy::ConfigFault> folders_of_others(const fs::path& state_dir) {
    struct stat known {};
    if (::stat(state_dir.c_str(), &known) != 0) return {};
    const uid_t asking = ::geteuid();
    Folders folders(asking == 0 ? known.st_uid : asking);
    // Whose it is does not matter: a group may share it.
    if (!folders.may_write(state_dir)) return std::move(folders.faults);
    for (const char* name : {"keys", "store", "spool", "run"}) folders.look_at(state_dir / name);
    return std::move(folders.faults);
}

}  // namespace candor::cli
