// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <usocket/local.hpp>
#include <usocket/socket.hpp>

#include "platform/platform.hpp"
#include "unit/platform/helpers.hpp"

namespace usocket::test {

using platform::test::owned_handle;

inline datagram_usocket adopt_unbound_datagram(platform::family which) {
    platform::handle handle = platform::invalid_handle;
    EXPECT_EQ(platform::open_socket(which, platform::socket_type::datagram, false, handle), 0);
    return make_datagram_socket(handle);
}

/// A handle that somebody else owns from now on.
inline platform::handle give(owned_handle&& handle) { return std::exchange(handle.out(), platform::invalid_handle); }

/// One open socket of every kind, by name: "tcp connection v4", "tcp listener v6", "udp v4", "local stream",
/// "local listener", "local datagram". Those of IPv6 are left out where the machine has no IPv6.
class every_kind {
public:
    every_kind() {
        using platform::family;
        add_ip(family::v4, " v4");
        if (platform::test::has_v6_loopback())
            add_ip(family::v6, " v6");
        auto streams = make_socket_pair();
        add("local stream", std::move(streams.first));
        peers_.push_back(std::make_unique<stream_usocket>(std::move(streams.second)));
        auto datagrams = make_datagram_pair();
        add("local datagram", std::move(datagrams.first));
        peers_.push_back(std::make_unique<datagram_usocket>(std::move(datagrams.second)));
        auto listener = platform::test::open_bound(family::local, platform::socket_type::stream,
                                                   endpoint::local_path(directory_.file("listener")));
        EXPECT_EQ(platform::listen(listener, 1), 0);
        add("local listener", make_stream_server_socket(give(std::move(listener))));
    }

    struct entry {
        std::string name;
        std::unique_ptr<usocket> socket;
    };
    [[nodiscard]] std::vector<entry> const& all() const { return entries_; }

    [[nodiscard]] usocket& named(std::string_view name) {
        for (auto& [entry_name, socket] : entries_) {
            if (entry_name == name)
                return *socket;
        }
        throw std::logic_error("no socket of that name");
    }

private:
    template <class Socket>
    void add(std::string name, Socket socket) {
        entries_.push_back({std::move(name), std::make_unique<Socket>(std::move(socket))});
    }

    void add_ip(platform::family which, std::string const& suffix) {
        auto listener = platform::test::open_bound(which, platform::socket_type::stream);
        EXPECT_EQ(platform::listen(listener, 1), 0);
        auto client = platform::test::open(which, platform::socket_type::stream);
        EXPECT_EQ(platform::connect(client, platform::test::local_of(listener)), 0);
        add("tcp connection" + suffix, make_stream_socket(give(std::move(client))));
        add("tcp listener" + suffix, make_stream_server_socket(give(std::move(listener))));
        add("udp" + suffix, adopt_unbound_datagram(which));
    }

    platform::test::temporary_directory directory_;
    std::vector<entry> entries_;
    std::vector<std::unique_ptr<usocket>> peers_;
};

/// Whether the socket named `name` is one of `kinds`: a prefix of its name, a family, or a word for several.
inline bool member(std::string_view name, std::string_view kinds) {
    bool const is_local = name.starts_with("local");
    if (kinds == "any")
        return true;
    if (kinds == "ip")
        return !is_local;
    if (kinds == "v6")
        return name.ends_with("v6");
    if (kinds == "datagram")
        return name.starts_with("udp") || name == "local datagram";
    if (kinds == "reader")
        return name.find("listener") == name.npos;
    return name.starts_with(kinds);
}

} // namespace usocket::test
