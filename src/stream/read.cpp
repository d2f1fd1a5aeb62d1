// SPDX-License-Identifier: MIT
#include <usocket/stream.hpp>

#include <new>

#include "conditions/raise.hpp"
#include "stream/implementation.hpp"

namespace usocket {

using detail::io_result;
using detail::stream_access;
using detail::stream_buffer;

namespace {

std::span<char> chars(mutable_octet_span buffer) noexcept {
    return {reinterpret_cast<char*>(buffer.data()), buffer.size()};
}

/// Says what failed by raising alone: the iostream state would stop the other direction too.
[[noreturn]] void fail(socket_stream& stream, std::string_view operation, io_result const& result) {
    stream_access::buffer(stream).raise(operation, result);
}

/// The next line that is not in the buffer yet; nothing at the clean end of the stream.
stream_buffer::found_line next_line(socket_stream& stream, std::string_view operation,
                                    read_line_options const& options) {
    io_result failure;
    auto const found = stream_access::buffer(stream).find_line(options, failure);
    if (failure.error)
        fail(stream, operation, failure);
    return found;
}

stream_buffer::found_line next_line(socket_stream& stream, read_line_options const& options,
                                    std::error_code& ec) noexcept {
    stream_buffer& buffer = stream_access::buffer(stream);
    auto found = buffer.find_buffered_line(options);
    if (found.extent != 0) [[likely]] {
        if (ec) // clearing costs more than looking
            ec.clear();
        return found;
    }
    io_result failure;
    found = buffer.find_line(options, failure);
    ec = failure.error;
    return found;
}

} // namespace

// ---- lines ----------------------------------------------------------------------------------------------------------

bool read_line(socket_stream& stream, std::string& line, read_line_options const& options) {
    stream_buffer& buffer = stream_access::buffer(stream);
    auto found = buffer.find_buffered_line(options);
    if (found.extent == 0) [[unlikely]] {
        found = next_line(stream, "read_line", options);
        if (found.extent == 0) {
            line.clear();
            return false;
        }
    }
    line.assign(found.text);
    buffer.consume(found.extent);
    return true;
}

bool read_line(socket_stream& stream, std::string& line, read_line_options const& options, std::error_code& ec) {
    stream_buffer& buffer = stream_access::buffer(stream);
    auto const found = next_line(stream, options, ec);
    if (found.extent == 0) [[unlikely]] {
        if (!ec)
            line.clear();
        return false;
    }
    try {
        line.assign(found.text);
    } catch (std::exception const&) { // no memory, or longer than a string can be: the line stays in the stream
        ec = detail::make_code(errc::out_of_memory);
        return false;
    }
    buffer.consume(found.extent);
    return true;
}

std::optional<std::string_view> read_line_view(socket_stream& stream, read_line_options const& options) {
    stream_buffer& buffer = stream_access::buffer(stream);
    auto found = buffer.find_buffered_line(options);
    if (found.extent == 0) [[unlikely]] {
        found = next_line(stream, "read_line_view", options);
        if (found.extent == 0) {
            return std::nullopt;
        }
    }
    buffer.consume(found.extent);
    return found.text;
}

std::optional<std::string_view> read_line_view(socket_stream& stream, read_line_options const& options,
                                               std::error_code& ec) {
    auto const found = next_line(stream, options, ec);
    if (found.extent == 0) [[unlikely]]
        return std::nullopt;
    stream_access::buffer(stream).consume(found.extent);
    return found.text;
}

// ---- blocks ---------------------------------------------------------------------------------------------------------

std::size_t read_exactly(socket_stream& stream, mutable_octet_span buffer) {
    io_result result = stream_access::buffer(stream).read_fully(chars(buffer));
    if (result.error)
        fail(stream, "read_exactly", result);
    if (result.count != buffer.size()) {
        result.error = detail::make_code(errc::end_of_stream);
        fail(stream, "read_exactly", result);
    }
    return result.count;
}

std::size_t read_exactly(socket_stream& stream, mutable_octet_span buffer, std::error_code& ec) {
    io_result const result = stream_access::buffer(stream).read_fully(chars(buffer));
    ec = result.error;
    if (!ec && result.count != buffer.size())
        ec = detail::make_code(errc::end_of_stream);
    return result.count;
}

std::size_t read_some(socket_stream& stream, mutable_octet_span buffer) {
    io_result const result = stream_access::buffer(stream).read_some(chars(buffer));
    if (result.error)
        fail(stream, "read_some", result);
    return result.count;
}

std::size_t read_some(socket_stream& stream, mutable_octet_span buffer, std::error_code& ec) {
    io_result const result = stream_access::buffer(stream).read_some(chars(buffer));
    ec = result.error;
    return result.count;
}

// ---- looking --------------------------------------------------------------------------------------------------------

bool listen(socket_stream& stream) {
    std::error_code ec;
    bool const ready = stream_access::buffer(stream).input_ready(ec);
    if (ec)
        fail(stream, "listen", {0, ec, {}});
    return ready;
}

bool listen(socket_stream& stream, std::error_code& ec) { return stream_access::buffer(stream).input_ready(ec); }

} // namespace usocket
