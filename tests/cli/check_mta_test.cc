// What `candor check` says about the mail server's files.
#include "cli/check_mta.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <fstream>

namespace candor::tests {
namespace {

namespace fs = std::filesystem;

/// A main.cf (named so, or not) and an opendkim.conf in a folder of their own.
class MtaFolder {
  public:
    MtaFolder() {
        std::string name = (fs::temp_directory_path() / "candor-mta-XXXXXX").string();
        path_ = ::mkdtemp(name.data()) == nullptr ? "" : name;
    }
    MtaFolder(const MtaFolder&) = delete;
    MtaFolder& operator=(const MtaFolder&) = delete;
    ~MtaFolder() {
        std::error_code ignored;
        if (!path_.empty()) fs::remove_all(path_, ignored);
    }
    void write(const char* file, const std::string& text) const {
        std::ofstream{path_ / file} << text;
    }
    [[nodiscard]] const fs::path& path() const { return path_; }

    /// Every line, without the folder; faults marked.
    [[nodiscard]] std::string check(const char* postfix, const char* opendkim = nullptr,
                                    std::string_view socket = "inet:127.0.0.1:8891") const {
        cli::MtaFiles files{path_ / postfix, std::nullopt};
        if (opendkim != nullptr) files.opendkim = path_ / opendkim;
        const auto found = cli::check_mta(files, socket);
        std::string lines;
        for (const auto& fault : found.faults) lines += "FAULT " + policy::to_line(fault) + "\n";
        for (const auto& note : found.notes) lines += note + "\n";
        const std::string prefix = path_.string() + "/";
        for (std::size_t at = 0; (at = lines.find(prefix)) != std::string::npos;) {
            lines.erase(at, prefix.size());
        }
        return lines;
    }

