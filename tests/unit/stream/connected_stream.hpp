// SPDX-License-Identifier: MIT
#pragma once

#include <usocket/stream.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "io/socket_core.hpp"
#include "platform/socket_options.hpp"
#include "stream/attach.hpp"
#include "support/handle_pair.hpp"

namespace usocket::test {

/// The other end of a connection: nothing but calls of the system.
class raw_peer {
public:
    explicit raw_peer(platform::handle handle) : handle_(handle) {}
    raw_peer(raw_peer&& other) noexcept : handle_(std::exchange(other.handle_, platform::invalid_handle)) {}
    raw_peer& operator=(raw_peer&&) = delete;
    ~raw_peer() { close(); }

    void send(std::string_view text) const {
        while (!text.empty()) {
            auto const sent = platform::send(handle_, std::as_bytes(std::span(text)), platform::transfer_flags::none);
            if (is_to_be_repeated(sent.error, false))
                continue;
            ASSERT_EQ(sent.error, 0);
            text.remove_prefix(sent.count);
        }
    }

    /// Exactly `size` octets, or fewer at the end of the stream.
    [[nodiscard]] std::string receive(std::size_t size) const {
        std::string text(size, '\0');
        std::size_t done = 0;
        while (done < size) {
            std::size_t const count = receive_some(std::span(text).subspan(done));
            if (count == 0)
                break;
            done += count;
        }
        text.resize(done);
        return text;
    }

    /// Waits for something, and takes it; zero at the end of the stream.
    [[nodiscard]] std::size_t receive_some(std::span<char> buffer) const {
        for (;;) {
            auto const got = platform::receive(handle_, std::as_writable_bytes(buffer), platform::transfer_flags::none);
            if (!is_to_be_repeated(got.error, true))
                return got.error == 0 ? got.count : 0;
        }
    }

    /// What is there now, without waiting, but no more than `most`.
    [[nodiscard]] std::string receive_now(std::size_t most = SIZE_MAX) const {
        std::string all;
        char buffer[65536];
        while (all.size() < most) {
            auto const room = std::span(buffer).first(std::min(sizeof buffer, most - all.size()));
            auto const got =
                platform::receive(handle_, std::as_writable_bytes(room), platform::transfer_flags::dont_wait);
            if (got.error != 0 || got.count == 0)
                break;
            all.append(buffer, got.count);
        }
        return all;
    }

    void end_output() const { ASSERT_EQ(platform::shutdown(handle_, platform::direction::output), 0); }
    void close() {
        if (handle_ != platform::invalid_handle)
            platform::close_handle(std::exchange(handle_, platform::invalid_handle));
    }

private:
    /// Not all systems have handles that block: then this waits.
    [[nodiscard]] bool is_to_be_repeated(int error, bool input) const {
        if (platform::is_would_block(error)) {
            platform::poll_entry entry{.socket = handle_, .want_read = input, .want_write = !input};
            std::size_t ready = 0;
            EXPECT_EQ(platform::poll({&entry, 1}, std::nullopt, ready), 0);
            return true;
        }
        return platform::is_interrupted(error);
    }

    platform::handle handle_;
};

/// A stream over one end of a connected pair of sockets, and the other end.
class connected_stream {
public:
    explicit connected_stream(element element_type = element::character)
        : connected_stream(open_pair(), element_type) {}

    /// Small system buffers, so that writing without a reader soon stops.
    void shrink_buffers() {
        ASSERT_EQ(platform::set_option(core.handle(), core.family, option_id::send_buffer_size, 4096), 0);
    }

    detail::socket_core core;
    raw_peer peer;
    socket_stream& stream;

private:
    struct both {
        platform::handle ends[2];
    };
    static both open_pair() {
        both result{};
        EXPECT_EQ(open_handle_pair(platform::socket_type::stream, result.ends), 0);
        return result;
    }
    connected_stream(both pair, element element_type)
        : core(pair.ends[0], socket_kind::stream, family_of_pairs), peer(pair.ends[1]),
          stream((core.element_type = element_type, detail::attach_stream(core))) {}
};

/// Text in which every place is recognisable.
inline std::string pattern(std::size_t size) {
    std::string text(size, '\0');
    unsigned state = 1;
    for (char& c : text) {
        state = state * 1664525U + 1013904223U;
        c = static_cast<char>(state >> 24);
    }
    return text;
}

} // namespace usocket::test
