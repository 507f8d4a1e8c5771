// Links first, then what tracks, then the footer, as replacements of decoded bytes; the encoding
// keeps every byte that no replacement names wherever the transfer encoding lets it.
#include "rewriter/part_edits.h"

#include <algorithm>

#include "rewriter/bytes/ascii.h"
#include "rewriter/html/footer_place.h"
#include "rewriter/links/links.h"
#include "rewriter/long_lines.h"
#include "rewriter/mime/charset.h"
#include "rewriter/tracking/personal_parameters.h"
#include "rewriter/tracking/pixels.h"

namespace candor::rewriter {
namespace {

bool is_web_url(std::string_view url) {
    const std::string scheme = scheme_of(trim_url(url));
    return scheme == "http" || scheme == "https";
}

bool is_absolute_ascii(std::string_view url) {
    return !any_byte(url, [](char c) { return c <= ' ' || c > '~'; }) && !scheme_of(url).empty();
}

/// The new URL of a link, or nullopt when it stays as it is.
Result<std::optional<std::string>> new_url(const FoundLink& link, const RewritePlan& plan,
                                           Edits& counts) {
    if (plan.replace_link) {
        if (std::optional<std::string> url = plan.replace_link(link)) {
            if (*url == link.url) return std::nullopt;
            if (!is_absolute_ascii(*url))
                return fail(Fault::Malformed, "a new link is no absolute ASCII URL");
            ++counts.links_rewritten;
            return url;
        }
    }
    if (plan.remove_tracking && is_web_url(link.url)) {
        std::string clean = without_parameters(link.url, parameter_rules(plan));
        if (clean != link.url) {
            ++counts.parameters_removed;
            return clean;
        }
    }
    return std::nullopt;
}

/// As one more replacement, never into the middle of something that is replaced.
void insert(std::string html, std::size_t at, std::vector<Replacement>& edits) {
    const auto next =
        std::ranges::find_if(edits, [&](const Replacement& edit) { return edit.where.end > at; });
    if (next != edits.end()) at = std::min(at, next->where.begin);
    edits.insert(next, {{at, at}, std::move(html)});
}

}  // namespace

std::string with_crlf_ends(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 32);
    for (const char c : text) {
        if (c == '\n' && !out.ends_with('\r')) out += '\r';
        out += c;
    }
    return out;
}

Result<std::vector<Replacement>> html_edits(const PartContent& content, const RewritePlan& plan,
                                            Edits& counts) {
    std::vector<Replacement> edits;
    for (const ContentLink& link : content.links) {
        auto url = new_url(link.found, plan, counts);
        if (!url) return fail(url.error());
        const auto place = link.conditional ? AttributePlace::Comment : AttributePlace::Tag;
        // A link that was only cleaned may hold what the part's charset cannot say as it is.
        if (*url) {
            std::string value = escape_attribute(**url, link.quote, place);
            edits.push_back(
                {link.value, is_ascii(value) ? std::move(value) : to_ascii_html(value)});
        }
    }
    const bool images = plan.remove_tracking || plan.remove_tracking_images;
    if (images || !plan.own_hosts.empty()) {
        TrackingFound found = find_tracking(content.markup(), pixel_rules(plan));
        counts.images_neutralised += found.images;
        counts.open_image_kept |= found.open_image_kept;
        counts.parameters_removed += found.parameters;
        // Of an image source with two-byte characters only the shadow was seen: what is left of it
        // cannot be written.
        if (!content.shadow.empty()) {
            std::erase_if(found.replacements,
                          [](const Replacement& edit) { return !is_ascii(edit.with); });
        }
        std::ranges::move(found.replacements, std::back_inserter(edits));
        std::ranges::stable_sort(edits, {},
                                 [](const Replacement& edit) { return edit.where.begin; });
        // One byte is never replaced twice: a link wins over what else was found in the same place.
        std::size_t end = 0;
        std::erase_if(edits, [&](const Replacement& edit) {
            if (edit.where.begin < end) return true;
            end = edit.where.end;
            return false;
        });
    }
    return edits;
}

Result<std::vector<Replacement>> text_edits(const PartContent& content, const RewritePlan& plan,
                                            Edits& counts) {
    std::vector<Replacement> edits;
    for (const ContentLink& link : content.links) {
        auto url = new_url(link.found, plan, counts);
        if (!url) return fail(url.error());
        if (!*url) continue;
        // A link that was only cleaned stays in the bytes of its charset.
        if (!is_ascii(**url)) {
            const std::string_view written =
                std::string_view(content.bytes).substr(link.value.begin, link.value.size());
            **url = without_parameters(written, parameter_rules(plan));
        }
        edits.push_back({link.value, std::move(**url)});
    }
    return edits;
}

