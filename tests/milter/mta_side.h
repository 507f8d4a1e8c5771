// The MTA's side of one SMTP transaction, for tests of a session.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/milter/world.h"

namespace candor::tests {

/// Plays the MTA's side up to and with the end of the message.
struct Played {
    std::vector<milter::Answer> recipients;
    milter::Answer data, headers, end;
};

inline Played play(World& world, milter::Mta& mta, const std::string& sender,
                   const std::vector<std::string>& recipients, const std::string& text) {
    milter::Session session{world.ports, world, world.totals};
    Played played;
    session.connected("192.0.2.7", "smtpd");
    constexpr auto on = milter::Answer::Kind::Continue;
    CHECK(session.mail("<" + sender + ">", "").kind == on);
    for (const auto& address : recipients) {
        played.recipients.push_back(session.recipient("<" + address + ">", address, ""));
    }
    played.data = session.data("4F2A1C");
    if (played.data.kind != on) return played;
    const auto split = rewriter::split_message(text);
    for (const auto& header : split.headers) {
        CHECK(session.header(header.name, header.value).kind == on);
    }
    played.headers = session.end_of_headers();
    if (played.headers.kind != on) return played;
    // In odd chunks, as a network gives them.
    for (std::size_t at = 0; at < split.body.size(); at += 37) {
        CHECK(session.body(std::string_view{split.body}.substr(at, 37)).kind == on);
    }
    played.end = session.finish("4F2A1C", mta);
    return played;
}

}  // namespace candor::tests
