// RFC 8058, section 3.1: each of the two fields once, the URI https, the value exactly as below.
#include "milter/opt_out_headers.h"

#include <algorithm>

#include "milter/message_facts.h"
#include "milter/placeholders.h"
#include "rewriter/mime/header_fields.h"

namespace candor::milter {
namespace {

using rewriter::HeaderEdit;
using Kind = rewriter::HeaderEdit::Kind;

constexpr std::string_view field = "List-Unsubscribe";
constexpr std::string_view post_field = "List-Unsubscribe-Post";
constexpr std::string_view post_value = "List-Unsubscribe=One-Click";

/// Exactly one field of that name with this value.
void set_field(std::span<const rewriter::Header> headers, std::string_view name,
               std::string_view value, std::vector<HeaderEdit>& edits) {
    const int present = rewriter::count_fields(headers, name);
    if (present == 0) {
        edits.push_back({Kind::Insert, std::string{name}, 1, " " + std::string{value}});
        return;
    }
    if (rewriter::field_value(headers, name) != value) {
        edits.push_back({Kind::Replace, std::string{name}, 1, " " + std::string{value}});
    }
    for (int index = 2; index <= present; ++index) {
        edits.push_back({Kind::Remove, std::string{name}, index, {}});
    }
}

}  // namespace

bool names_us(const std::vector<std::string>& uris, std::span<const std::string> tracking_hosts) {
    return std::ranges::any_of(uris, [&](const std::string& uri) {
        return is_placeholder(uri) || own_token(uri, tracking_hosts, 'u').has_value();
    });
}

std::vector<HeaderEdit> remove_own_opt_out_headers(std::span<const rewriter::Header> headers,
                                                   std::span<const std::string> tracking_hosts) {
    std::vector<HeaderEdit> edits;
    if (!names_us(rewriter::bracketed_uris(headers, field), tracking_hosts)) return edits;
    for (const std::string_view name : {field, post_field}) {
        for (int index = 1; index <= rewriter::count_fields(headers, name); ++index) {
            edits.push_back({Kind::Remove, std::string{name}, index, {}});
        }
    }
    return edits;
}

std::vector<HeaderEdit> opt_out_header_edits(policy::ListUnsubscribe mode,
                                             std::span<const rewriter::Header> headers,
                                             std::string_view url,
                                             std::span<const std::string> tracking_hosts) {
    const auto uris = rewriter::bracketed_uris(headers, field);
    const bool has_ours = names_us(uris, tracking_hosts);
    const bool write = has_ours || mode == policy::ListUnsubscribe::Replace ||
                       (mode == policy::ListUnsubscribe::Add && uris.empty());
    std::vector<HeaderEdit> edits;
    if (!write) return edits;
    set_field(headers, field, "<" + std::string{url} + ">", edits);
    set_field(headers, post_field, post_value, edits);
    return edits;
}

}  // namespace candor::milter
