// Owning pointers for GLib and GMime objects: what makes one is on the line that owns it.
// What GMime lends (parts, streams, header lists) stays a raw pointer.
#pragma once

#include <gmime/gmime.h>

#include <memory>

namespace candor::rewriter {

struct UnrefGObject {
    void operator()(gpointer object) const { g_object_unref(object); }
};
template <class T>
using GObjectPtr = std::unique_ptr<T, UnrefGObject>;

struct FreeGLib {
    void operator()(gpointer memory) const { g_free(memory); }
};
template <class T>
using GLibPtr = std::unique_ptr<T, FreeGLib>;

struct FreeChecksum {
    void operator()(GChecksum* checksum) const { g_checksum_free(checksum); }
};
using ChecksumPtr = std::unique_ptr<GChecksum, FreeChecksum>;

}  // namespace candor::rewriter