  private:
    fs::path path_;
};

constexpr const char* good_signer =
    "Socket inet:8892@localhost\nSignHeaders *,+List-Unsubscribe-Post\n";

}  // namespace

TEST_SUITE("cli/check_mta") {
    TEST_CASE("as the manual has it: nothing to say, whoever reads the file") {
        const MtaFolder folder;
        const std::string text =
            "smtpd_milters = { inet:localhost:8891, default_action=tempfail }, "
            "inet:localhost:8892\n"
            "non_smtpd_milters = $smtpd_milters\n";
        folder.write("main.cf", text);  // by postconf, where it is installed
        folder.write("other.cf", text);
        folder.write("opendkim.conf", good_signer);
        CHECK(folder.check("main.cf", "opendkim.conf").empty());
        CHECK(folder.check(".", "opendkim.conf").empty());
        CHECK(folder.check("other.cf", "opendkim.conf").empty());
    }

    TEST_CASE("each finding is one line, with the line of the file") {
        struct Case {
            std::string_view what;
            std::string main_cf, lines;
        };
        for (
            const Case& c : {
                Case{"not asked", "smtpd_milters = inet:localhost:1\n",
                     "main.cf: warning: neither smtpd_milters nor non_smtpd_milters has "
                     "inet:127.0.0.1:8891: Postfix does not ask Candor\n"},
                {"accept for all",
                 "milter_default_action = accept\nsmtpd_milters = inet:localhost:8891\n"
                 "non_smtpd_milters = $smtpd_milters\n",
                 "FAULT main.cf:1: milter_default_action lets mail pass untreated, or cut in half, "
                 "when Candor does not answer: say { inet:localhost:8891, default_action=tempfail "
                 "}\n"},
                {"accept for all, but not for Candor",
                 "milter_default_action = accept\n"
                 "smtpd_milters = {inet:localhost:8891, default_action=tempfail}\n"
                 "non_smtpd_milters = $smtpd_milters\n",
                 ""},
                {"accept of its own",
                 "\nsmtpd_milters = { inet:localhost:8891, default_action=accept }\n"
                 "non_smtpd_milters = inet:localhost:8891\n",
                 "FAULT main.cf:2: smtpd_milters lets mail pass untreated, or cut in half, when "
                 "Candor does not answer: say { inet:localhost:8891, default_action=tempfail }\n"},
                {"reject",
                 "smtpd_milters = { inet:localhost:8891, default_action=reject }\n"
                 "non_smtpd_milters = inet:localhost:8891\n",
                 "main.cf:1: warning: smtpd_milters = reject bounces mail for good while Candor is "
                 "restarted; tempfail has it tried again\n"},
                {"behind the signer",
                 "smtpd_milters = inet:localhost:8892, inet:localhost:8891\n"
                 "non_smtpd_milters = inet:localhost:8891, inet:localhost:8892\n",
                 "FAULT main.cf:1: smtpd_milters: the signer inet:localhost:8892 stands before "
                 "Candor, which changes what it signed: put inet:127.0.0.1:8891 first\n"},
                {"behind another milter",
                 "smtpd_milters = inet:localhost:11332\n  inet:localhost:8891\n"
                 "non_smtpd_milters = inet:localhost:8891\n",
                 "main.cf:1: notice: smtpd_milters: inet:localhost:11332 stands before Candor; if "
                 "it signs mail (rspamd does), it must stand behind\n"},
                {"a signer by its name",
                 "smtpd_milters = unix:opendkim/o.sock inet:localhost:8891\n"
                 "non_smtpd_milters = inet:localhost:8891\n",
                 "FAULT main.cf:1: smtpd_milters: the signer unix:opendkim/o.sock stands before "
                 "Candor, which changes what it signed: put inet:127.0.0.1:8891 first\n"},
                {"half of the mail", "smtpd_milters = inet:localhost:8891\nnon_smtpd_milters =\n",
                 "main.cf:2: warning: non_smtpd_milters has no inet:127.0.0.1:8891: mail by "
                 "sendmail(1) is not treated\n"},
            }) {
            CAPTURE(c.what);
            const MtaFolder folder;
            folder.write("main.cf", c.main_cf);
            folder.write("opendkim.conf", good_signer);
            CHECK(folder.check("main.cf", "opendkim.conf") == c.lines);
        }
    }

    TEST_CASE("what the signer does not sign is said, and what cannot be known too") {
        const MtaFolder folder;
        folder.write("main.cf",
                     "smtpd_milters = inet:localhost:8891\nnon_smtpd_milters = $smtpd_milters\n");
        folder.write("default.conf", "Mode s\n");
        CHECK(
            folder.check("main.cf", "default.conf") ==
            "default.conf: warning: List-Unsubscribe-Post is not signed, so mail providers ignore "
            "the one-click opt-out (RFC 8058): SignHeaders *,+List-Unsubscribe-Post\n");
        folder.write("narrow.conf", "Mode s\nSignHeaders From\n");
        const std::string narrow = folder.check("main.cf", "narrow.conf");
        CHECK(narrow.find("narrow.conf:2: warning: List-Unsubscribe is not signed") == 0);
        CHECK(narrow.find("narrow.conf:2: warning: List-Unsubscribe-Post") != std::string::npos);
        folder.write("file.conf", "SignHeaders /etc/headers\n");
        CHECK(folder.check("main.cf", "file.conf").find("file.conf:1: notice:") == 0);
    }

    TEST_CASE("a service of master.cf may be the one that asks") {
        const MtaFolder folder;
        folder.write("main.cf",
                     "signer = inet:localhost:8892\ncontent_filter = candor:[::1]:10026\n");
        folder.write("opendkim.conf", good_signer);
        folder.write("master.cf",
                     "#127.0.0.1:10025 inet n - n - - smtpd -o smtpd_milters=inet:localhost:1\n"
                     "127.0.0.1:10026 inet n - n - - smtpd\n"
                     "  -o smtpd_milters=inet:localhost:8891,$signer -o content_filter=\n");
        CHECK(folder.check("main.cf", "opendkim.conf").empty());
        folder.write("master.cf",
                     "127.0.0.1:10026 inet n - n - - smtpd\n"
                     "  -o smtpd_milters=$signer,inet:localhost:8891\n");
        CHECK(folder.check("main.cf", "opendkim.conf")
                  .find("FAULT master.cf:2: smtpd_milters: the signer inet:localhost:8892") == 0);
    }

    TEST_CASE("a socket handed over, a file that is not there, and nothing to look at") {
        const MtaFolder folder;
        folder.write("main.cf", "smtpd_milters = inet:localhost:1\n");
        CHECK(folder.check("main.cf", nullptr, "fd:3").find("main.cf: notice: milter.socket") == 0);
        CHECK(folder.check("absent.cf") == "FAULT absent.cf: No such file or directory\n");
        CHECK(folder.check("main.cf", "absent.conf", "inet:localhost:1")
                  .find("FAULT absent.conf: No such file or directory\n") == 0);
        const auto nothing = cli::check_mta({}, "inet:localhost:1");
        CHECK(nothing.faults.empty());
        CHECK(nothing.notes.empty());
        // A file that is named is looked for, whatever the other is.
        CHECK(cli::check_mta({{}, "/absent.conf"}, "inet:localhost:1").faults.size() == 1);
    }
}

}  // namespace candor::tests
