// Preloaded into a daemon: no sync of a file named *optouts.db* ends while the file HELD_SYNC_WHILE
// is there; a file of that name with .met behind it says that one waits. A disk that takes its
// time, without a clock in the test.
#include <dlfcn.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>

namespace {

bool is_of_opt_outs(int file) {
    std::array<char, 4096> path{};
    const ssize_t size =
        ::readlink(fmt::format("/proc/self/fd/{}", file).c_str(), path.data(), path.size());
    const std::string_view name(path.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    return name.find("optouts.db") != std::string_view::npos;
}

void wait_while_held() {
    const char* const held_while = std::getenv("HELD_SYNC_WHILE");
    if (held_while == nullptr || ::access(held_while, F_OK) != 0) return;
    const int met =
        ::open((std::string(held_while) + ".met").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (met >= 0) ::close(met);
    while (::access(held_while, F_OK) == 0) {
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
}

int sync(const char* name, int file) {
    if (is_of_opt_outs(file)) wait_while_held();
    return reinterpret_cast<int (*)(int)>(::dlsym(RTLD_NEXT, name))(file);
}

}  // namespace

extern "C" int fsync(int file) {
    return sync("fsync", file);
}
extern "C" int fdatasync(int file) {
    return sync("fdatasync", file);
}
