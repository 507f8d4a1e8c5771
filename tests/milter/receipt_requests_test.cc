#include "milter/receipt_requests.h"

#include <doctest/doctest.h>

using namespace candor::milter;
using candor::rewriter::Header;

TEST_SUITE("milter/receipt_requests") {
    TEST_CASE("every field that asks for a receipt goes, whatever its case, and no other") {
        const std::vector<Header> headers{{"Subject", " x"},
                                          {"Disposition-Notification-To", " a@acme.example"},
                                          {"RETURN-RECEIPT-TO", " a@acme.example"},
                                          {"X-Confirm-Reading-To", " a@acme.example"},
                                          {"Content-Disposition", " inline"},
                                          {"disposition-notification-to", " b@acme.example"}};
        const auto edits = remove_receipt_requests(headers);
        REQUIRE(edits.size() == 4);
        CHECK(edits[1].name == "RETURN-RECEIPT-TO");
        CHECK(edits[3].name == "disposition-notification-to");
        CHECK(edits[3].index == 2);
        for (const auto& edit : edits) {
            CHECK(edit.kind == candor::rewriter::HeaderEdit::Kind::Remove);
        }
    }
}
