// Only where GMime and we agree on every span is the structure known; then each part is judged: may
// it be changed, and if not, why.
#include "rewriter/message_reader.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "rewriter/bytes/ascii.h"
#include "rewriter/mime/charset.h"
#include "rewriter/mime/content_type.h"
#include "rewriter/mime/gmime_bytes.h"
#include "rewriter/mime/meta_charset.h"

namespace candor::rewriter {
namespace {

PartKind kind_of(std::string_view mime_type) {
    if (mime_type == "text/html" || mime_type == "text/x-amp-html" ||
        mime_type == "text/watch-html" || mime_type == "application/xhtml+xml") {
        return PartKind::Html;
    }
    if (mime_type == "text/plain") return PartKind::Text;
    if (mime_type == "text/calendar") return PartKind::Calendar;
    return PartKind::Other;
}

std::string mime_type_of(GMimeObject* object) {
    GMimeContentType* const type = g_mime_object_get_content_type(object);
    const GLibPtr<char> name{g_mime_content_type_get_mime_type(type)};
    return ascii_lowered(name.get());
}

std::string or_empty(const char* text) {
    return text == nullptr ? std::string() : text;
}

std::string parameter(GMimeObject* object, const char* name) {
    return or_empty(g_mime_object_get_content_type_parameter(object, name));
}

/// Whole (RFC 2046, section 5.2; RFC 6532) or in pieces.
bool is_message(GMimeObject* object, std::string_view mime_type) {
    return GMIME_IS_MESSAGE_PART(object) || GMIME_IS_MESSAGE_PARTIAL(object) ||
           mime_type == "message/global" || mime_type == "message/news";
}

/// PGP without MIME (RFC 4880, section 7): armour at the start of a line.
std::string_view pgp_armour(std::string_view text) {
    static constexpr std::string_view begin = "-----BEGIN PGP ";
    for (std::size_t at = text.find(begin); at != std::string_view::npos;
         at = text.find(begin, at + 1)) {
        if (at > 0 && text[at - 1] != '\n') continue;
        const std::string_view rest = text.substr(at + begin.size());
        if (rest.starts_with("SIGNED MESSAGE")) return "signed";
        if (rest.starts_with("MESSAGE")) return "encrypted";
    }
    return {};
}

bool has_bare_line_end(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) return true;
        if (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n')) return true;
    }
    return false;
}

bool is_field_name(std::string_view name) {
    return !name.empty() && std::ranges::all_of(name, [](char c) { return c > ' ' && c <= '~'; });
}

/// The message's own MIME fields as a header of their own: all that is asked of it. GMime would
/// make several objects of each other field, which takes longer than the rest of a message.
/// Nothing when a field's name is none: then GMime shall see what other programs see.
std::optional<std::string> mime_header(std::string_view source, Span header) {
    std::string fields;
    std::size_t end = header.begin;
    for (const FieldSpan& field : fields_of(source, header)) {
        const std::string_view whole = source.substr(field.whole.begin, field.whole.size());
        if (field.whole.begin != end || !is_field_name(whole.substr(0, whole.find(':')))) return {};
        end = field.whole.end;
        if (field.name.starts_with("content-") || field.name == "mime-version") fields += whole;
    }
    if (end != header.end) return {};
    return (fields.empty() ? "MIME-Version: 1.0\r\n" : fields) + "\r\n";
}

}  // namespace

void init_mime() {
    static std::once_flag once;
    std::call_once(once, [] { g_mime_init(); });
}

void MessageReader::read() {
    const std::size_t body = message_.body_begin_;
    auto header = mime_header(source_, {0, body - 2});
    const MimeOutline outline{header ? *std::move(header) : std::string{source_.substr(0, body)},
                              source_, body};
    outline_ = &outline;
    const auto stream = stream_over(outline.front(), outline.back());
    const GObjectPtr<GMimeParser> parser{g_mime_parser_new_with_stream(stream.get())};
    g_mime_parser_set_format(parser.get(), GMIME_FORMAT_MESSAGE);
    g_mime_parser_set_persist_stream(parser.get(), TRUE);  // leaf contents are windows on our bytes
    // As a part, not as a message: that would be given eight lists of addresses, all empty.
    GMimeObject* const root = g_mime_parser_construct_part(parser.get(), nullptr);
    const GObjectPtr<GMimeObject> mime{root};
    if (root == nullptr) {
        give_up("malformed_mime", "The message cannot be read.");
    } else {
        std::vector<int> path;
        walk(root, {{0, body - 2}, {body, source_.size()}}, path, Parent::None, false);
    }
    if (given_up_) {
        message_.parts_.clear();
        message_.decoded_.clear();
        message_.containers_.clear();
        message_.enclosed_messages_ = 0;
    }
}

