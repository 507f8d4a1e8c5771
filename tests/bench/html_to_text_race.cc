// A process per mail is how the others are used; what a process costs by itself is timed too.
#include "tests/bench/html_to_text_race.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "rewriter/text/plaintext.h"
#include "tests/bench/race.h"

namespace candor::bench {
namespace {

namespace fs = std::filesystem;

/// The HTML of every mail as a file; removed again.
class HtmlFiles {
  public:
    explicit HtmlFiles(const BenchSet& set) {
        std::string name = (fs::temp_directory_path() / "candor-bench.XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) return;
        folder_ = name;
        for (std::size_t i = 0; i < set.mails.size(); ++i) {
            files_.push_back((folder_ / fmt::format("{}.html", i)).string());
            std::ofstream{files_.back(), std::ios::binary} << set.mails[i].html;
        }
    }
    ~HtmlFiles() {
        std::error_code ignored;
        if (!folder_.empty()) fs::remove_all(folder_, ignored);
    }
    HtmlFiles(const HtmlFiles&) = delete;
    HtmlFiles& operator=(const HtmlFiles&) = delete;
    [[nodiscard]] const std::vector<std::string>& names() const { return files_; }

  private:
    fs::path folder_;
    std::vector<std::string> files_;
};

/// The exit status; 128 and more for a signal, -1 when it cannot be started.
int run_silently(std::vector<std::string> words) {
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t silence;
    posix_spawn_file_actions_init(&silence);
    for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) {
        posix_spawn_file_actions_addopen(&silence, stream, "/dev/null", O_WRONLY, 0);
    }
    pid_t child = 0;
    const int error =
        posix_spawnp(&child, arguments[0], &silence, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&silence);
    int status = 0;
    if (error != 0 || waitpid(child, &status, 0) != child) return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// Mails on which the tool fails, or -1 when it is not here.
int failures_of(const std::vector<std::string>& command, const std::vector<std::string>& files) {
    int failures = 0;
    for (const std::string& file : files) {
        std::vector<std::string> words = command;
        words.push_back(file);
        const int status = run_silently(std::move(words));
        if (status == 127 || status == -1) return -1;
        failures += status == 0 ? 0 : 1;
    }
    return failures;
}

}  // namespace

void print_html_to_text_race(const BenchSet& set) {
    const HtmlFiles files{set};
    std::size_t text_bytes = 0;
    std::vector<Contender> contenders{{"candor html_to_text", [&] {
                                           text_bytes = 0;
                                           for (const BenchMail& mail : set.mails) {
                                               text_bytes +=
                                                   rewriter::html_to_text(mail.html).size();
                                           }
                                       }}};
    std::vector<int> failures{0};
    const auto add = [&](const std::string& name, const std::vector<std::string>& command) {
        const int failed = failures_of(command, files.names());
        if (failed < 0) {
            fmt::print("  {} is not installed: skipped\n", name);
            return;
        }
        failures.push_back(failed);
        contenders.push_back({name, [&files, command] { failures_of(command, files.names()); }});
    };
    add("a process that does nothing (true)", {"true"});
    add("html2text, a process per mail", {"html2text", "-width", "72"});
    add("w3m -dump, a process per mail", {"w3m", "-dump", "-cols", "72", "-T", "text/html"});

    const auto laps = race(contenders, 5, std::chrono::milliseconds{50}, Clock::Wall);
    fmt::print("{:<38} {:>12} {:>10} {:>10} {:>9}\n", "HTML to text", "us per mail", "MB/s",
               "x candor", "failures");
    for (std::size_t i = 0; i < laps.size(); ++i) {
        fmt::print("{:<38} {:>12.1f} {:>10.1f} {:>10.3f} {:>9}\n", contenders[i].name,
                   laps[i].median() / 1e3 / static_cast<double>(set.mails.size()),
                   static_cast<double>(set.html_bytes) * 1e3 / laps[i].median(),
                   times_as_fast(laps[i], laps[0]), failures[i]);
    }
    fmt::print("\n");
}

}  // namespace candor::bench
