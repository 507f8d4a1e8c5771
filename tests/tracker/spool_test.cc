// Records in files: what a crash, a full disk or a lost page does to them.
#include "tracker/spool.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <set>

#include "tests/temporary_folder.h"

namespace candor::tracker {
namespace {

using tests::TemporaryFolder;

std::string record_of(char content) {
    return std::string(spool_record_bytes, content);
}

/// The first byte of every record behind `after`, read in runs of `step`.
std::string contents(const Spool& spool, std::uint64_t after = 0, std::size_t step = 2) {
    std::string all;
    for (;;) {
        const SpoolRun run = spool.read(after, step).value();
        if (run.records == 0) return all;
        REQUIRE(run.bytes.size() == run.records * spool_record_bytes);
        for (std::size_t at = 0; at < run.bytes.size(); at += spool_record_bytes) {
            all += run.bytes[at];
        }
        REQUIRE(run.through > after);
        after = run.through;
    }
}

std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        files.push_back(entry.path());
    }
    std::ranges::sort(files);
    return files;
}

TEST_SUITE_BEGIN("tracker/spool");

TEST_CASE("records are read in order, over files and over runs of the program") {
    const TemporaryFolder folder;
    const SpoolLimits small{.segment_records = 3};
    std::set<std::uint64_t> numbers;
    std::uint64_t id = 0;
    std::string expected;
    for (const char* run : {"abcd", "", "efg", "h"}) {
        Spool spool(folder.path() / "spool", small);
        if (id != 0) CHECK(spool.id() == id);
        id = spool.id();
        for (const char* c = run; *c != '\0'; ++c) {
            const auto number = spool.append(record_of(*c));
            REQUIRE(number);
            CHECK(numbers.insert(*number).second);
            CHECK(*number == *numbers.rbegin());
            expected += *c;
        }
        CHECK(contents(spool) == expected);
        CHECK(spool.last() == *numbers.rbegin());
        CHECK(spool.torn_bytes() == 0);
    }
    const Spool spool(folder.path() / "spool", small);
    std::size_t rest = 0;
    for (const std::uint64_t number : numbers) {
        CHECK(contents(spool, number) == expected.substr(++rest));
    }
}

TEST_CASE("several records at once are numbered one by one and all lie in one file") {
    const TemporaryFolder folder;
    Spool spool(folder.path(), {.max_bytes = spool_record_bytes * 7, .segment_records = 2});
    const auto first = spool.append(record_of('a')).value();
    CHECK(spool.append(record_of('b') + record_of('c') + record_of('d')).value() == first + 3);
    CHECK(spool.append(record_of('e')).value() == first + 4);
    CHECK(files_in(folder.path()).size() == 2);
    CHECK(contents(spool, first + 1) == "cde");
    // All or none.
    const std::string three = record_of('x') + record_of('y') + record_of('z');
    CHECK(spool.append(three).error().fault == Fault::OverLimit);
    CHECK(spool.append(record_of('f')).value() == first + 5);
    CHECK(contents(spool) == "abcdef");
    CHECK(contents(Spool(folder.path())) == "abcdef");
}

TEST_CASE("two spools have two names, and so has one that was emptied by hand") {
    const TemporaryFolder folder;
    Spool one(folder.path() / "a"), two(folder.path() / "b");
    CHECK(one.id() != 0);
    CHECK(one.id() != two.id());
    REQUIRE(one.append(record_of('a')));
    std::filesystem::remove_all(folder.path() / "a");
    CHECK(Spool(folder.path() / "a").id() != one.id());
}

TEST_CASE("a number is never given twice, even where a power loss took the newest file") {
    const TemporaryFolder folder;
    std::uint64_t last = 0;
    {
        Spool spool(folder.path(), {.segment_records = 2});
        for (int i = 0; i < 9; ++i) last = spool.append(record_of('a')).value();
    }
    const auto files = files_in(folder.path());
    REQUIRE(files.size() == 5);
    for (std::size_t i = 1; i < files.size(); ++i) std::filesystem::remove(files[i]);
    CHECK(Spool(folder.path()).append(record_of('b')).value() > last);
}

