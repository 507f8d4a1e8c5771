// The key ring of a running daemon, which follows what happens to the files.
#pragma once

#include <memory>
#include <mutex>

#include "cli/key_files.h"
#include "policy/tokens/keys.h"

namespace candor::cli {

/// The ring of the files as last read. reload() after keys were made or destroyed.
class LiveKeys final : public policy::KeySource {
  public:
    explicit LiveKeys(KeyFiles files)
        : files_(std::move(files)), ring_(std::make_shared<const policy::KeyRing>()) {}

    [[nodiscard]] std::shared_ptr<const policy::KeyRing> ring() const override;
    /// Keeps the old ring when the files cannot be read. Errors: as KeyFiles::ring().
    [[nodiscard]] Result<void> reload();
    /// The same when keys were made or destroyed since the last one; whether it was done. For one
    /// thread.
    [[nodiscard]] Result<bool> reload_if_changed();
    [[nodiscard]] const KeyFiles& files() const { return files_; }

  private:
    const KeyFiles files_;
    mutable std::mutex mutex_;  // guards ring_
    std::shared_ptr<const policy::KeyRing> ring_;
    KeyFiles::Stamp stamp_;  // as the files were before they were read
};

}  // namespace candor::cli
