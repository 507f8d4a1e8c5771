// The certificates the tracker itself shows, where no proxy in front of it does. Text in, sessions
// out; reading files is cli/certificate_files. No other file but connection.cc knows TLS.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "policy/config/config_fault.h"
#include "policy/result.h"

using SSL = struct ssl_st;

namespace candor::tracker {

/// One of `[[tracker.tls]]`, as read from the operator's files.
struct PemPair {
    std::string certificate_file;  ///< for messages
    std::string certificate;       ///< PEM; the server's own first, then its chain
    std::string key_file;
    std::string key;  ///< PEM, without a passphrase
};

/// Immutable: a reload makes new ones, connections that have begun keep theirs.
class Certificates {
  public:
    /// Who asks for a name (SNI) gets the first certificate that is good for it, others the first.
    /// TLS 1.2 with forward secrecy and TLS 1.3; no tickets and no session cache, by which clients
    /// could be known again. Null where `pairs` is empty. Errors: every fault of all pairs, by
    /// file.
    [[nodiscard]] static tl::expected<std::shared_ptr<const Certificates>,
                                      std::vector<policy::ConfigFault>>
    parse(std::span<const PemPair> pairs);

    /// For one connection, which must not outlive the Certificates; the caller owns it. Null when
    /// memory is exhausted.
    [[nodiscard]] SSL* new_session() const;

    Certificates(const Certificates&) = delete;
    Certificates& operator=(const Certificates&) = delete;
    ~Certificates();

  private:
    struct Contexts;
    explicit Certificates(std::unique_ptr<Contexts> contexts);
    std::unique_ptr<Contexts> contexts_;
};

}  // namespace candor::tracker