FooterRoom footer_room(const Part& part, const PartContent& content) {
    if (part.content.size() == 0 && part.content.begin == part.header.end) return FooterRoom::None;
    return trim_blanks(content.bytes).empty() ? FooterRoom::Blank : FooterRoom::Text;
}

void add_html_footer(const PartContent& content, std::string_view footer,
                     std::vector<Replacement>& edits) {
    const std::string html = with_crlf_ends(to_ascii_html(footer));
    if (html.empty() || content.bytes.find(html) != std::string::npos) return;
    insert(html, footer_place(content.markup()), edits);
}

void add_open_image(const PartContent& content, std::string_view url,
                    std::vector<Replacement>& edits) {
    // Shown, not `display:none`: some programs fetch no picture that is hidden.
    const std::string value = escape_attribute(url, '"', AttributePlace::Tag);
    add_html_footer(content,
                    "<img src=\"" + value + "\" width=\"1\" height=\"1\" alt=\"\" border=\"0\">",
                    edits);
}

void add_honeypot(const PartContent& content, std::string_view url,
                  std::vector<Replacement>& edits) {
    const auto at = body_beginning(content.markup());
    if (!at) return;
    // Machines that read pages follow it; eyes, screen readers and the tab key pass it by.
    insert("<a href=\"" + escape_attribute(url, '"', AttributePlace::Tag) +
               "\" style=\"display:none!important\" aria-hidden=\"true\" tabindex=\"-1\"></a>",
           *at, edits);
}

void add_text_footer(const Part& part, const PartContent& content, std::string_view footer,
                     std::vector<Replacement>& edits) {
    if (footer.empty()) return;
    const std::string_view bytes = content.bytes;
    const std::string& charset = part.charset;
    // Unlabelled text that is UTF-8 already is read as that; anything else gets what its label
    // allows.
    const bool as_utf8 = charset.empty() && !is_ascii(bytes) && is_utf8(bytes);
    std::string text = with_crlf_ends(
        as_utf8 ? std::string(footer) : from_utf8(footer, charset).value_or(to_ascii(footer)));
    if (!text.ends_with("\r\n")) text += "\r\n";
    const auto stands_there = [bytes](std::string_view spelling) {
        return bytes.find(trim_blanks(spelling)) != std::string_view::npos;
    };
    // A link may have been all that was not UTF-8: then the footer stands there in ASCII.
    if (stands_there(text) || stands_there(with_crlf_ends(to_ascii(footer)))) return;
    const bool open_line = !bytes.empty() && !bytes.ends_with('\n');
    edits.push_back({{bytes.size(), bytes.size()}, (open_line ? "\r\n\r\n" : "\r\n") + text});
}

Result<EncodedPart> encode_part(std::string_view source, const Part& part,
                                const PartContent& content, std::span<const Replacement> edits) {
    const std::string_view encoded = source.substr(part.content.begin, part.content.size());
    switch (part.encoding) {
        case TransferEncoding::QuotedPrintable:
            return EncodedPart{splice_quoted_printable(encoded, edits, content.marks)};
        case TransferEncoding::Base64: return EncodedPart{splice_base64(encoded, edits)};
        case TransferEncoding::SevenBit:
        case TransferEncoding::EightBit:
        case TransferEncoding::Binary: break;
        case TransferEncoding::Unknown:
            return fail(Fault::Malformed, "an unknown transfer encoding");
    }
    const bool needs_eight_bit =
        part.encoding == TransferEncoding::SevenBit && is_ascii(content.bytes) &&
        !std::ranges::all_of(edits, [](const Replacement& edit) { return is_ascii(edit.with); });
    if (!needs_eight_bit) {
        const std::vector<std::size_t> breakable =
            part.kind == PartKind::Html ? blanks_before_links(content) : std::vector<std::size_t>();
        if (auto fitting = splice_within_lines(content.bytes, edits, breakable)) {
            return EncodedPart{std::move(*fitting)};
        }
    }
    auto again = encode(splice(content.bytes, edits), TransferEncoding::QuotedPrintable);
    if (!again) return fail(again.error());
    return EncodedPart{std::move(*again), true};
}

}  // namespace candor::rewriter
