// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include <usocket/octet_span.hpp>

namespace [[gnu::visibility("default")]] usocket {

namespace detail {
struct stream_access;
} // namespace detail

/// The stream of a stream socket: a `std::iostream` that says why it stopped (usocket: `socket-stream`).
///
/// - Octets pass unchanged: no newline or character-set translation.
/// - Output is buffered (up to 64 KiB) until std::flush, or until this thread waits for input on the same stream: a
/// request
///   is never left behind in the buffer while its answer is awaited. Large reads and writes bypass the buffer.
/// - Each wait is bounded by the socket's timeouts and the thread's cancel scopes.
/// - A clean end of the stream sets eofbit, as for files. Anything else, a reset or a timeout, sets badbit, and
///   condition() says what it was; with `exceptions(std::ios::badbit)` the usocket condition itself is raised.
/// - A timeout or cancellation loses no octet in either direction: clear() and go on. A read() that fails leaves all
///   that has come in the stream. What a formatted `>>` has taken is gone with it, as in any iostream, and std::getline
///   leaves it in its string: where a read may time out in the middle, prefer read_line().
/// - A write that fails for such a reason has taken its octets all the same: those not yet sent wait in the buffer for
///   the next flush, so never write them again. Only while more than the buffer's size (64 KiB) is left waiting by a
///   failure does a write that fails again take nothing; flush before writing on.
/// - There are no positions: tellg() and tellp() are -1. At least 8 octets can be put back.
///
/// Threads: one thread may read while another writes, if the two do not share the iostream state: let one of them use
/// input() or output(), or the functions below in their error_code form. Buffered output is flushed on waiting for
/// input only by the thread that wrote it: flush before another thread takes over writing.
class socket_stream : public std::iostream {
public:
    socket_stream(socket_stream const&) = delete;
    socket_stream& operator=(socket_stream const&) = delete;
    ~socket_stream() override;

    /// Why the last operation in either direction stopped: errc::end_of_stream, errc::timeout,
    /// errc::connection_reset...; success while all is well. Where both directions stopped, what happened last. A later
    /// success in the same direction, or clear_condition(), resets it. From any thread.
    [[nodiscard]] std::error_code condition() const noexcept;
    void clear_condition() noexcept;

    /// The same stream with an iostream state of its own, for the thread that only reads.
    [[nodiscard]] std::istream& input();
    /// The same stream with an iostream state of its own, for the thread that only writes.
    [[nodiscard]] std::ostream& output();

private:
    friend struct detail::stream_access;

    struct implementation;
    explicit socket_stream(implementation& whole);

    implementation* implementation_;
};

/// Options of read_line() and read_line_view().
struct read_line_options {
    /// The most octets a line may have, without its terminator and without a carriage return that is taken off.
    std::size_t limit = 65536;
    /// What ends a line; it is taken from the stream and not stored.
    char delimiter = '\n';
    /// Also take one carriage return off the end of the line, a last line without terminator too.
    bool strip_carriage_return = false;
};

/// Reads a line into `line`, replacing it. False at the clean end of the stream with nothing left; a last line without
/// terminator is a line.
///
/// Nothing is lost on failure: what has come of the line stays in the stream for the next call.
/// Raises line_too_long_error (the line stays in the stream: read again with a higher limit), timeout_error,
/// deadline_timeout_error, interrupted_condition, connection_reset_error, invalid_socket_stream_error.
/// The iostream state is neither looked at nor changed, so that an answer can be written after the end or a failure. On
/// failure `line` is left as it was, at the clean end it is empty.
bool read_line(socket_stream& stream, std::string& line, read_line_options const& options = {});
bool read_line(socket_stream& stream, std::string& line, read_line_options const& options, std::error_code& ec);
inline bool read_line(socket_stream& stream, std::string& line, std::error_code& ec) {
    return read_line(stream, line, read_line_options{}, ec);
}

/// As read_line(), without copying: a view of the line in the stream's buffer, valid until the next read from it.
/// Unset at the clean end of the stream.
[[nodiscard]] std::optional<std::string_view> read_line_view(socket_stream& stream,
                                                             read_line_options const& options = {});
[[nodiscard]] std::optional<std::string_view> read_line_view(socket_stream& stream, read_line_options const& options,
                                                             std::error_code& ec);

/// Fills the whole buffer. Raises end_of_stream_error when the stream ends before, whose bytes_transferred() tells how
/// much was read, and otherwise what read_line() does; what was read before a failure is in the buffer, and counted.
/// The error_code form returns the count. The iostream state is left alone.
std::size_t read_exactly(socket_stream& stream, mutable_octet_span buffer);
std::size_t read_exactly(socket_stream& stream, mutable_octet_span buffer, std::error_code& ec);

/// Reads what is there, at least one octet, waiting for the first. Returns 0 at the clean end of the stream, and for an
/// empty buffer. Raises what read_line() does, and leaves the iostream state alone.
std::size_t read_some(socket_stream& stream, mutable_octet_span buffer);
std::size_t read_some(socket_stream& stream, mutable_octet_span buffer, std::error_code& ec);

/// Whether input can be read now without waiting, or the stream's end or a failure is there to be reported
/// (usocket: Common Lisp's `listen`). Never blocks, never consumes, and flushes no output.
/// Raises invalid_socket_stream_error.
[[nodiscard]] bool listen(socket_stream& stream);
[[nodiscard]] bool listen(socket_stream& stream, std::error_code& ec);

} // namespace usocket
