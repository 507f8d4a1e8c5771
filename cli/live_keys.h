// The key ring of a running daemon, which follows what happens to the files.
#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "cli/key_files.h"
#include "policy/tokens/keys.h"

namespace candor::cli {

/// The ring of the files as last read. reload() after keys were made or destroyed.
class LiveKeys final : public policy::KeySource {
  public:
    explicit LiveKeys(KeyFiles files)
        : files_(std::move(files)), ring_(std::make_shared<const policy::KeyRing>()) {}
    /// With the link keys of `left` (KeyFiles::open_left()), too.
    LiveKeys(KeyFiles files, KeyFiles left) : LiveKeys(std::move(files)) {
        left_ = std::move(left);
    }

    [[nodiscard]] std::shared_ptr<const policy::KeyRing> ring() const override;
    /// When the files cannot be read, keeps the old ring but for daily keys that were destroyed.
    /// Errors: as KeyFiles::ring().
    [[nodiscard]] Result<void> reload();
    /// The same when keys were made or destroyed since the last one; whether it was done. For one
    /// thread.
    [[nodiscard]] Result<bool> reload_if_changed();
    [[nodiscard]] const KeyFiles& files() const { return files_; }

  private:
    void forget_destroyed();
    void replace(std::shared_ptr<const policy::KeyRing> ring);

    [[nodiscard]] Result<policy::KeyRing> read() const;
    [[nodiscard]] KeyFiles::Stamp stamp() const;

    const KeyFiles files_;
    std::optional<KeyFiles> left_;  // set by the constructor
    mutable std::mutex mutex_;      // guards ring_
    std::shared_ptr<const policy::KeyRing> ring_;
    KeyFiles::Stamp stamp_;  // as the files were before they were read
};

}  // namespace candor::cli
