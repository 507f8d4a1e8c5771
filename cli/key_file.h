// One key on disk: how it is made, read and destroyed. Which keys there are is `key_folder`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

#include "policy/result.h"

namespace candor::cli {

/// What cannot be reached counts as there: it fails with its reason when it is opened, and is not
/// called lost or made again.
[[nodiscard]] bool is_there(const std::filesystem::path& file);

/// Unavailable, with what was being done to `file` and why it failed (an errno).
[[nodiscard]] tl::unexpected<Error> key_unavailable(std::string_view doing,
                                                    const std::filesystem::path& file, int why);

/// Missing: `file` is not there while younger ones are.
[[nodiscard]] tl::unexpected<Error> lost_key(const std::filesystem::path& file);

/// Mode 0750; one that is there is left as it is. Errors: Unavailable.
[[nodiscard]] Result<void> make_key_directory(const std::filesystem::path& directory);
[[nodiscard]] Result<void> sync_directory(const std::filesystem::path& directory);

/// A random key of `bytes` under its name. Whole before it has the name, and whoever is first wins:
/// two processes that start at once go on with the same key. Whether this call made it.
/// Errors: Unavailable.
[[nodiscard]] Result<bool> make_key(const std::filesystem::path& file, std::size_t bytes);

/// Fills `key`. Errors: Missing, Unavailable, Damaged (others can read it, or its length is wrong).
[[nodiscard]] Result<void> read_key_into(const std::filesystem::path& file,
                                         std::span<std::uint8_t> key);
template <class Key>
[[nodiscard]] Result<Key> read_key(const std::filesystem::path& file) {
    Key key{};
    if (auto read = read_key_into(file, key); !read) return fail(read.error());
    return key;
}

/// Overwrites, unlinks; the caller syncs the directory. Errors: Unavailable.
[[nodiscard]] Result<void> destroy_key(const std::filesystem::path& file);

/// An empty file that says something by its name; one that is there is left as it is. Durable when
/// it returns. Errors: Unavailable.
[[nodiscard]] Result<void> make_marker(const std::filesystem::path& file);

}  // namespace candor::cli
