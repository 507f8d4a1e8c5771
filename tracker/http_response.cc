// By hand: reading a format string for each line cost more than all the copying.
#include "tracker/http_response.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace candor::tracker {
namespace {

// Of a status line, Date and what serialise() adds.
constexpr std::size_t answer_bytes = 256;

std::string_view reason_of(int status) {
    switch (status) {
        case 200: return "OK";
        case 302: return "Found";
        case 400: return "Bad Request";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 413: return "Content Too Large";
        case 414: return "URI Too Long";
        case 429: return "Too Many Requests";
        case 431: return "Request Header Fields Too Large";
        case 500: return "Internal Server Error";
        case 503: return "Service Unavailable";
        default: return "Status";  // any text is legal, and clients do not read it
    }
}

bool has_control_byte(std::string_view value) {
    return std::ranges::any_of(value, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7F;
    });
}

}  // namespace

std::string serialise(const Response& response, const Framing& framing) {
    std::string out = "HTTP/1.1 ";
    std::size_t size = answer_bytes + response.body.size();
    for (const Header& header : response.headers) size += header.name.size() + header.value.size();
    out.reserve(size);
    const auto add_line = [&out](std::string_view name, std::string_view value) {
        out.append(name).append(": ").append(value).append("\r\n");
    };
    out.append(fmt::format_int(response.status).c_str()).append(" ");
    out.append(reason_of(response.status)).append("\r\n");
    if (!framing.date.empty()) add_line("Date", framing.date);
    for (const Header& header : response.headers) {
        if (!has_control_byte(header.value)) add_line(header.name, header.value);
    }
    add_line("Content-Length", fmt::format_int(response.body.size()).c_str());
    if (framing.close) add_line("Connection", "close");
    out.append("\r\n");
    if (!framing.head) out.append(response.body);
    return out;
}

Response refusal_of(int status) {
    return {status,
            {{"Content-Type", "text/plain; charset=utf-8"},
             {"Cache-Control", "no-store"},
             {"X-Content-Type-Options", "nosniff"}},
            fmt::format("{}\n", reason_of(status))};
}

}  // namespace candor::tracker
