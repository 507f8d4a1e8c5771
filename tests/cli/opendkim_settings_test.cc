// What OpenDKIM's own file says, read as its manual has it.
#include "cli/opendkim_settings.h"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>

namespace candor::tests {
namespace {

using cli::OpendkimSettings;

}  // namespace

TEST_SUITE("cli/opendkim_settings") {
    TEST_CASE("opendkim.conf: its socket as Postfix spells it") {
        const auto socket_of = [](const std::string& value) {
            return OpendkimSettings::parse("# x\nsocket\t" + value + " # y\n", "f").socket();
        };
        CHECK(socket_of("inet:8892@localhost") == "inet:localhost:8892");
        CHECK(socket_of("inet:8892") == "inet::8892");
        CHECK(socket_of("inet6:8892@[::1]") == "inet:[::1]:8892");
        CHECK(socket_of("local:/run/opendkim.sock") == "local:/run/opendkim.sock");
        CHECK_FALSE(OpendkimSettings::parse("Mode s\n", "f").socket());
    }

    TEST_CASE("opendkim.conf: which header fields are signed") {
        struct Case {
            std::string_view text;
            int list, post;  // 1 signed, 0 not, -1 nobody knows
        };
        const auto number = [](std::optional<bool> is_signed) {
            return is_signed ? static_cast<int>(*is_signed) : -1;
        };
        for (const Case& c : {
                 Case{"Mode s\n", 1, 0},  // RFC 6376's list has the one and not the other
                 {"SignHeaders From,List-Unsubscribe,List-Unsubscribe-Post\n", 1, 1},
                 {"SignHeaders *,+list-unsubscribe-post\n", 1, 1},
                 {"SignHeaders *,-List-Unsubscribe\n", 0, 0},
                 {"SignHeaders From, Subject\n", 0, 0},
                 {"SignHeaders /etc/opendkim/headers\n", -1, -1},
                 {"SignHeaders refile:/etc/headers\n", -1, -1},
                 {"OversignHeaders From,List-Unsubscribe-Post\n", 1, 0},
                 {"SignHeaders *,+List-Unsubscribe-Post\nOmitHeaders *,+List-Unsubscribe\n", 0, 1},
             }) {
            CAPTURE(c.text);
            const auto signer = OpendkimSettings::parse(c.text, "f");
            CHECK(number(signer.signs("List-Unsubscribe")) == c.list);
            CHECK(number(signer.signs("List-Unsubscribe-Post")) == c.post);
        }
    }
}

}  // namespace candor::tests
