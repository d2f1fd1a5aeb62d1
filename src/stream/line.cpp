// SPDX-License-Identifier: MIT
#include "stream/stream_buffer.hpp"

#include "conditions/raise.hpp"

namespace usocket::detail {

stream_buffer::found_line stream_buffer::line_too_long(io_result& failure) noexcept {
    failure = noted_input({0, make_code(errc::line_too_long), {}});
    return {};
}

/// What is left at the end of the stream.
stream_buffer::found_line stream_buffer::last_line(read_line_options const& options, io_result& failure) noexcept {
    std::size_t const extent = buffered_input();
    if (extent == 0) {
        failure = {};
        return {};
    }
    std::size_t length = extent;
    if (options.strip_carriage_return && egptr()[-1] == '\r')
        --length;
    if (length > options.limit)
        return line_too_long(failure);
    return {{gptr(), length}, extent};
}

stream_buffer::found_line stream_buffer::find_line(read_line_options const& options, io_result& failure) noexcept {
    std::size_t const window = window_of(options);
    std::size_t searched = 0;
    if (search_.at == gptr() && search_.delimiter == options.delimiter)
        searched = search_.searched;
    search_ = {};

    auto const remember = [&]() noexcept {
        if (searched != 0)
            search_ = {gptr(), searched, options.delimiter};
    };
    for (;;) {
        std::size_t const visible = std::min(buffered_input(), window);
        if (searched < visible) {
            char const* const from = gptr() + searched;
            if (void const* const hit =
                    std::memchr(from, static_cast<unsigned char>(options.delimiter), visible - searched)) {
                found_line const found = line_to(static_cast<char const*>(hit), options);
                return found.extent != 0 ? found : line_too_long(failure);
            }
            searched = visible;
        }
        if (visible == window) {
            remember();
            return line_too_long(failure);
        }
        io_result const more = refill(window);
        if (more.error) {
            remember();
            failure = more;
            return {};
        }
        if (more.count == 0)
            return last_line(options, failure);
    }
}

} // namespace usocket::detail
