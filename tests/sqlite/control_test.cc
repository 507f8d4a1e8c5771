// The control socket answers everything a peer may send, and ends when it is told to.
#include "sqlite/control.h"

#include <doctest/doctest.h>

#include "sqlite/messages.h"
#include "sqlite/requests.h"
#include "tests/fakes.h"
#include "tests/sqlite/temporary_state.h"

using namespace candor;

TEST_SUITE("sqlite/control") {
    TEST_CASE("what is no request is refused as malformed") {
        tests::MemoryStore store;
        for (const char* line :
             {"", "{", "[]", "null", "{}", R"({"ask":7})", R"({"ask":"drop","controller":0})",
              R"({"ask":"put_contacts"})", R"({"ask":"put_contacts","rows":[{}]})",
              R"({"ask":"put_domains"})", R"({"ask":"put_domains","rows":[1]})",
              R"({"ask":"add_opt_outs","rows":[[]]})", R"({"rows":[{}],"ask":"put_domains"})",
              R"({"ask":"delete_contact","rows":[{}]})",
              R"({"ask":"campaign","controller":70000,"name":"YQ","now":0})",
              R"({"ask":"campaign","controller":0,"name":"*","now":0})",
              R"({"ask":"delete_contact","controller":0,"recipient":"12"})"}) {
            CAPTURE(line);
            CHECK(sqlite::read_answer(sqlite::answer(store, line)).error().fault ==
                  Fault::Malformed);
        }
    }

    TEST_CASE("a fault of the store reaches the one who asked as the same fault") {
        tests::MemoryStore store;
        const auto ask =
            sqlite::ask_delete_contact(0, tests::id_of("anna@example.com"), tests::noon);
        CHECK(sqlite::read_answer(sqlite::answer(store, ask)).error().fault == Fault::Missing);
        store.set_unavailable(true);
        CHECK(sqlite::read_answer(sqlite::answer(store, ask)).error().fault == Fault::Unavailable);
        CHECK(sqlite::read_answer("nonsense").error().fault == Fault::Broken);
    }

    TEST_CASE("a server answers on a path longer than a socket address and goes when destroyed") {
        const tests::TemporaryState state;
        const auto socket = state.path() / std::string(120, 'd') / "milter.sock";
        tests::MemoryStore store;
        {
            const auto server = sqlite::ControlServer::start(store, socket);
            REQUIRE(server);
            for (int i = 0; i < 3; ++i) {
                const auto reply = sqlite::ask(socket, sqlite::ask_campaign(0, "x", tests::noon),
                                               std::chrono::milliseconds{5000});
                REQUIRE(reply);
                CHECK(sqlite::read_answer(*reply).value() == 1);
            }
        }
        CHECK(sqlite::ask(socket, "{}", std::chrono::milliseconds{100}).error().fault ==
              Fault::Missing);
    }
}
