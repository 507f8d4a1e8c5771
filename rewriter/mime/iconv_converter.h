// An open conversion of glibc's iconv.
#pragma once

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <string>
#include <string_view>

namespace candor::rewriter {

class IconvConverter {
  public:
    IconvConverter(const std::string& to, const std::string& from)
        : handle_(iconv_open(to.c_str(), from.c_str())) {}
    IconvConverter(const IconvConverter&) = delete;
    IconvConverter& operator=(const IconvConverter&) = delete;
    ~IconvConverter() {
        if (valid()) iconv_close(handle_);
    }
    /// False when iconv does not know one of the two names; then nothing may be asked of it.
    [[nodiscard]] bool valid() const { return handle_ != invalid(); }

    /// Appends what `in` says to `out`; bytes that cannot be read are passed to `on_bad`, which
    /// says how many to skip, 0 to give up.
    template <class OnBad>
    bool run(std::string_view in, std::string& out, OnBad on_bad) {
        std::string input(in);  // iconv wants writable bytes
        char* from = input.data();
        std::size_t left = input.size();
        std::array<char, 4096> chunk{};
        while (true) {
            char* to = chunk.data();
            std::size_t room = chunk.size();
            const bool flush = left == 0;
            const std::size_t answer = flush ? iconv(handle_, nullptr, nullptr, &to, &room)
                                             : iconv(handle_, &from, &left, &to, &room);
            const int error = errno;
            out.append(chunk.data(), chunk.size() - room);
            if (answer != static_cast<std::size_t>(-1)) {
                if (flush) return true;
                continue;
            }
            if (error == E2BIG) continue;
            const std::size_t skip = std::min(on_bad(std::string_view(from, left), out), left);
            if (skip == 0) return false;
            from += skip;
            left -= skip;
        }
    }

  private:
    static iconv_t invalid() { return reinterpret_cast<iconv_t>(-1); }  // NOLINT
    iconv_t handle_;
};

}  // namespace candor::rewriter
