// Tracking images: tiny or hidden, and known or made for one message. Only the value goes, never
// the tag: a missing <img> moves the layout, `data:,` resolves to nothing and moves none.
#include "rewriter/pixels.h"

#include <algorithm>
#include <optional>

#include "rewriter/ascii.h"
#include "rewriter/character_references.h"
#include "rewriter/hidden_content.h"
#include "rewriter/html_tokens.h"
#include "rewriter/inline_style.h"
#include "rewriter/links.h"
#include "rewriter/personal_parameters.h"
#include "rewriter/shipped_lists.h"
#include "rewriter/tracker_patterns.h"

namespace candor::rewriter {
namespace {

constexpr std::string_view nothing = "data:,";

bool is_tiny(const Visibility& seen) {
    const auto zero = [](const std::optional<double>& length) { return length && *length <= 0; };
    const auto small = [](const std::optional<double>& length) { return length && *length <= 1; };
    if (zero(seen.width_px) || zero(seen.height_px)) return true;
    if (small(seen.width_px)) return small(seen.height_px) || !seen.height_px;
    return small(seen.height_px) && !seen.width_px;
}

std::string host_of(std::string_view url) {
    const std::size_t begin = url.find("//");
    if (begin == std::string_view::npos) return {};
    std::string_view host = url.substr(begin + 2);
    host = host.substr(0, std::min(host.find_first_of("/?#\\"), host.size()));
    if (const std::size_t at = host.rfind('@'); at != std::string_view::npos) {
        host.remove_prefix(at + 1);
    }
    return ascii_lowered(host.substr(0, std::min(host.find(':'), host.size())));
}

/// An open image that our own tracking host answers: left over from a mail that was forwarded.
bool is_own_open_image(std::string_view url, std::string_view own_host) {
    if (own_host.empty() || !equals_ignoring_case(host_of(url), own_host)) return false;
    const std::size_t path = url.find('/', url.find("//") + 2);
    return path != std::string_view::npos && url.substr(path).starts_with("/o/");
}

bool is_trusted(std::string_view url, const PixelRules& rules) {
    const std::string host = host_of(url);
    return std::ranges::any_of(rules.trusted_image_hosts, [&](const std::string& trusted) {
        return matches_glob(trusted, host) || matches_glob("*." + trusted, host);
    });
}

bool is_remote(std::string_view url) {
    const std::string scheme = scheme_of(url);
    return scheme == "http" || scheme == "https" || (scheme.empty() && url.starts_with("//"));
}

class TrackingFinder {
  public:
    TrackingFinder(std::string_view html, const PixelRules& rules) : tokens_(html), rules_(rules) {}

    TrackingFound find() {
        while (tokens_.next()) {
            const HtmlToken& token = tokens_.token();
            const bool start = token.kind == TokenKind::StartTag;
            if (start && tokens_.name_is("img")) {
                look_at(tokens_.attribute("src"));
                continue;
            }
            if (start && tokens_.name_is("input") && is_image_input()) {
                look_at(tokens_.attribute("src"));
                continue;
            }
            hidden_.note(tokens_);
        }
        // A tiny static image that closes the mail is a pixel too: its name is all there is to see.
        if (last_candidate_) found_.replacements.push_back(*last_candidate_);
        if (last_candidate_) ++found_.images;
        return std::move(found_);
    }

  private:
    bool is_image_input() {
        const Attribute* const type = tokens_.attribute("type");
        return type != nullptr && equals_ignoring_case(tokens_.text(type->value), "image");
    }

    void look_at(const Attribute* source) {
        last_candidate_.reset();
        if (source == nullptr || !source->has_value) return;
        const std::string_view raw = tokens_.text(source->value);
        const std::string url =
            trim_url(decode_character_references(raw, ReferencePlace::Attribute));
        if (!is_remote(url)) return;
        if (is_own_open_image(url, rules_.own_host)) return neutralise(*source);
        if (rules_.images && neutralise_tracking(*source, url)) return;
        if (rules_.parameters) cut_parameters(*source, raw);
    }

    /// False when the image stays.
    bool neutralise_tracking(const Attribute& source, std::string_view url) {
        const Visibility seen = visibility_of(tokens_);
        const bool unseen = is_tiny(seen) || seen.hidden || hidden_.inside();
        if (unseen && !is_trusted(url, rules_)) {
            if (matches_tracker_pattern(url) || (!is_spacer(url) && looks_unique(url))) {
                neutralise(source);
                return true;
            }
            if (!is_spacer(url)) last_candidate_ = {source.value, std::string{nothing}};
        }
        return false;
    }

    void cut_parameters(const Attribute& source, std::string_view raw) {
        const CutParameters cut =
            cut_personal_parameters(raw, rules_.strip_parameters, UrlForm::Attribute);
        if (cut.count == 0) return;
        last_candidate_.reset();
        found_.replacements.push_back({source.value, cut.url});
        found_.parameters += cut.count;
    }

    void neutralise(const Attribute& source) {
        ++found_.images;
        const Attribute* const set = tokens_.attribute("srcset");
        const bool both = set != nullptr && set->has_value && set->value.size() > 0;
        if (both && set->value.begin < source.value.begin) put(*set);
        put(source);
        if (both && set->value.begin > source.value.begin) put(*set);
    }
    void put(const Attribute& attribute) {
        found_.replacements.push_back({attribute.value, std::string{nothing}});
    }

    HtmlTokenizer tokens_;
    const PixelRules& rules_;
    HiddenContent hidden_;
    TrackingFound found_;
    std::optional<Replacement> last_candidate_;
};

}  // namespace

TrackingFound find_tracking(std::string_view html, const PixelRules& rules) {
    return TrackingFinder{html, rules}.find();
}

std::string without_personal_parameters(std::string_view url, std::span<const std::string> more) {
    return cut_personal_parameters(url, more, UrlForm::Plain).url;
}

}  // namespace candor::rewriter
