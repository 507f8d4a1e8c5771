// What goes into the rewriter and what comes out: a raw message, a plan, edits, limits.
// The plan says what a treatment asks of one copy; it knows no rules, tokens or recipients.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/bytes/splice.h"

namespace candor::rewriter {

class FilterLists;

/// Defaults are those of policy/config/config.h, [milter].
struct Limits {
    std::size_t max_message_bytes = 50ULL << 20;
    int max_parts = 500;
    int max_nesting = 30;
    int max_links = 5000;
    int max_header_lines = 2000;
};

/// Of a whole AMP document (AMP for Email, "document dimensions"); beyond it clients show the HTML.
constexpr std::size_t max_amp_bytes = 200'000;

constexpr std::string_view amp_type = "text/x-amp-html";

/// Of a URL as trim_url() has it: whether its reader can opt out by it, once it has left.
using OptOutTest = std::function<bool(std::string_view url)>;

/// One header field as the MTA hands it over with SMFIP_HDR_LEADSPC: the value keeps its leading
/// blank and its folds (bare LF), and has no final line end.
struct Header {
    std::string name;
    std::string value;
};

/// Borrowed. The body has CRLF line ends, as an MTA delivers it.
struct RawMessage {
    std::span<const Header> headers;
    std::string_view body;
};

enum class LinkPlace : std::uint8_t { Html, Text };

/// One link of the message; a message has them in order of appearance, part by part.
struct FoundLink {
    /// UTF-8; transfer encoding, charset and character references undone, outer blanks as written.
    std::string url;
    LinkPlace place = LinkPlace::Html;
    /// From 1, counted over the whole message (rewriter/link_ordinals.h); saturates at 65535. What
    /// shows the same link a second time shares its number.
    std::uint16_t ordinal = 0;
    /// The template says "do not track this link" in some vendor's spelling.
    bool marked_no_track = false;
    /// The visible text of the link, tags dropped and blanks folded, at most 200 bytes. In text: of
    /// its HTML twin, else the words in front of it.
    std::string text;
    /// What a client opens cannot be known for sure: a non-ASCII query in a part that is not UTF-8,
    /// a character that cannot be read in the part's charset, or a URL of text that runs into a
    /// script without blanks.
    bool ambiguous_charset = false;
    /// Lies in a signed part: reported, never replaced.
    bool untouchable = false;
};

/// Why a message must not be changed, in one word for machines and one sentence for people.
struct Untouchable {
    std::string word;  ///< signed, encrypted, dkim_signature, malformed_mime, unknown_charset,
                       ///< over_limit, links_unread
    std::string text;
};

/// What is in the message, found before anything is decided.
struct Survey {
    std::vector<FoundLink> links;
    /// Where HTML may link to besides: its markup can be read in several ways there, or the value
    /// is over 32 KB. Nothing of it can be replaced. UTF-8.
    std::vector<std::string> unread_links;
    bool has_html = false;
    bool has_text = false;
    std::size_t tracking_images = 0;  ///< what RewritePlan::remove_tracking would neutralise
    std::size_t personal_parameters = 0;
    /// An advertising network that something is fetched from or a link leads to: the first one's
    /// name, else empty. Lives as long as the program.
    std::string_view ad_network;
    /// Set when some or all of the content must not be changed.
    std::optional<Untouchable> untouchable;
    /// What of the untouchable content would have to go: HTML (for `plaintext`), tracking (for
    /// `untracked`), or nobody can look inside.
    bool untouchable_html = false;
    bool untouchable_tracking = false;
    bool untouchable_images = false;  ///< of that tracking: images, for RewritePlan's own setting
    bool opaque = false;
    std::size_t enclosed_messages = 0;  ///< forwarded ones, a digest's: kept whole, nobody looks in
    /// Opaque, and not because it is encrypted: mail programs may show it as it is.
    bool unread = false;
};

/// 1-based `index` among the fields of that name, counted before any edit; unused for Insert.
struct HeaderEdit {
    enum class Kind : std::uint8_t { Insert, Replace, Remove } kind = Kind::Insert;
    std::string name;
    int index = 1;
    std::string value;  ///< with its leading blank and bare LF folds, as in Header
};

struct RewritePlan {
    /// Only text/plain and real attachments leave.
    bool plaintext_only = false;
    /// Neutralise tracking images and take per-person parameters off links and images.
    bool remove_tracking = false;
    /// Neutralise tracking images and leave parameters alone; `remove_tracking` includes it.
    bool remove_tracking_images = false;
    /// Our tracking hosts. An open image of one (`/o/`) is neutralised by every plan that names it.
    std::vector<std::string> own_hosts;
    /// Called once per link that may be changed, in order; nullopt leaves its bytes alone. The
    /// answer is an absolute URL in ASCII. Also asked for `candor:` placeholders and
    /// `https+notrack:` links.
    std::function<std::optional<std::string>(const FoundLink&)> replace_link;
    /// Appended to each text that would be shown without an opt-out (rewriter/shown_texts.h):
    /// before the last </body>, at the end of plain text; empty = none. UTF-8.
    std::string footer_html;
    std::string footer_text;
    /// What makes a footer needless where it is shown. Empty = nothing does.
    OptOutTest is_opt_out;
    /// A URL that a picture of one pixel is fetched from, at the end of the first HTML part that
    /// says something; empty = none is added. ASCII.
    std::string open_image;
    /// Whether the open image of ours that is fetched from `url` already tells what `open_image`
    /// would: then it stays, and none is added. Empty = none does.
    std::function<bool(std::string_view url)> keep_open_image;
    /// Asked once, behind the links of the same part: a URL in ASCII that a link at the beginning
    /// of that part leads to which nobody sees. Empty, or nullopt = none is added.
    std::function<std::optional<std::string>()> honeypot;
    /// Image hosts that are never pixels (the controller's own content host is not among them).
    std::vector<std::string> trusted_image_hosts;
    /// Parameter names besides the per-person list that ships.
    std::vector<std::string> strip_parameters;
    /// `utm_*` and others that name a campaign go with those that name a person.
    bool strip_campaign_parameters = false;
    /// With `remove_tracking`: style sheets and fonts that are fetched go too.
    bool remove_remote_css = false;
    /// The operator's own lists, borrowed; null when there are none.
    const FilterLists* filter_lists = nullptr;
    /// Host globs of click trackers besides the list that ships; survey() looks for them.
    std::vector<std::string> click_redirect_hosts;
};

/// What has to change. Header edits are for the message's own header.
struct Edits {
    std::vector<HeaderEdit> headers;
    /// In RawMessage::body, sorted, not overlapping. Empty: not one byte of the body changes.
    std::vector<Replacement> body;
    std::size_t links_rewritten = 0;
    std::size_t images_neutralised = 0;
    std::size_t parameters_removed = 0;
    bool html_removed = false;
    bool open_image_kept = false;  ///< RewritePlan::keep_open_image knew one
    /// With these edits an AMP part passes max_amp_bytes: its readers would get the HTML instead.
    bool amp_outgrown = false;
    [[nodiscard]] bool empty() const { return headers.empty() && body.empty(); }
};

}  // namespace candor::rewriter
