// The settings of the mail server, as far as Candor depends on them. Reads only.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/mta_text.h"
#include "policy/result.h"

namespace candor::cli {

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

/// Whether two spellings name one socket. Paths may be relative to `queue_directory`.
[[nodiscard]] bool same_socket(std::string_view one, std::string_view other,
                               std::string_view queue_directory);

}  // namespace candor::cli
