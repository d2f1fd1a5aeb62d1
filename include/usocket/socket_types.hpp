// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace [[gnu::visibility("default")]] usocket {

/// What a socket is ready for (usocket: `NIL`, `:READ`, `:WRITE`, `:READ-WRITE`); also what a wait is interested in.
enum class readiness : std::uint8_t { none = 0, read = 1, write = 2, read_write = 3 };

/// Both together.
[[nodiscard]] constexpr readiness operator|(readiness a, readiness b) noexcept {
    return static_cast<readiness>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
/// Whether all of `part` is in `set`.
[[nodiscard]] constexpr bool includes(readiness set, readiness part) noexcept {
    return (static_cast<unsigned>(set) & static_cast<unsigned>(part)) == static_cast<unsigned>(part);
}

/// What a stream is made of (usocket: `character`, `(unsigned-byte 8)`). Both are byte-transparent; on a `character`
/// stream formatted input skips whitespace, as iostreams do, on an `octet` stream it does not.
enum class element : std::uint8_t { character, octet };

/// Which of the socket classes an object is of.
enum class socket_kind : std::uint8_t { stream, stream_server, datagram };

/// The side of a connection that socket_shutdown() ends.
enum class direction : std::uint8_t { input, output, io };

} // namespace usocket
