// The settings of the mail server and of its DKIM signer, as far as Candor depends on them. Reads
// only.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/result.h"

namespace candor::cli {

/// One setting and where it stands.
struct MtaSetting {
    std::string value;
    int line = 0;  ///< 0: not in the file, the program's own default
};

/// One entry of smtpd_milters (postconf(5)).
struct MilterEntry {
    std::string socket;                         ///< as written: "inet:127.0.0.1:8891"
    std::optional<std::string> default_action;  ///< of its own, in braces
};
/// `a, { b, default_action=tempfail }, c`: separated by commas or blanks, braces around options.
[[nodiscard]] std::vector<MilterEntry> milter_entries(std::string_view value);

/// Postfix' main.cf: `name = value`, continued by lines that begin with a blank; `$name`, `${name}`
/// and `$(name)` are replaced.
class PostfixSettings {
  public:
    /// `path` is main.cf or the directory it lies in. Asks `postconf` for the values where it is
    /// installed and can read them, for it knows every rule; else they are read here. Errors:
    /// Missing, Unavailable.
    [[nodiscard]] static Result<PostfixSettings> read(const std::filesystem::path& path);
    /// From a text alone.
    [[nodiscard]] static PostfixSettings parse(std::string_view text, std::string file);

    [[nodiscard]] const std::string& file() const { return file_; }
    [[nodiscard]] MtaSetting get(const std::string& name) const;
    /// Each `-o smtpd_milters=...` of a service in `master.cf` beside it.
    [[nodiscard]] const std::vector<MtaSetting>& service_milters() const { return services_; }
    [[nodiscard]] std::string master_file() const;
    /// Adds those of the text of a master.cf.
    void add_services(std::string_view master);

  private:
    [[nodiscard]] std::string expanded(std::string value) const;
    std::string file_;
    std::vector<MtaSetting> services_;
    std::map<std::string, MtaSetting> own_;     // as written
    std::map<std::string, std::string> asked_;  // of postconf
};

/// opendkim.conf: `Name value`, `#` begins a comment, names in any case.
class OpendkimSettings {
  public:
    [[nodiscard]] static OpendkimSettings parse(std::string_view text, std::string file);
    [[nodiscard]] const std::string& file() const { return file_; }
    /// The last one counts; nothing where it is not set.
    [[nodiscard]] std::optional<MtaSetting> get(std::string_view name) const;
    /// `Socket` as Postfix spells it ("inet:localhost:8892", "unix:/run/opendkim.sock").
    [[nodiscard]] std::optional<std::string> socket() const;
    /// Whether header fields of this name are signed: SignHeaders, or RFC 6376's list, without
    /// OmitHeaders. What OversignHeaders alone names does not count: opendkim.conf(5) warns of it.
    /// Nothing where the list is in a file of its own.
    [[nodiscard]] std::optional<bool> signs(std::string_view header) const;
    /// The setting that says so, for messages.
    [[nodiscard]] MtaSetting sign_headers() const;

  private:
    std::string file_;
    std::map<std::string, MtaSetting> settings_;  // names in lower case
};

/// Whether two spellings name one socket. Paths may be relative to `queue_directory`.
[[nodiscard]] bool same_socket(std::string_view one, std::string_view other,
                               std::string_view queue_directory);

}  // namespace candor::cli