TEST_CASE("a torn record at the end is none, and what comes after it is read") {
    const TemporaryFolder folder;
    {
        Spool spool(folder.path());
        for (const char c : {'a', 'b'}) REQUIRE(spool.append(record_of(c)));
    }
    std::filesystem::resize_file(files_in(folder.path()).front(), spool_record_bytes * 2 - 1);
    Spool spool(folder.path());
    CHECK(spool.torn_bytes() == spool_record_bytes - 1);
    REQUIRE(spool.append(record_of('c')));
    CHECK(contents(spool) == "ac");
}

TEST_CASE("files go when all they hold was taken; the newest keeps its name") {
    const TemporaryFolder folder;
    Spool spool(folder.path(), {.segment_records = 2});
    std::vector<std::uint64_t> numbers;
    for (const char c : {'a', 'b', 'c', 'd', 'e'}) {
        numbers.push_back(spool.append(record_of(c)).value());
    }
    spool.release(numbers[2]);
    CHECK(files_in(folder.path()).size() == 2);
    CHECK(contents(spool) == "cde");
    spool.release(numbers[4]);
    CHECK(contents(spool) == "e");
    spool.begin_file();
    spool.begin_file();
    spool.release(numbers[4]);
    REQUIRE(files_in(folder.path()).size() == 1);
    CHECK(std::filesystem::file_size(files_in(folder.path()).front()) == 0);
    CHECK(contents(spool) == "");
    CHECK(spool.append(record_of('f')).value() > numbers[4]);
    CHECK(contents(spool, numbers[4]) == "f");
}

TEST_CASE("beyond max_spool_bytes it refuses, until there is room again") {
    const TemporaryFolder folder;
    Spool spool(folder.path(), {.max_bytes = spool_record_bytes * 2, .segment_records = 1});
    const auto first = spool.append(record_of('a')).value();
    REQUIRE(spool.append(record_of('b')));
    CHECK(spool.append(record_of('c')).error().fault == Fault::OverLimit);
    CHECK(Spool(folder.path(), {.max_bytes = spool_record_bytes * 2})
              .append(record_of('c'))
              .error()
              .fault == Fault::OverLimit);
    spool.release(first);
    CHECK(spool.append(record_of('d')));
    CHECK(contents(spool) == "bd");
}

/// Files of this process may not grow beyond `bytes` while it lives, as on a full disk.
class FullDisk {
  public:
    explicit FullDisk(rlim_t bytes) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit limit{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        handler_ = std::signal(SIGXFSZ, SIG_IGN);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;
    ~FullDisk() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }

  private:
    rlimit before_{};
    void (*handler_)(int) = nullptr;
};

TEST_CASE("what a full disk took half of does not stand before the next record") {
    const TemporaryFolder folder;
    Spool spool(folder.path(), {.retry = std::chrono::milliseconds{0}});
    REQUIRE(spool.append(record_of('a')));
    {
        const FullDisk full(spool_record_bytes + 20);
        CHECK(spool.append(record_of('b')).error().fault == Fault::Unavailable);
        CHECK(spool.append(record_of('b') + record_of('b')).error().fault == Fault::Unavailable);
    }
    REQUIRE(spool.append(record_of('c')));
    CHECK(contents(spool) == "ac");
    CHECK(contents(Spool(folder.path())) == "ac");
    CHECK(Spool(folder.path()).torn_bytes() == 0);
}

