// What GMime sees of a message's structure, whole or in outline, written down to be compared.
#pragma once

#include <string>
#include <string_view>

#include "rewriter/mime/gmime_bytes.h"
#include "rewriter/mime/mime_outline.h"

namespace candor::rewriter::test {

/// One line for each part: its type, and where its content stands in the source.
template <class SourceOf>
void describe_part(GMimeObject* object, SourceOf source_of, std::string& out) {
    const GLibPtr<char> type{
        g_mime_content_type_get_mime_type(g_mime_object_get_content_type(object))};
    out += type.get();
    if (GMIME_IS_MULTIPART(object)) {
        out += '\n';
        auto* const multipart = GMIME_MULTIPART(object);
        for (int i = 0; i < g_mime_multipart_get_count(multipart); ++i) {
            describe_part(g_mime_multipart_get_part(multipart, i), source_of, out);
        }
    } else if (GMIME_IS_PART(object)) {
        GMimeDataWrapper* const content = g_mime_part_get_content(GMIME_PART(object));
        GMimeStream* const stream =
            content == nullptr ? nullptr : g_mime_data_wrapper_get_stream(content);
        // Where nothing is, programs do not agree on where it begins.
        if (stream != nullptr && stream->bound_start < stream->bound_end) {
            out += ' ' + std::to_string(source_of(static_cast<std::size_t>(stream->bound_start))) +
                   '-' + std::to_string(source_of(static_cast<std::size_t>(stream->bound_end)));
        }
        out += '\n';
    } else {
        out += " (a message)\n";
    }
}

template <class SourceOf>
std::string structure_of(std::string_view front, std::string_view back, SourceOf source_of) {
    g_mime_init();
    const auto stream = stream_over(front, back);
    const GObjectPtr<GMimeParser> parser{g_mime_parser_new_with_stream(stream.get())};
    g_mime_parser_set_format(parser.get(), GMIME_FORMAT_MESSAGE);
    g_mime_parser_set_persist_stream(parser.get(), TRUE);
    const GObjectPtr<GMimeObject> root{g_mime_parser_construct_part(parser.get(), nullptr)};
    std::string out;
    if (root) describe_part(root.get(), source_of, out);
    return out;
}

inline std::string structure_of_whole(std::string_view source) {
    return structure_of(source, {}, [](std::size_t at) { return at; });
}

/// `source` has CRLF line ends and its body begins at `body_begin`.
inline std::string structure_of_outline(std::string_view source, std::size_t body_begin) {
    const MimeOutline outline{std::string{source.substr(0, body_begin)}, source, body_begin};
    return structure_of(outline.front(), outline.back(),
                        [&](std::size_t at) { return outline.source_of(at); });
}

}  // namespace candor::rewriter::test
