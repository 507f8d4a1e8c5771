// Which addresses belong to scanners: the shipped table, tables of an operator, and their faults.
#include "tracker/scanner_networks.h"

#include <doctest/doctest.h>

#include <chrono>
#include <random>
#include <string>

namespace candor::tracker {
namespace {

using policy::EventKind;

const std::string head = "network\tscope\tcertainty\tlabel\n";

Certainty certainty_of(const ScannerNetworks& table, std::string_view address,
                       EventKind kind = EventKind::Click) {
    const auto client = ClientAddress::parse(address);
    REQUIRE(client);
    return table.of(*client, kind);
}

TEST_SUITE_BEGIN("tracker/scanner_networks");

TEST_CASE("the shipped table knows its networks to their edges") {
    const auto table = ScannerNetworks::shipped();
    CHECK(table->skipped_systems() == 8);
    for (const char* inside :
         {"40.92.0.0", "40.93.255.255", "52.238.78.88", "104.47.127.255", "209.222.82.255",
          "2a01:111:f400::", "::ffff:40.92.1.2", "2a01:111:f403:ffff:ffff:ffff:ffff:ffff"}) {
        CAPTURE(inside);
        CHECK(certainty_of(*table, inside) == Certainty::Certain);
        CHECK(certainty_of(*table, inside, EventKind::Open) == Certainty::Certain);
    }
    for (const char* outside : {"40.91.255.255", "40.94.0.0", "52.238.78.87", "52.238.78.89",
                                "104.47.128.0", "209.222.83.0", "2a01:111:f401::", "1.2.3.4",
                                "255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}) {
        CAPTURE(outside);
        CHECK(certainty_of(*table, outside) == Certainty::None);
    }
    CHECK(certainty_of(*table, "66.102.0.1") == Certainty::None);
    CHECK(certainty_of(*table, "66.102.0.1", EventKind::Open) == Certainty::Certain);
    CHECK(table->of(ClientAddress{}, EventKind::Click) == Certainty::None);
}

TEST_CASE("of networks within each other the greater certainty counts, in any order of the lines") {
    const std::string wide = "10.0.0.0/8\tall\tprobable\twide\n",
                      narrow = "10.1.0.0/16\tclicks\tcertain\tnarrow\n",
                      first = "10.0.0.0/24\topens\tcertain\tthe same beginning\n",
                      last = "10.255.255.0/24\tall\tcertain\tthe same end\n",
                      off = "10.2.0.0/16\tall\toff\tnot used\n",
                      all_v4 = "0.0.0.0/1\topens\tprobable\thalf of the world\n",
                      end = "255.255.255.255\tall\tcertain\tthe end\n";
    for (const std::string& lines : {wide + narrow + first + last + off + all_v4 + end,
                                     end + all_v4 + off + last + first + narrow + wide}) {
        const auto table = ScannerNetworks::parse(head + lines, "t");
        REQUIRE(table);
        const auto clicks = [&](const char* address) { return certainty_of(**table, address); };
        const auto opens = [&](const char* address) {
            return certainty_of(**table, address, EventKind::Open);
        };
        CHECK(clicks("10.0.0.7") == Certainty::Probable);
        CHECK(opens("10.0.0.7") == Certainty::Certain);
        CHECK(opens("10.0.1.0") == Certainty::Probable);
        CHECK(clicks("10.1.255.255") == Certainty::Certain);
        CHECK(opens("10.1.255.255") == Certainty::Probable);
        CHECK(clicks("10.2.0.1") == Certainty::Probable);
        CHECK(clicks("10.255.255.255") == Certainty::Certain);
        CHECK(clicks("11.0.0.0") == Certainty::None);
        CHECK(opens("11.0.0.0") == Certainty::Probable);
        CHECK(opens("128.0.0.0") == Certainty::None);
        CHECK(clicks("255.255.255.254") == Certainty::None);
        CHECK(clicks("255.255.255.255") == Certainty::Certain);
        CHECK(clicks("::") == Certainty::None);
    }
}

TEST_CASE("ranges say of any address what the networks say one by one") {
    std::mt19937 engine(7);
    const auto random = [&engine] { return static_cast<unsigned>(engine()); };
    std::string text = head;
    std::vector<std::pair<policy::Network, Certainty>> networks;
    for (int i = 0; i < 300; ++i) {
        const unsigned bits = 4 + random() % 29;
        const unsigned first = (random() & 0x0F0F0F0FU) & ~((bits == 32 ? 0U : ~0U >> bits));
        const std::string name = std::to_string(first >> 24) + "." +
                                 std::to_string((first >> 16) & 255) + "." +
                                 std::to_string((first >> 8) & 255) + "." +
                                 std::to_string(first & 255) + "/" + std::to_string(bits);
        const bool certain = random() % 2 == 0;
        text += name + "\tclicks\t" + (certain ? "certain" : "probable") + "\tx\n";
        const auto network = policy::Network::parse(name);
        REQUIRE(network);
        networks.emplace_back(*network, certain ? Certainty::Certain : Certainty::Probable);
    }
    const auto table = ScannerNetworks::parse(text, "t");
    REQUIRE(table);
    for (int i = 0; i < 20000; ++i) {
        const unsigned bits = random() & 0x0F0F0F0FU;
        const auto client = ClientAddress::of_ipv4(
            {static_cast<std::uint8_t>(bits >> 24), static_cast<std::uint8_t>(bits >> 16),
             static_cast<std::uint8_t>(bits >> 8), static_cast<std::uint8_t>(bits)});
        Certainty expected = Certainty::None;
        for (const auto& [network, certainty] : networks) {
            if (network.contains(client)) expected = std::max(expected, certainty);
        }
        REQUIRE((*table)->of(client, EventKind::Click) == expected);
        REQUIRE((*table)->of(client, EventKind::Open) == Certainty::None);
    }
}

TEST_CASE("every fault of a table has its line") {
    const auto table = ScannerNetworks::parse(
        head +
            "# a comment\n\n10.0.0.0/8\tall\tcertain\tfine\n10.1.2.3/8\tall\tcertain\tbits\n"
            "10.0.0.0/8\teverything\tcertain\tx\n10.0.0.0/8\tall\tsure\tx\n10.0.0.0/8 all\n"
            "asn:x\tall\toff\tx\n::/0\tall\tcertain\tall of them\n",
        "nets.tsv");
    REQUIRE_FALSE(table);
    std::string said;
    for (const auto& fault : table.error()) said += policy::to_line(fault) + "\n";
    CHECK(
        said ==
        "nets.tsv:5: `10.1.2.3/8` is not a network such as 192.0.2.0/24, 2001:db8::/32 or "
        "asn:64496\n"
        "nets.tsv:6: scope `everything` is not all, clicks or opens\n"
        "nets.tsv:7: certainty `sure` is not certain, probable or off\n"
        "nets.tsv:8: a line has four columns, apart by tabs\n"
        "nets.tsv:9: `asn:x` is not a network such as 192.0.2.0/24, 2001:db8::/32 or asn:64496\n"
        "nets.tsv:10: `::/0` is not a network such as 192.0.2.0/24, 2001:db8::/32 or asn:64496\n");
    CHECK_FALSE(ScannerNetworks::parse("10.0.0.0/8\tall\tcertain\tx\n", "t"));
    const auto empty = ScannerNetworks::parse("", "t");
    REQUIRE(empty);
    CHECK(certainty_of(**empty, "40.92.0.0") == Certainty::None);
}

TEST_SUITE_END();

}  // namespace
}  // namespace candor::tracker
