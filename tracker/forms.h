// The fields of a posted form: application/x-www-form-urlencoded and multipart/form-data, the two
// that RFC 8058 names. Knows nothing of what the fields mean. Linear in the body.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace candor::tracker {

struct FormField {
    std::string name;
    std::string value;
    bool operator==(const FormField&) const = default;
};

/// Whatever is not multipart/form-data, or has no field as such, is read as urlencoded: a mail
/// provider that mistakes the Content-Type still wants the person to be unsubscribed. Malformed
/// parts are passed over; values come without blanks around them.
[[nodiscard]] std::vector<FormField> form_fields(std::string_view content_type,
                                                 std::string_view body);

/// The first field of this name; names are compared without regard to ASCII case.
/// Borrowed from `fields`.
[[nodiscard]] std::optional<std::string_view> value_of(const std::vector<FormField>& fields,
                                                       std::string_view name);

[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace candor::tracker
