// The settings of the DKIM signer, as far as Candor depends on them. Reads only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "cli/mta_text.h"

namespace candor::cli {

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

}  // namespace candor::cli
