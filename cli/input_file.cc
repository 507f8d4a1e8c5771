// Opens for reading and says in words why not.
#include "cli/input_file.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>

namespace candor::cli {
namespace {

namespace fs = std::filesystem;

struct CloseFile {
    void operator()(std::FILE* file) const {
        if (file != stdin) std::fclose(file);
    }
};

}  // namespace

tl::unexpected<Error> cannot_read(const std::string& name, int why) {
    const bool busy = why == EMFILE || why == ENFILE || why == ENOMEM || why == EIO;
    return fail(busy ? Fault::Unavailable : Fault::Missing,
                name + ": " + std::generic_category().message(why));
}

Result<void> read_pieces(const std::string& path,
                         const std::function<void(std::string_view)>& take) {
    const bool is_stdin = path == "-";
    const std::string name = is_stdin ? "standard input" : path;
    std::error_code error;
    if (!is_stdin && fs::is_directory(path, error))
        return fail(Fault::Missing, path + ": is a directory");
    const std::unique_ptr<std::FILE, CloseFile> file{is_stdin ? stdin
                                                              : std::fopen(path.c_str(), "rbe")};
    if (!file) return cannot_read(name, errno);
    std::array<char, 65536> piece{};
    while (const std::size_t got = std::fread(piece.data(), 1, piece.size(), file.get()))
        take({piece.data(), got});
    if (std::ferror(file.get()) != 0) return fail(Fault::Unavailable, name + ": cannot be read");
    return {};
}

Result<std::string> read_file(const std::string& path) {
    std::string text;
    // Only a message may come from standard input.
    auto read =
        read_pieces(path == "-" ? "./-" : path, [&text](std::string_view piece) { text += piece; });
    if (!read) return fail(read.error());
    return text;
}

}  // namespace candor::cli