/// This process can open no further file while it lives.
class NoDescriptors {
  public:
    explicit NoDescriptors(rlim_t but = 0) {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        const int next = ::dup(0);
        ::close(next);
        const rlimit limit{static_cast<rlim_t>(next) + but, before_.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
    NoDescriptors(const NoDescriptors&) = delete;
    NoDescriptors& operator=(const NoDescriptors&) = delete;
    ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

  private:
    rlimit before_{};
};

TEST_CASE("no record of a run is taken before the name of its file is on the disk") {
    const TemporaryFolder folder;
    { REQUIRE(Spool(folder.path()).append(record_of('a'))); }
    Spool spool(folder.path(), {.segment_records = 1, .retry = std::chrono::milliseconds{0}});
    {
        const NoDescriptors none(1);  // for the file, and then none for its directory
        CHECK(spool.append(record_of('b')).error().fault == Fault::Unavailable);
        CHECK(files_in(folder.path()).size() == 1);
    }
    REQUIRE(spool.append(record_of('c')));
    {
        const NoDescriptors none(1);  // later files of the run need not wait for that
        CHECK(spool.append(record_of('d')));
    }
    CHECK(contents(spool) == "acd");
}

TEST_CASE("what could not be synced is tried again") {
    const TemporaryFolder folder;
    Spool spool(folder.path(), {.segment_records = 1});
    REQUIRE(spool.append(record_of('a')));
    REQUIRE(spool.sync());
    REQUIRE(spool.append(record_of('b')));
    {
        const NoDescriptors none;  // for the directory, where the second file is new
        CHECK_FALSE(spool.sync());
        CHECK_FALSE(spool.sync());
    }
    CHECK(spool.sync());
    const NoDescriptors none;
    CHECK(spool.sync());  // nothing is left to do
}

TEST_CASE("the files of a small spool are small, so that what was taken soon makes room") {
    const SpoolLimits small = spool_limits_of(1 << 20);
    CHECK(small.max_bytes == 1 << 20);
    CHECK(small.segment_records * spool_record_bytes <= (1 << 20) / 8);
    CHECK(spool_limits_of(1 << 30).segment_records == 65536);
    CHECK(spool_limits_of(1).segment_records == 1);
}

TEST_CASE("a disk that refused is left alone for a while, and then tried again") {
    const TemporaryFolder folder;
    std::ofstream(folder.path() / "spool") << "a file where the directory should be";
    Spool patient(folder.path() / "spool", {.retry = std::chrono::hours{1}});
    Spool quick(folder.path() / "spool", {.retry = std::chrono::milliseconds{0}});
    CHECK(patient.append(record_of('a')).error().fault == Fault::Unavailable);
    CHECK(quick.append(record_of('a')).error().fault == Fault::Unavailable);
    CHECK(contents(quick) == "");
    CHECK(quick.last() == 0);
    CHECK(quick.sync());
    std::filesystem::remove(folder.path() / "spool");
    CHECK(patient.append(record_of('a')).error().fault == Fault::Unavailable);
    CHECK(quick.append(record_of('a')));
    CHECK(contents(quick) == "a");
}

TEST_CASE("a file that can no longer be read leaves its numbers, so that the reader gets past it") {
    const TemporaryFolder folder;
    Spool spool(folder.path(), {.segment_records = 2});
    for (const char c : {'a', 'b', 'c'}) REQUIRE(spool.append(record_of(c)));
    std::filesystem::resize_file(files_in(folder.path()).front(), spool_record_bytes);
    const SpoolRun half = spool.read(0, 10).value();
    CHECK(half.records == 2);
    CHECK(half.bytes == record_of('a'));
    std::filesystem::remove(files_in(folder.path()).front());
    const SpoolRun gone = spool.read(0, 10).value();
    CHECK(gone.records == 2);
    CHECK(gone.bytes.empty());
    CHECK(contents(spool, gone.through) == "c");
}

TEST_CASE("a file that is there but cannot be read now is no damage") {
    const TemporaryFolder folder;
    Spool spool(folder.path() / "spool");
    REQUIRE(spool.append(record_of('a')));
    const auto file = files_in(folder.path() / "spool").front();
    const auto aside = folder.path() / "aside";
    std::filesystem::rename(file, aside);
    std::filesystem::create_symlink(file, file);  // ELOOP, in the place of EMFILE
    CHECK(spool.read(0, 10).error().fault == Fault::Unavailable);
    std::filesystem::remove(file);
    std::filesystem::create_directory(file);  // it opens, and pread() says EISDIR
    CHECK(spool.read(0, 10).error().fault == Fault::Unavailable);
    std::filesystem::remove(file);
    std::filesystem::rename(aside, file);
    CHECK(contents(spool) == "a");
}

TEST_CASE("the spool is this program's alone, and it can be synced") {
    const TemporaryFolder folder;
    Spool spool(folder.path() / "spool");
    REQUIRE(spool.append(record_of('a')));
    CHECK(spool.sync());
    CHECK(spool.sync());
    const auto mode = [](const std::filesystem::path& path) {
        return std::filesystem::status(path).permissions() & std::filesystem::perms::mask;
    };
    CHECK(mode(folder.path() / "spool") == std::filesystem::perms::owner_all);
    CHECK(mode(files_in(folder.path() / "spool").front()) ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
}

TEST_SUITE_END();

}  // namespace
}  // namespace candor::tracker