void MessageReader::walk(GMimeObject* object, const Region& region, std::vector<int>& path,
                         Parent parent, bool locked) {
    if (given_up_) return;
    if (path.size() > static_cast<std::size_t>(message_.limits_.max_nesting)) {
        give_up("over_limit", "The parts are nested deeper than the limit.");
    } else if (GMIME_IS_MULTIPART(object)) {
        walk_multipart(
            GMIME_MULTIPART(object),
            {mime_type_of(object), or_empty(g_mime_multipart_get_boundary(GMIME_MULTIPART(object))),
             region.header, region.content, path},
            locked);
    } else {
        read_leaf(object, region, path, parent, locked);
    }
}

void MessageReader::walk_multipart(GMimeMultipart* multipart, Container container, bool locked) {
    static constexpr std::string_view disagree =
        "Mail programs read the structure of the message differently.";
    Parent as_parent = Parent::Mixed;
    const std::string& type = container.mime_type;
    if (type == "multipart/alternative") as_parent = Parent::Alternative;
    if (type == "multipart/related") as_parent = Parent::Related;
    if (type == "multipart/signed") as_parent = Parent::Signed;
    if (type == "multipart/encrypted") as_parent = Parent::Encrypted;
    if (as_parent == Parent::Signed) object_to("signed", "The message or a part of it is signed.");
    if (as_parent == Parent::Encrypted) {
        object_to("encrypted", "The message or a part of it is encrypted.");
        nobody_looks_inside(true);
    }
    const std::vector<FieldSpan> fields = fields_of(source_, container.header);
    const auto types = std::ranges::count(fields, "content-type", &FieldSpan::name);
    if (types != 1 || container.boundary.empty()) return give_up("malformed_mime", disagree);

    const auto limit = static_cast<std::size_t>(message_.limits_.max_parts);
    const BodyParts found = body_parts(source_, container.content, container.boundary, limit);
    if (found.regions.size() > limit)
        return give_up("over_limit", "The message has more parts than the limit.");
    // An inner container without parts shows nothing; as the message itself it would show its raw
    // text.
    if (found.bare_line_end || (found.regions.empty() && container.path.empty()) ||
        std::cmp_not_equal(found.regions.size(), g_mime_multipart_get_count(multipart))) {
        return give_up("malformed_mime", disagree);
    }
    const bool lock = locked || as_parent == Parent::Signed || as_parent == Parent::Encrypted;
    std::vector<int> path = container.path;
    message_.containers_.push_back(std::move(container));
    for (std::size_t i = 0; i < found.regions.size(); ++i) {
        path.push_back(static_cast<int>(i));
        walk(g_mime_multipart_get_part(multipart, static_cast<int>(i)),
             split_region(source_, found.regions[i]), path, as_parent, lock);
        path.pop_back();
    }
}

bool MessageReader::spans_agree(GMimeObject* object, Span content) const {
    if (!GMIME_IS_PART(object)) return true;  // message/rfc822: kept whole, nobody looks inside
    GMimeDataWrapper* const wrapper = g_mime_part_get_content(GMIME_PART(object));
    if (wrapper == nullptr) return content.size() == 0;
    GMimeStream* const stream = g_mime_data_wrapper_get_stream(wrapper);
    if (stream->bound_start == stream->bound_end && content.size() == 0) return true;
    return outline_->source_of(static_cast<std::size_t>(stream->bound_start)) == content.begin &&
           outline_->source_of(static_cast<std::size_t>(stream->bound_end)) == content.end;
}

