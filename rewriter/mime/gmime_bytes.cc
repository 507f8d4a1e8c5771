// GMime's own streams either copy or forget where a piece of a piece lies.
#include "rewriter/mime/gmime_bytes.h"

#include <algorithm>
#include <cstring>

namespace candor::rewriter {
namespace {

/// GObject makes it of zeroed memory: only what is valid as zeros may stand here.
struct Bytes {
    GMimeStream parent;
    const char* front;
    gint64 front_size;
    const char* back;
    gint64 back_size;
};

Bytes* bytes_of(GMimeStream* stream) {
    return reinterpret_cast<Bytes*>(stream);  // NOLINT: how GObject derives
}

gint64 end_of(GMimeStream* stream) {
    const Bytes* const bytes = bytes_of(stream);
    return stream->bound_end >= 0 ? stream->bound_end : bytes->front_size + bytes->back_size;
}

gssize read_bytes(GMimeStream* stream, char* to, gsize wanted) {
    const Bytes* const bytes = bytes_of(stream);
    const gint64 end = std::min(end_of(stream), stream->position + static_cast<gint64>(wanted));
    gssize done = 0;
    const auto take = [&](const char* piece, gint64 begin, gint64 size) {
        const gint64 from = std::max(stream->position, begin);
        const gint64 count = std::min(end, begin + size) - from;
        if (count <= 0) return;
        std::memcpy(to + done, piece + (from - begin), static_cast<std::size_t>(count));
        stream->position += count;
        done += count;
    };
    take(bytes->front, 0, bytes->front_size);
    take(bytes->back, bytes->front_size, bytes->back_size);
    return done;
}

gint64 seek_bytes(GMimeStream* stream, gint64 offset, GMimeSeekWhence whence) {
    if (whence == GMIME_STREAM_SEEK_CUR) offset += stream->position;
    if (whence == GMIME_STREAM_SEEK_END) offset += end_of(stream);
    if (offset < stream->bound_start || offset > end_of(stream)) return -1;
    return stream->position = offset;
}

int reset_bytes(GMimeStream* stream) {
    stream->position = stream->bound_start;
    return 0;
}

gint64 length_of_bytes(GMimeStream* stream) {
    return end_of(stream) - stream->bound_start;
}

gboolean is_at_end(GMimeStream* stream) {
    return stream->position >= end_of(stream) ? TRUE : FALSE;
}

GMimeStream* cut_out(GMimeStream* stream, gint64 begin, gint64 end);

void set_class(gpointer of, gpointer /*unused*/) {
    auto* const stream = static_cast<GMimeStreamClass*>(of);
    stream->read = read_bytes;
    stream->seek = seek_bytes;
    stream->tell = [](GMimeStream* one) { return one->position; };
    stream->reset = reset_bytes;
    stream->length = length_of_bytes;
    stream->eos = is_at_end;
    stream->substream = cut_out;
    stream->write = [](GMimeStream*, const char*, gsize) -> gssize { return -1; };
    stream->flush = [](GMimeStream*) { return 0; };
    stream->close = [](GMimeStream*) { return 0; };
}

GType type() {
    static const GType made = g_type_register_static_simple(
        g_mime_stream_get_type(), "CandorBytes", sizeof(GMimeStreamClass), set_class, sizeof(Bytes),
        nullptr, static_cast<GTypeFlags>(0));
    return made;
}

GMimeStream* make(const Bytes& pieces, gint64 begin, gint64 end) {
    auto* const stream = static_cast<GMimeStream*>(g_object_new(type(), nullptr));
    Bytes* const bytes = bytes_of(stream);
    bytes->front = pieces.front;
    bytes->front_size = pieces.front_size;
    bytes->back = pieces.back;
    bytes->back_size = pieces.back_size;
    g_mime_stream_construct(stream, begin, end);
    return stream;
}

GMimeStream* cut_out(GMimeStream* stream, gint64 begin, gint64 end) {
    return make(*bytes_of(stream), begin, end);
}

}  // namespace

GObjectPtr<GMimeStream> stream_over(std::string_view front, std::string_view back) {
    const Bytes pieces{{},
                       front.data(),
                       static_cast<gint64>(front.size()),
                       back.data(),
                       static_cast<gint64>(back.size())};
    return GObjectPtr<GMimeStream>{make(pieces, 0, -1)};
}

}  // namespace candor::rewriter
