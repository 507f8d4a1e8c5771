// The lines of the journal: `1 controller id scope seconds source checksum`, or, for an opt-out
// that its page may take back, `2 controller id scope seconds source page checksum`.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

#include "policy/tokens/checksum.h"
#include "sqlite/waiting.h"

namespace candor::sqlite {
namespace {

template <class Number>
bool take_number(std::string_view& rest, Number& number) {
    const char* end = rest.data() + rest.size();
    const auto [stop, error] = std::from_chars(rest.data(), end, number);
    if (error != std::errc{} || stop == end || *stop != ' ') return false;
    rest.remove_prefix(static_cast<std::size_t>(stop - rest.data()) + 1);
    return true;
}

}  // namespace

std::string to_waiting_line(const policy::OptOut& opt_out) {
    std::string body =
        fmt::format("{} {} {} {} {} {} ", opt_out.page == 0 ? 1 : 2, opt_out.controller,
                    opt_out.recipient.hex(), static_cast<int>(opt_out.scope),
                    opt_out.at.time_since_epoch().count(), static_cast<int>(opt_out.source));
    if (opt_out.page != 0) body += fmt::format("{} ", opt_out.page);
    return body + fmt::format("{:016x}\n", policy::checksum(body));
}

std::optional<policy::OptOut> from_waiting_line(std::string_view line) {
    const std::size_t last_blank = line.rfind(' ');
    if (last_blank == std::string_view::npos) return std::nullopt;
    const std::string_view body = line.substr(0, last_blank + 1);
    if (line.substr(last_blank + 1) != fmt::format("{:016x}", policy::checksum(body)))
        return std::nullopt;

    std::string_view rest = body;
    int version = 0, scope = 0, source = 0;
    std::int64_t seconds = 0;
    policy::OptOut opt_out;
    if (!take_number(rest, version) || version < 1 || version > 2 ||
        !take_number(rest, opt_out.controller)) {
        return std::nullopt;
    }
    const auto id = policy::RecipientId::from_hex(rest.substr(0, rest.find(' ')));
    if (!id) return std::nullopt;
    rest.remove_prefix(std::min(rest.size(), id->bytes.size() * 2 + 1));
    if (!take_number(rest, scope) || !take_number(rest, seconds) || !take_number(rest, source) ||
        scope < 1 || scope > 5 || source < 1 || source > 5 ||
        (version == 2 && !take_number(rest, opt_out.page))) {
        return std::nullopt;
    }
    opt_out.recipient = *id;
    opt_out.scope = static_cast<policy::OptOutScope>(scope);
    opt_out.at = policy::Instant{std::chrono::seconds{seconds}};
    opt_out.source = static_cast<policy::OptOutSource>(source);
    return opt_out;
}

}  // namespace candor::sqlite
