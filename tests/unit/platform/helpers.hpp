// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "platform/platform.hpp"

namespace usocket::platform::test {

/// A handle that closes itself.
class owned_handle {
public:
    owned_handle() = default;
    explicit owned_handle(handle value) : value_(value) {}
    owned_handle(owned_handle&& other) noexcept : value_(std::exchange(other.value_, invalid_handle)) {}
    owned_handle& operator=(owned_handle&& other) noexcept {
        std::swap(value_, other.value_);
        return *this;
    }
    ~owned_handle() { reset(); }

    operator handle() const { return value_; }
    /// Where a call puts a new handle.
    handle& out() { return value_; }
    void reset() {
        if (value_ != invalid_handle)
            close_handle(std::exchange(value_, invalid_handle));
    }

private:
    handle value_ = invalid_handle;
};

inline owned_handle open(family which, socket_type type, bool non_blocking = false) {
    owned_handle result;
    EXPECT_EQ(open_socket(which, type, non_blocking, result.out()), 0);
    return result;
}

inline ip_address loopback(family which) {
    return which == family::v6 ? ip_address::loopback_v6() : ip_address::loopback_v4();
}

inline endpoint local_of(handle socket) {
    endpoint result;
    EXPECT_EQ(local_endpoint(socket, result), 0);
    return result;
}

/// A bound socket, on a free port of the loopback interface or under `where`.
inline owned_handle open_bound(family which, socket_type type, endpoint const& where) {
    auto result = open(which, type);
    EXPECT_EQ(bind(result, where), 0);
    return result;
}
inline owned_handle open_bound(family which, socket_type type) {
    return open_bound(which, type, endpoint(loopback(which), 0));
}

struct stream_pair {
    owned_handle client;
    owned_handle server;
};

inline stream_pair connected_pair(family which = family::v4) {
    stream_pair result;
    auto const listener = open_bound(which, socket_type::stream);
    EXPECT_EQ(listen(listener, 1), 0);
    result.client = open(which, socket_type::stream);
    EXPECT_EQ(connect(result.client, local_of(listener)), 0);
    endpoint remote;
    EXPECT_EQ(accept(listener, result.server.out(), remote), 0);
    EXPECT_EQ(remote, local_of(result.client));
    return result;
}

inline bool has_v6_loopback() {
    owned_handle probe;
    return open_socket(family::v6, socket_type::datagram, false, probe.out()) == 0 &&
           bind(probe, endpoint(ip_address::loopback_v6(), 0)) == 0;
}

inline std::span<std::byte const> octets(std::string_view text) { return std::as_bytes(std::span(text)); }

inline std::string text(std::span<std::byte const> data) {
    return {reinterpret_cast<char const*>(data.data()), data.size()};
}

/// A directory of its own for one test, gone afterwards.
class temporary_directory {
public:
    temporary_directory() {
        auto const base = std::filesystem::temp_directory_path() / "usocket-";
        std::random_device random;
        do
            path_ = base.string() + std::to_string(random());
        while (!std::filesystem::create_directory(path_));
    }
    temporary_directory(temporary_directory const&) = delete;
    temporary_directory& operator=(temporary_directory const&) = delete;
    ~temporary_directory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }

private:
    std::string path_;
};

/// Descriptors that this process has open.
inline std::size_t open_descriptors() {
    std::size_t count = 0;
    for ([[maybe_unused]] auto const& entry : std::filesystem::directory_iterator("/proc/self/fd"))
        ++count;
    return count;
}

/// One datagram, to an endpoint of the socket's own family.
inline transfer send_to(handle socket, std::span<std::byte const> data, endpoint const& destination,
                        transfer_flags flags) {
    raw_address address{};
    family const which = destination.is_local()          ? family::local
                         : destination.address().is_v4() ? family::v4
                                                         : family::v6;
    if (int const error = encode_destination(destination, which, address))
        return {0, error};
    std::ptrdiff_t const count = send_to_raw(socket, data, flags, address);
    return count < 0 ? transfer{0, last_error()} : transfer{static_cast<std::size_t>(count), 0};
}

} // namespace usocket::platform::test