void MessageReader::read_leaf(GMimeObject* object, const Region& region,
                              const std::vector<int>& path, Parent parent, bool locked) {
    if (message_.parts_.size() >= static_cast<std::size_t>(message_.limits_.max_parts)) {
        return give_up("over_limit", "The message has more parts than the limit.");
    }
    if (!spans_agree(object, region.content)) {
        return give_up("malformed_mime",
                       "Mail programs read the structure of the message differently.");
    }
    Part part;
    part.mime_type = mime_type_of(object);
    part.kind = kind_of(part.mime_type);
    part.charset = ascii_lowered(parameter(object, "charset"));
    part.header = region.header;
    part.content = region.content;
    part.path = path;
    part.untouchable = locked;

    const std::string disposition = ascii_lowered(or_empty(g_mime_object_get_disposition(object)));
    const bool named =
        !parameter(object, "name").empty() ||
        g_mime_object_get_content_disposition_parameter(object, "filename") != nullptr;
    // In an alternative or as the whole message a name changes nothing: programs show the part.
    const bool shown = parent == Parent::None || parent == Parent::Alternative;
    part.attachment = disposition == "attachment" || is_message(object, part.mime_type) ||
                      (named && !shown && part.kind != PartKind::Calendar) ||
                      (parent == Parent::Mixed && part.kind == PartKind::Other);
    if (part.kind == PartKind::Html) {
        // Programs show HTML with a name too; the root of related, and what is the message itself,
        // even as an "attachment".
        const bool root = parent == Parent::None || (parent == Parent::Related && path.back() == 0);
        part.attachment = disposition == "attachment" && !root;
    }
    // Whether HTML shows it is not known yet (embedded_images.h).
    part.attachment |= part.mime_type.starts_with("image/") && parent == Parent::Related;
    if (is_message(object, part.mime_type)) ++message_.enclosed_messages_;
    read_smime(object, part);
    message_.decoded_.emplace_back();
    judge(part);
    message_.parts_.push_back(std::move(part));
}

void MessageReader::read_smime(GMimeObject* object, Part& part) {
    if (part.mime_type != "application/pkcs7-mime" && part.mime_type != "application/x-pkcs7-mime")
        return;
    const bool is_signed = ascii_lowered(parameter(object, "smime-type")).starts_with("signed");
    object_to(is_signed ? "signed" : "encrypted",
              is_signed ? "The message or a part of it is signed."
                        : "The message or a part of it is encrypted.");
    nobody_looks_inside(!is_signed);
    part.untouchable = true;
}

void MessageReader::judge(Part& part) {
    const std::string_view content = source_.substr(part.content.begin, part.content.size());
    int types = 0;
    int encodings = 0;
    bool clear = true;
    for (const FieldSpan& field : fields_of(source_, part.header)) {
        if (field.name == "content-type") {
            ++types;
            clear &=
                says_clearly(source_.substr(field.value.begin, field.value.size()), part.mime_type);
        }
        if (field.name != "content-transfer-encoding") continue;
        ++encodings;
        part.encoding =
            transfer_encoding_from(source_.substr(field.value.begin, field.value.size()));
    }
    if (types > 1 || !clear) {
        // Programs differ in what they make of it: what is no text to us may be HTML to them.
        object_to("malformed_mime", types > 1 ? "A part says twice, and differently, what it is."
                                              : "A part does not say clearly what it is.");
        nobody_looks_inside();
        part.untouchable = true;
    }
    const bool shown_text = part.kind == PartKind::Html || part.kind == PartKind::Text;
    if (!shown_text || part.attachment) return;

    const bool inner = !part.path.empty();
    const bool unreadable = part.encoding == TransferEncoding::Unknown;
    if (encodings > 1 || unreadable ||
        (part.encoding == TransferEncoding::Base64 && !is_clean_base64(content)) ||
        (inner && has_bare_line_end(source_.substr(part.header.begin, part.header.size())))) {
        object_to("malformed_mime", unreadable
                                        ? "The transfer encoding of a part is not known."
                                        : "A part says contradictory things about its encoding.");
        if (unreadable) nobody_looks_inside();
        part.untouchable = true;
        return;
    }
    const std::string& text =
        message_.decoded_.back().emplace(decode_marked(content, part.encoding)).bytes;
    if (part.kind == PartKind::Html && part.charset.empty()) part.charset = charset_of_meta(text);
    if (!is_editable(part.charset, text)) {
        object_to("unknown_charset",
                  "A part is in a character set that cannot be edited in place.");
        part.untouchable = true;
    }
    const std::string_view armour =
        part.kind == PartKind::Text ? pgp_armour(text) : std::string_view();
    if (!armour.empty()) {
        object_to(armour, armour == "signed" ? "A text is signed with PGP."
                                             : "A text is encrypted with PGP.");
        if (armour == "encrypted") nobody_looks_inside(true);
        part.untouchable = true;
    }
}

}  // namespace candor::rewriter
