// Organisational domains, IDN and alignment.
// Knows the public suffix list and IDNA; leaves to `decide` what alignment is asked of.
#include "policy/people/domains.h"

#include <arpa/inet.h>
#include <idn2.h>
#include <libpsl.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <utility>

#include "policy/ascii.h"

namespace candor::policy {

namespace {

constexpr std::size_t max_domain_bytes = 253;      // RFC 1035, section 2.3.4, without the root dot
constexpr std::size_t max_label_bytes = 63;        // the same section
constexpr std::size_t max_idn_input_bytes = 1024;  // no name that fits 253 bytes needs more

constexpr bool is_ascii(char c) {
    return static_cast<unsigned char>(c) < 0x80;
}

/// The underscore is no letter of a host name (RFC 952), but real hosts carry it.
constexpr bool is_host_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

/// Lower-case ASCII with labels of a legal length, no empty one, no final dot.
bool is_ascii_domain(std::string_view domain) {
    if (domain.empty() || domain.size() > max_domain_bytes) return false;
    std::size_t label_bytes = 0;
    for (const char c : domain) {
        if (!is_host_byte(c)) return false;
        if (c != '.') {
            if (++label_bytes > max_label_bytes) return false;
            continue;
        }
        if (label_bytes == 0) return false;
        label_bytes = 0;
    }
    return label_bytes > 0;
}

bool has_a_label(std::string_view domain) {
    return domain.starts_with("xn--") || domain.find(".xn--") != std::string_view::npos;
}

void drop_final_dot(std::string& domain) {
    if (!domain.empty() && domain.back() == '.') domain.pop_back();
}

struct FreeIdn2 {
    void operator()(std::uint8_t* text) const { idn2_free(text); }
};

/// UTS 46 mapping and IDNA 2008 checks; `domain` holds no NUL.
Result<std::string> idna_lookup(const std::string& domain) {
    std::uint8_t* raw = nullptr;
    const int status = idn2_lookup_u8(reinterpret_cast<const std::uint8_t*>(domain.c_str()), &raw,
                                      IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    const std::unique_ptr<std::uint8_t, FreeIdn2> owner{raw};
    if (status != IDN2_OK || raw == nullptr) {
        return fail(Fault::Malformed, "the domain is not valid under IDNA 2008");
    }
    return std::string{reinterpret_cast<const char*>(raw)};
}

struct FreePsl {
    void operator()(psl_ctx_t* list) const { psl_free(list); }
};

/// The system's list if it is newer than the one built into libpsl. Loaded once, on first use;
/// reading it needs no lock.
const psl_ctx_t* public_suffixes() {
    static const std::unique_ptr<psl_ctx_t, FreePsl> list{psl_latest(nullptr)};
    return list ? list.get() : psl_builtin();
}

/// An IPv4 address looks like a domain of four labels and has no organisation.
bool is_ipv4(const std::string& domain) {
    in_addr address{};
    return inet_pton(AF_INET, domain.c_str(), &address) == 1;
}

// Endings that are sold world-wide as if they were generic: they say nothing of a country.
constexpr std::array<std::string_view, 20> generic_cctlds{"ac", "ad", "ai", "as", "bz", "cc", "cd",
                                                          "dj", "fm", "gg", "io", "la", "me", "ms",
                                                          "nu", "sc", "sh", "tk", "tv", "ws"};

// Internationalised endings of the countries that have a row of their own in the packs.
constexpr std::array<std::pair<std::string_view, std::string_view>, 20> idn_cctlds{{
    {"xn--p1ai", "RU"},       {"xn--fiqs8s", "CN"},        {"xn--fiqz9s", "CN"},
    {"xn--j6w193g", "HK"},    {"xn--kprw13d", "TW"},       {"xn--kpry57d", "TW"},
    {"xn--3e0b707e", "KR"},   {"xn--j1amh", "UA"},         {"xn--e1a4c", "EU"},
    {"xn--qxa6a", "EU"},      {"xn--qxam", "GR"},          {"xn--90ae", "BG"},
    {"xn--mgbaam7a8h", "AE"}, {"xn--mgberp4a5d4ar", "SA"}, {"xn--wgbh1c", "EG"},
    {"xn--wgbl6a", "QA"},     {"xn--h2brj9c", "IN"},       {"xn--o3cw4h", "TH"},
    {"xn--yfro4i67o", "SG"},  {"xn--4dbrk0ce", "IL"},
}};

}  // namespace

Result<std::string> to_ascii_domain(std::string_view domain) {
    if (domain.empty() || domain.size() > max_idn_input_bytes) {
        return fail(Fault::Malformed, "the domain is empty or too long");
    }
    std::string lower = ascii_lowered(domain);

    // Plain ASCII does not go through IDNA: it would refuse real hosts such as `r3---sn.example`.
    if (std::ranges::all_of(lower, is_ascii) && !has_a_label(lower)) {
        drop_final_dot(lower);
        if (is_ascii_domain(lower)) return lower;
        return fail(Fault::Malformed, "the domain is not a host name");
    }
    if (lower.find('\0') != std::string::npos) {
        return fail(Fault::Malformed, "the domain is not a host name");
    }
    auto mapped = idna_lookup(lower);
    if (!mapped) return mapped;
    drop_final_dot(*mapped);
    // The mapping can bring forth what no host may hold: U+2100 becomes "a/c".
    if (is_ascii_domain(*mapped)) return mapped;
    return fail(Fault::Malformed, "the domain is not a host name");
}

std::string organisational_domain(std::string_view ascii_domain) {
    std::string domain = ascii_lowered(ascii_domain);
    drop_final_dot(domain);
    if (!is_ascii_domain(domain) || is_ipv4(domain)) return {};
    const char* registrable = psl_registrable_domain(public_suffixes(), domain.c_str());
    return registrable == nullptr ? std::string{} : std::string{registrable};
}

bool aligned(std::string_view one, std::string_view other) {
    const std::string organisation = organisational_domain(one);
    return !organisation.empty() && organisation == organisational_domain(other);
}

std::string cctld_hint(std::string_view ascii_domain) {
    if (ascii_domain.ends_with('.')) ascii_domain.remove_suffix(1);
    const std::size_t dot = ascii_domain.rfind('.');
    if (dot == std::string_view::npos || dot == 0) return {};

    std::string ending = ascii_lowered(ascii_domain.substr(dot + 1));
    for (const auto& [label, code] : idn_cctlds) {
        if (label == ending) return std::string{code};
    }
    const bool two_letters = ending.size() == 2 && std::ranges::all_of(ending, [](char c) {
                                 return c >= 'a' && c <= 'z';
                             });
    if (!two_letters || std::ranges::find(generic_cctlds, ending) != generic_cctlds.end()) {
        return {};
    }
    if (ending == "uk") return "GB";
    if (ending == "su") return "RU";  // the Soviet Union's, run from Russia
    std::ranges::transform(ending, ending.begin(),
                           [](char c) { return static_cast<char>(c - 'a' + 'A'); });
    return ending;
}

}  // namespace candor::policy
