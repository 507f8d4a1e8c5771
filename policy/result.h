// How every folder says no: a value the caller must look at.
// Knows the kinds of fault and nothing of who maps them to an SMTP reply, HTTP status or exit code.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace candor {

/// What a caller can do about an error.
enum class Fault {
    Malformed,    ///< the input is wrong and will be wrong next time
    Missing,      ///< there is no such thing
    OverLimit,    ///< a named limit was passed
    Unavailable,  ///< try again later
    Damaged,      ///< a key or a file of the store is not as it must be: an operator has to mend it
    Broken,       ///< a bug, or a world that is not as it must be
};

struct [[nodiscard]] Error {
    Fault fault = Fault::Broken;
    std::string message;  ///< one line for an operator; never holds an address, name or subject
};

/// Used only through what std::expected has too, so that the alias can change one day.
template <class T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
    return tl::unexpected<Error>(std::move(error));
}
[[nodiscard]] inline tl::unexpected<Error> fail(Fault fault, std::string message) {
    return tl::unexpected<Error>(Error{fault, std::move(message)});
}

}  // namespace candor
