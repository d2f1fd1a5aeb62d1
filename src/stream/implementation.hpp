// SPDX-License-Identifier: MIT
#pragma once

#include <istream>
#include <ostream>

#include <usocket/stream.hpp>

#include "io/socket_core.hpp"
#include "stream/stream_buffer.hpp"

namespace usocket {

/// A socket's stream with all that it consists of, in one piece; the socket's core owns it.
struct socket_stream::implementation final : detail::attached_stream {
    explicit implementation(detail::socket_core& core) : buffer(core), input(&buffer), output(&buffer), main(*this) {
        buffer.serve(main, output);
        if (core.element_type == element::octet) {
            for (std::ios* const each :
                 {static_cast<std::ios*>(&main), static_cast<std::ios*>(&input), static_cast<std::ios*>(&output)})
                each->unsetf(std::ios::skipws);
        }
    }

    [[nodiscard]] std::size_t buffered_input() const noexcept override { return buffer.buffered_input(); }
    [[nodiscard]] bool has_fresh_input() const noexcept override { return buffer.has_fresh_input(); }
    std::size_t take_input(std::span<std::byte> out, bool keep) noexcept override {
        return buffer.take_input({reinterpret_cast<char*>(out.data()), out.size()}, keep);
    }
    detail::io_result flush(time_limit timeout) noexcept override { return buffer.flush(timeout); }

    detail::stream_buffer buffer;
    std::istream input;
    std::ostream output;
    socket_stream main;
};

namespace detail {

/// The library's own way into a stream.
struct stream_access {
    using implementation = socket_stream::implementation;

    [[nodiscard]] static stream_buffer& buffer(socket_stream& stream) noexcept {
        return stream.implementation_->buffer;
    }
};

} // namespace detail

} // namespace usocket
