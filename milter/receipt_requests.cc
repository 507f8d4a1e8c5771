#include "milter/receipt_requests.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "rewriter/mime/header_fields.h"

namespace candor::milter {
namespace {

constexpr std::array<std::string_view, 10> receipt_fields{"Disposition-Notification-To",
                                                          "Disposition-Notification-Options",
                                                          "Return-Receipt-To",
                                                          "Return-Receipt-Requested",
                                                          "X-Confirm-Reading-To",
                                                          "Confirm-Reading-To",
                                                          "Read-Receipt-To",
                                                          "X-Read-Receipt-To",
                                                          "X-Return-Receipt-To",
                                                          "X-pmrqc"};

}  // namespace

std::vector<rewriter::HeaderEdit> remove_receipt_requests(
    std::span<const rewriter::Header> headers) {
    return rewriter::removed_fields(headers, [](std::string_view name) {
        return std::ranges::any_of(receipt_fields, [&](std::string_view field) {
            return rewriter::same_field(field, name);
        });
    });
}

}  // namespace candor::milter
