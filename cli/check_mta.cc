#include "cli/check_mta.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "cli/mta_settings.h"
#include "cli/opendkim_settings.h"
#include "cli/wiring.h"

namespace candor::cli {
namespace {

using Entries = std::vector<MilterEntry>;

class MtaCheck {
  public:
    MtaCheck(const PostfixSettings& postfix, const OpendkimSettings* signer,
             std::string_view candor_socket)
        : postfix_(postfix), signer_(signer), candor_(candor_socket) {}

    CheckFindings run() {
        if (candor_.starts_with("fd:")) {
            note(postfix_.file(), 0,
                 fmt::format("notice: milter.socket is {}, so nobody can tell here whether Postfix "
                             "asks Candor",
                             candor_));
        } else {
            const bool smtpd = check_setting("smtpd_milters");
            const bool other = check_setting("non_smtpd_milters");
            // With a queue that splits by recipient, a service of its own has the milters.
            bool service = false;
            for (const MtaSetting& one : postfix_.service_milters()) {
                service = check_list(postfix_.master_file(), "smtpd_milters", one) || service;
            }
            if (!service && (smtpd || other)) check_omission(smtpd, other);
            if (!service && !smtpd && !other) {
                note(postfix_.file(), 0,
                     fmt::format("warning: neither smtpd_milters nor non_smtpd_milters has {}: "
                                 "Postfix does not ask Candor",
                                 candor_));
            }
        }
        if (signer_ != nullptr) check_signed_headers();
        return std::move(findings_);
    }

  private:
    void fault(const std::string& file, int line, std::string text) {
        const policy::ConfigFault found{file, line, std::move(text)};
        // Both lists are often one: the same is said once.
        const auto same = [&](const policy::ConfigFault& other) {
            return other.file == file && other.line == line && other.message == found.message;
        };
        if (std::ranges::none_of(findings_.faults, same)) findings_.faults.push_back(found);
    }
    void note(const std::string& file, int line, std::string text) {
        std::string found = policy::to_line({file, line, std::move(text)});
        if (std::ranges::find(findings_.notes, found) == findings_.notes.end()) {
            findings_.notes.push_back(std::move(found));
        }
    }

    [[nodiscard]] bool is(const MilterEntry& entry, std::string_view socket) const {
        return same_socket(entry.socket, socket, postfix_.get("queue_directory").value);
    }

    bool check_setting(const std::string& name) {
        return check_list(postfix_.file(), name, postfix_.get(name));
    }

    /// Whether the list has Candor; what is wrong with how it has it.
    bool check_list(const std::string& file, const std::string& name, const MtaSetting& setting) {
        const Entries entries = milter_entries(setting.value);
        const auto candor = std::ranges::find_if(
            entries, [this](const MilterEntry& entry) { return is(entry, candor_); });
        if (candor == entries.end()) return false;
        check_action(*candor, file, name, setting.line);
        for (auto entry = entries.begin(); entry != candor; ++entry) {
            check_before(*entry, file, name, setting.line);
        }
        return true;
    }

    void check_action(const MilterEntry& candor, const std::string& file, const std::string& name,
                      int line) {
        const MtaSetting all = postfix_.get("milter_default_action");
        const std::string& action = candor.default_action ? *candor.default_action : all.value;
        const std::string& where = candor.default_action ? name : "milter_default_action";
        const bool by_itself = candor.default_action.has_value() || all.line == 0;
        const std::string& in = by_itself ? file : postfix_.file();
        const int at = by_itself ? line : all.line;
        if (action == "accept") {
            fault(in, at,
                  fmt::format("{} lets mail pass untreated, or cut in half, when Candor does not "
                              "answer: say {{ {}, default_action=tempfail }}",
                              where, candor.socket));
        } else if (action == "reject") {
            note(
                postfix_.file(), at,
                fmt::format("warning: {} = reject bounces mail for good while Candor is restarted; "
                            "tempfail has it tried again",
                            where));
        }
    }

    /// A milter that runs before Candor: its signature would not fit what Candor makes.
    void check_before(const MilterEntry& entry, const std::string& file, const std::string& name,
                      int line) {
        const auto socket = signer_ != nullptr ? signer_->socket() : std::nullopt;
        const bool signs =
            (socket && is(entry, *socket)) || entry.socket.find("dkim") != std::string::npos;
        if (signs) {
            fault(file, line,
                  fmt::format("{}: the signer {} stands before Candor, which changes what it "
                              "signed: put {} first",
                              name, entry.socket, candor_));
        } else {
            note(file, line,
                 fmt::format("notice: {}: {} stands before Candor; if it signs mail (rspamd does), "
                             "it must stand behind",
                             name, entry.socket));
        }
    }

    void check_omission(bool smtpd, bool other) {
        if (smtpd && other) return;
        const std::string missing = smtpd ? "non_smtpd_milters" : "smtpd_milters";
        note(postfix_.file(), postfix_.get(missing).line,
             fmt::format("warning: {} has no {}: {} is not treated", missing, candor_,
                         smtpd ? "mail by sendmail(1)" : "mail by SMTP"));
    }

    /// RFC 8058, section 4: a valid signature must cover both fields, or no provider offers the
    /// one-click opt-out.
    void check_signed_headers() {
        const int line = signer_->sign_headers().line;
        for (const std::string_view header : {"List-Unsubscribe", "List-Unsubscribe-Post"}) {
            const std::optional<bool> is_signed = signer_->signs(header);
            if (!is_signed) {
                note(signer_->file(), line,
                     "notice: the signed header fields are in a file of their own: see that "
                     "List-Unsubscribe and List-Unsubscribe-Post are among them");
            } else if (!*is_signed) {
                note(signer_->file(), line,
                     fmt::format("warning: {} is not signed, so mail providers ignore the "
                                 "one-click opt-out (RFC 8058): SignHeaders *,+{}",
                                 header, header));
            }
        }
    }

    const PostfixSettings& postfix_;
    const OpendkimSettings* signer_;
    std::string candor_;
    CheckFindings findings_;
};

}  // namespace

CheckFindings check_mta(const MtaFiles& files, std::string_view candor_socket) {
    CheckFindings findings;
    std::optional<OpendkimSettings> signer;
    if (files.opendkim) {
        const auto text = read_file(files.opendkim->string());
        if (text) {
            signer = OpendkimSettings::parse(*text, files.opendkim->string());
        } else {
            findings.faults.push_back(unreadable(files.opendkim->string(), text.error()));
        }
    }
    if (!files.postfix) return findings;
    const auto postfix = PostfixSettings::read(*files.postfix);
    if (!postfix) {
        findings.faults.push_back(unreadable(files.postfix->string(), postfix.error()));
        return findings;
    }
    CheckFindings found = MtaCheck{*postfix, signer ? &*signer : nullptr, candor_socket}.run();
    std::ranges::move(found.notes, std::back_inserter(findings.notes));
    std::ranges::move(found.faults, std::back_inserter(findings.faults));
    return findings;
}

}  // namespace candor::cli
