// What Postfix' own files say, read as their manuals have it.
#include "cli/mta_settings.h"

#include <doctest/doctest.h>

#include <vector>

namespace candor::tests {
namespace {

using cli::MilterEntry;
using cli::PostfixSettings;

std::string joined(const std::vector<MilterEntry>& entries) {
    std::string text;
    for (const MilterEntry& entry : entries) {
        text += entry.socket;
        if (entry.default_action) text += "=" + *entry.default_action;
        text += ' ';
    }
    return text;
}

}  // namespace

TEST_SUITE("cli/mta_settings") {
    TEST_CASE("a list of milters: commas, blanks, options in braces") {
        struct Case {
            std::string_view value, entries;
        };
        for (const Case& c : {
                 Case{"", ""},
                 {" , ", ""},
                 {"inet:localhost:1", "inet:localhost:1 "},
                 {"inet:a:1, unix:b c", "inet:a:1 unix:b c "},
                 {"{ inet:a:1, default_action=Accept }, unix:b", "inet:a:1=accept unix:b "},
                 {"{inet:a:1,connect_timeout=2s,default_action = tempfail}unix:b",
                  "inet:a:1=tempfail unix:b "},
                 {"{ unix:b }", "unix:b "},
                 {"{ unix:b, default_action=accept", "unix:b=accept "},
             }) {
            CAPTURE(c.value);
            CHECK(joined(cli::milter_entries(c.value)) == c.entries);
        }
    }

    TEST_CASE("main.cf: continued lines, comments between them, the last one counts, variables") {
        const auto postfix = PostfixSettings::parse(
            "# smtpd_milters = inet:comment:1\n"
            "signer = inet:localhost:8892\n"
            "smtpd_milters = inet:old:1\n"
            "smtpd_milters =\n"
            "  inet:localhost:8891,\n"
            "# in between\n"
            "\n"
            "\t${signer}\n"
            "non_smtpd_milters = $smtpd_milters\n"
            "loop = $loop\n"
            "odd = a$ b${ c$(signer)\n",
            "main.cf");
        CHECK(postfix.get("smtpd_milters").value == "inet:localhost:8891, inet:localhost:8892");
        CHECK(postfix.get("smtpd_milters").line == 4);
        CHECK(postfix.get("non_smtpd_milters").value == "inet:localhost:8891, inet:localhost:8892");
        CHECK(postfix.get("non_smtpd_milters").line == 9);
        CHECK(postfix.get("milter_default_action").value == "tempfail");
        CHECK(postfix.get("milter_default_action").line == 0);
        CHECK(postfix.get("queue_directory").value == "/var/spool/postfix");
        CHECK(postfix.get("absent").value.empty());
        CHECK(postfix.get("loop").value == "$loop");  // and it ends
        CHECK_FALSE(postfix.get("odd").value.empty());
    }

    TEST_CASE("a file that is not there is said to be missing") {
        const auto postfix = PostfixSettings::read("/nonexistent");
        REQUIRE_FALSE(postfix);
        CHECK(postfix.error().fault == Fault::Missing);
    }

    TEST_CASE("two spellings of one socket") {
        struct Case {
            std::string_view one, other;
            bool same;
        };
        for (const Case& c : {
                 Case{"inet:127.0.0.1:8891", "inet:localhost:8891", true},
                 {"inet:127.0.0.1:8891", "inet:[::1]:8891", true},
                 {"inet:0.0.0.0:8891", "inet:10.1.2.3:8891", true},
                 {"inet::8892", "inet:localhost:8892", true},
                 {"inet:127.0.0.1:8891", "inet:127.0.0.1:8892", false},
                 {"inet:10.0.0.1:8891", "inet:127.0.0.1:8891", false},
                 {"unix:/var/spool/postfix/candor/candor.sock", "unix:candor/candor.sock", true},
                 {"unix:/run/candor.sock", "local:/run/../run/candor.sock", true},
                 {"unix:/run/candor.sock", "unix:run/candor.sock", false},
                 {"unix:/8891", "inet:localhost:8891", false},
             }) {
            CAPTURE(c.one);
            CAPTURE(c.other);
            CHECK(cli::same_socket(c.one, c.other, "/var/spool/postfix") == c.same);
            CHECK(cli::same_socket(c.other, c.one, "/var/spool/postfix") == c.same);
        }
    }
}

}  // namespace candor::tests
