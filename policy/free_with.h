// Owning pointers for what a C library makes: which call frees it is part of the type.
#pragma once

namespace candor::policy {

/// For std::unique_ptr: `FreeWith<SSL_CTX_free>`.
template <auto Function>
struct FreeWith {
    template <class Thing>
    void operator()(Thing* thing) const {
        Function(thing);
    }
};

}  // namespace candor::policy
