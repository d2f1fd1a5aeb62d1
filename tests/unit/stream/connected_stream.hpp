// SPDX-License-Identifier: MIT
#pragma once

#include <usocket/stream.hpp>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "io/socket_core.hpp"
#include "stream/attach.hpp"

namespace usocket::test {

/// The other end of a connection: nothing but system calls.
class raw_peer {
public:
    explicit raw_peer(int descriptor) : descriptor_(descriptor) {}
    raw_peer(raw_peer const&) = delete;
    raw_peer& operator=(raw_peer const&) = delete;
    ~raw_peer() { close(); }

    [[nodiscard]] int descriptor() const { return descriptor_; }

    void send(std::string_view text) const {
        while (!text.empty()) {
            ssize_t const sent = ::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL);
            if (sent < 0 && errno == EINTR)
                continue;
            ASSERT_GT(sent, 0);
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    /// Exactly `size` octets, or fewer at the end of the stream.
    [[nodiscard]] std::string receive(std::size_t size) const {
        std::string text(size, '\0');
        std::size_t done = 0;
        while (done < size) {
            ssize_t const count = ::recv(descriptor_, text.data() + done, size - done, 0);
            if (count < 0 && errno == EINTR)
                continue;
            if (count <= 0)
                break;
            done += static_cast<std::size_t>(count);
        }
        text.resize(done);
        return text;
    }

    /// What is there now, without waiting, but no more than `most`.
    [[nodiscard]] std::string receive_now(std::size_t most = SIZE_MAX) const {
        std::string all;
        char buffer[65536];
        while (all.size() < most) {
            ssize_t const count = ::recv(descriptor_, buffer, std::min(sizeof buffer, most - all.size()), MSG_DONTWAIT);
            if (count <= 0)
                break;
            all.append(buffer, static_cast<std::size_t>(count));
        }
        return all;
    }

    void end_output() const { ASSERT_EQ(::shutdown(descriptor_, SHUT_WR), 0); }
    void close() {
        if (descriptor_ >= 0)
            ::close(descriptor_);
        descriptor_ = -1;
    }

private:
    int descriptor_;
};

/// A stream over one end of a connected pair of local sockets, and the other end.
class connected_stream {
public:
    explicit connected_stream(element element_type = element::character)
        : connected_stream(open_pair(), element_type) {}

    /// Small system buffers, so that writing without a reader soon stops.
    void shrink_buffers() {
        int const size = 4096;
        ASSERT_EQ(::setsockopt(core.handle(), SOL_SOCKET, SO_SNDBUF, &size, sizeof size), 0);
    }

    detail::socket_core core;
    raw_peer peer;
    socket_stream& stream;

private:
    struct both {
        int ends[2];
    };
    static both open_pair() {
        both result{};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, result.ends), 0);
        return result;
    }
    connected_stream(both pair, element element_type)
        : core(pair.ends[0], socket_kind::stream, platform::family::local), peer(pair.ends[1]),
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
