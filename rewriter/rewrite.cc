// The order of the work: read, edit part by part, put the parts back. Which parts leave altogether
// is plaintext_message's; what changes inside a part is part_edits'.
#include "rewriter/rewrite.h"

#include <algorithm>
#include <utility>

#include "rewriter/links/click_redirectors.h"
#include "rewriter/links/links.h"
#include "rewriter/mime/header_fields.h"
#include "rewriter/mime/mime_structure.h"
#include "rewriter/part_edits.h"
#include "rewriter/plaintext_message.h"
#include "rewriter/shown_texts.h"
#include "rewriter/tracking/ad_networks.h"
#include "rewriter/tracking/personal_parameters.h"
#include "rewriter/tracking/pixels.h"

namespace candor::rewriter {
namespace {

void note_tracking(Survey& found, const Part& part, const PartContent& content,
                   const RewritePlan& rules) {
    std::size_t images = 0;
    std::size_t parameters = 0;
    bool click_tracker = false;
    if (part.kind == PartKind::Html) {
        RewritePlan everything = rules;
        everything.remove_tracking = true;
        const TrackingFound tracking = find_tracking(content.markup(), pixel_rules(everything));
        images = tracking.images;
        parameters = tracking.parameters;
        if (found.ad_network.empty()) found.ad_network = tracking.ad_network;
    }
    const auto note = [&](const std::string& url) {
        const std::string scheme = scheme_of(trim_url(url));
        if (scheme != "http" && scheme != "https") return;
        if (found.ad_network.empty()) found.ad_network = ad_network(trim_url(url));
        if (without_parameters(url, parameter_rules(rules)) != url) ++parameters;
        // Whether a click tracker goes is decided link by link; here none of them can.
        click_tracker |= part.untouchable && foreign_tracker(url, rules.click_redirect_hosts).known;
    };
    for (const ContentLink& link : content.links) note(link.found.url);
    for (const std::string& url : content.unread) note(url);
    found.tracking_images += images;
    found.personal_parameters += parameters;
    if (part.untouchable) {
        found.untouchable_html |= part.kind == PartKind::Html;
        found.untouchable_tracking |= images + parameters > 0 || click_tracker;
        found.untouchable_images |= images > 0;
    }
}

/// The part that takes what nobody is meant to see: the first HTML that may be changed, is mail
/// itself and has something to read; if none has, the first with room.
std::size_t unseen_part(const Message& message, const Contents& contents) {
    std::size_t best = message.parts().size();
    FooterRoom most = FooterRoom::None;
    for (const PartContent& content : contents.parts) {
        const Part& part = message.parts()[content.part];
        if (part.untouchable || part.mime_type != "text/html") continue;
        const FooterRoom room = footer_room(part, content);
        if (room <= most) continue;
        best = content.part;
        most = room;
    }
    return best;
}

std::vector<std::size_t> parts_for_footer(const Message& message, const RewritePlan& plan) {
    if (plan.footer_html.empty() && plan.footer_text.empty()) return {};
    return footer_parts(shown_texts(message, plan.is_opt_out));
}

}  // namespace

Survey survey(const Message& message, const RewritePlan& rules_for_tracking) {
    Survey found;
    found.untouchable = message.untouchable();
    found.opaque = message.opaque();
    found.enclosed_messages = message.enclosed_messages();
    found.unread = message.unread();
    const Contents& contents = message.contents();
    for (const PartContent& content : contents.parts) {
        const Part& part = message.parts()[content.part];
        (part.kind == PartKind::Html ? found.has_html : found.has_text) = true;
        note_tracking(found, part, content, rules_for_tracking);
        for (const ContentLink& link : content.links) found.links.push_back(link.found);
        std::ranges::copy(content.unread, std::back_inserter(found.unread_links));
    }
    if (contents.too_many_links) {
        found.untouchable = Untouchable{"over_limit", "The message has more links than the limit."};
        found.opaque = found.unread = true;
    }
    return found;
}

Result<Edits> rewrite(const Message& message, const RewritePlan& plan) {
    Edits edits;
    const Contents& contents = message.contents();
    if (contents.too_many_links)
        return fail(Fault::OverLimit, "the message has more links than limits allow");
    if (plan.plaintext_only) return rewrite_as_plaintext(message, contents, plan);

    const std::size_t unseen = unseen_part(message, contents);
    const std::vector<std::size_t> footers = parts_for_footer(message, plan);
    std::vector<Replacement> body;
    for (const PartContent& content : contents.parts) {
        const Part& part = message.parts()[content.part];
        if (part.untouchable) continue;
        const bool html = part.kind == PartKind::Html;
        auto changes = html ? html_edits(content, plan, edits) : text_edits(content, plan, edits);
        if (!changes) return fail(changes.error());
        if (std::ranges::find(footers, content.part) != footers.end()) {
            if (html) add_html_footer(content, plan.footer_html, *changes);
            if (!html) add_text_footer(part, content, plan.footer_text, *changes);
        }
        if (content.part == unseen) {
            if (!plan.open_image.empty() && !edits.open_image_kept) {
                add_open_image(content, plan.open_image, *changes);
            }
            const auto honeypot = plan.honeypot ? plan.honeypot() : std::nullopt;
            if (honeypot) add_honeypot(content, *honeypot, *changes);
        }
        if (changes->empty()) continue;

        edits.amp_outgrown |= part.mime_type == amp_type && content.bytes.size() <= max_amp_bytes &&
                              spliced_size(content.bytes, *changes) > max_amp_bytes;
        auto encoded = encode_part(message.source(), part, content, *changes);
        if (!encoded) return fail(encoded.error());
        if (encoded->now_quoted_printable) {
            if (part.path.empty()) {
                set_field(message, "Content-Transfer-Encoding", " quoted-printable", edits);
            } else {
                body.push_back(declare_quoted_printable(message.source(), part.header));
            }
        }
        body.push_back({part.content, std::move(encoded->content)});
    }
    edits.body = message.in_body(std::move(body));
    return edits;
}

std::vector<Header> edited_headers(std::span<const Header> headers,
                                   std::span<const HeaderEdit> edits) {
    std::vector<Header> applied(headers.begin(), headers.end());
    // Indices count the fields as they came, so what goes is only marked until all edits are made.
    std::vector<bool> removed(headers.size(), false);
    for (const HeaderEdit& edit : edits) {
        std::size_t at = headers.size();
        if (edit.kind != HeaderEdit::Kind::Insert) {
            int left = std::max(edit.index, 1);
            for (std::size_t i = 0; i < headers.size() && at == headers.size(); ++i) {
                if (same_field(headers[i].name, edit.name) && --left == 0) at = i;
            }
        }
        const bool exists = at < headers.size();
        switch (edit.kind) {
            case HeaderEdit::Kind::Remove:
                if (exists) removed[at] = true;
                break;
            case HeaderEdit::Kind::Replace:
                if (exists) {
                    applied[at].value = edit.value;
                    break;
                }
                [[fallthrough]];  // MTAs append a field that is not there
            case HeaderEdit::Kind::Insert: applied.push_back({edit.name, edit.value}); break;
        }
    }
    removed.resize(applied.size(), false);
    std::size_t index = 0;
    std::erase_if(applied, [&](const Header&) { return removed[index++]; });
    return applied;
}

AppliedMessage apply(const RawMessage& raw, const Edits& edits) {
    return {edited_headers(raw.headers, edits.headers), splice(raw.body, edits.body)};
}

}  // namespace candor::rewriter
