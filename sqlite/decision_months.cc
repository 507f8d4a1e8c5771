// A head is one line of a fixed length, written in place.
#include "sqlite/decision_months.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

#include "policy/ascii.h"
#include "policy/tokens/digest.h"
#include "sqlite/decision_rows.h"
#include "sqlite/writer.h"

namespace candor::sqlite {
namespace {

constexpr std::size_t head_digits = 20;

std::optional<Month> month_from(const std::string& name) {
    const bool fits = name.size() == 9 && name.ends_with(".db") &&
                      std::all_of(name.begin(), name.begin() + 6, policy::is_ascii_digit);
    if (!fits) return std::nullopt;
    const int number = std::stoi(name.substr(0, 6));
    if (number % 100 < 1 || number % 100 > 12) return std::nullopt;
    return number / 100 * 12 + number % 100 - 1;
}

/// Nothing where it was not begun or cannot be read.
std::optional<std::uint64_t> first_row_in(const std::filesystem::path& file) {
    auto database = Database::open(file, Access::Read);
    if (!database) return std::nullopt;
    const auto start = read_chain_start(*database);
    if (!start || !*start) return std::nullopt;
    return (*start)->first;
}

}  // namespace

std::string file_name_of(Month month) {
    return fmt::format("{:04}{:02}.db", month / 12, month % 12 + 1);
}

Month month_of(policy::Instant at) {
    const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(at)};
    return static_cast<int>(day.year()) * 12 +
           static_cast<int>(static_cast<unsigned>(day.month())) - 1;
}

Result<std::vector<DecisionFile>> decision_files(const std::filesystem::path& directory) {
    std::vector<DecisionFile> found;
    std::error_code error;
    for (std::filesystem::directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error)) {
        if (const auto month = month_from(entry->path().filename().string())) {
            found.push_back({*month, entry->path(), 0});
        }
    }
    if (error && error != std::errc::no_such_file_or_directory) {
        return fail(Fault::Unavailable,
                    fmt::format("store: cannot list {}: {}", directory.string(), error.message()));
    }
    std::ranges::sort(found, {}, &DecisionFile::month);
    std::uint64_t before = 0;
    for (DecisionFile& file : found) {
        // One that does not say stays behind the month before it.
        file.first = first_row_in(file.file).value_or(before);
        before = file.first;
    }
    std::ranges::stable_sort(found, {}, &DecisionFile::first);
    return found;
}

std::optional<policy::DecisionHead> read_head_file(const std::filesystem::path& file) {
    const Descriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    std::array<char, head_digits + 1 + 64> text{};
    if (!opened.valid() ||
        ::pread(opened.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
        return std::nullopt;
    }
    policy::DecisionHead head;
    const char* digits_end = text.data() + head_digits;
    const auto [stop, fault] = std::from_chars(text.data(), digits_end, head.number);
    if (fault != std::errc{} || stop != digits_end) return std::nullopt;
    const std::string_view link{digits_end + 1, head.link.size() * 2};
    if (!policy::from_hex(link, head.link)) return std::nullopt;
    return head;
}

void write_head_file(const std::filesystem::path& file, const policy::DecisionHead& head) {
    const Descriptor opened(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0660));
    const std::string text =
        fmt::format("{:0{}} {}\n", head.number, head_digits, policy::to_hex(head.link));
    // A head that cannot be remembered is missed by nothing but `verify`, which says so.
    static_cast<void>(opened.valid() && ::pwrite(opened.get(), text.data(), text.size(), 0) ==
                                            static_cast<ssize_t>(text.size()));
}

}  // namespace candor::sqlite
