// SPDX-License-Identifier: MIT
//
// Connections of every kind, by socket calls and by streams.
#include <array>
#include <atomic>

#include "load.hpp"

namespace soak {
namespace {

using connection = std::pair<u::stream_usocket, u::stream_usocket>;

constexpr std::size_t fits = 16384; ///< So much is taken by the system while nobody reads.

/// The other end of `near`. Another program may connect to a port that it takes for one where nobody listens.
u::stream_usocket accept(hand& with, u::stream_server_usocket& listener, u::stream_usocket const& near) {
    for (;;) {
        auto far = u::socket_accept(listener, {.timeout = with.limit()});
        auto const peer = u::get_peer_endpoint(far);
        if (!peer.is_ip() || peer.port() == u::get_local_port(near))
            return far;
    }
}

connection connected_at(hand& with, u::endpoint const& place) {
    auto listener = u::socket_listen(place);
    auto near = u::socket_connect(u::get_local_endpoint(listener),
                                  {.connect_timeout = with.limit(), .read_timeout = with.limit()});
    auto far = accept(with, listener, near);
    return {std::move(near), std::move(far)};
}

connection any_connection(hand& with) {
    switch (with.below(5)) {
    case 0:
        return connected_at(with, {u::ip_address::loopback_v4(), 0});
    case 1:
        return connected_at(with, {u::ip_address::loopback_v6(), 0});
    case 2:
        return connected_at(with, u::endpoint::local_path(with.path()));
    case 3:
        return connected_at(with, u::endpoint::local_abstract(with.path()));
    default:
        return u::make_socket_pair();
    }
}

void expect_end(u::stream_usocket& from) {
    std::array<char, 16> rest{};
    check(u::socket_receive(from, rest).size == 0, "the end of the stream");
}

void socket_calls(hand& with) {
    auto [near, far] = any_connection(with);
    for (std::size_t i = with.below(4) + 1; i-- > 0;) {
        pass(near, far, with.octets(fits));
        pass(far, near, with.octets(fits));
    }
    u::socket_shutdown(near, u::direction::output);
    expect_end(far);
    if (with.coin())
        u::socket_close(near);
}

void streams(hand& with) {
    auto [near, far] = any_connection(with);
    std::string line;
    for (std::size_t i = 0; i < 5; ++i) {
        std::string const text = std::to_string(with.random());
        near.stream() << text << '\n' << std::flush;
        check(u::read_line(far.stream(), line) && line == text, "the line as it was sent");
        std::string const block = with.octets(fits);
        far.stream().write(block.data(), static_cast<std::streamsize>(block.size())).flush();
        std::string got(block.size(), '\0');
        check(u::read_exactly(near.stream(), got) == block.size() && got == block, "the block as it was sent");
    }
    u::socket_close(near);
    check(!u::read_line(far.stream(), line), "the end of the stream");
}

void by_name(hand& with) {
    auto listener = u::socket_listen(u::wildcard_host, u::auto_port);
    auto near = u::socket_connect("localhost", u::get_local_port(listener), {.connect_timeout = with.limit()});
    auto far = accept(with, listener, near);
    pass(near, far, with.octets(100));
    check(!u::get_hosts_by_name("localhost", {.timeout = with.limit()}).empty(), "addresses of localhost");
}

void refused(hand& with) {
    // A port that is taken, so that nobody begins to listen on it, by one who does not listen either.
    auto const [near, far] = connected_at(with, {u::ip_address::loopback_v4(), 0});
    std::error_code ec;
    static_cast<void>(u::socket_connect(u::get_local_endpoint(near), {.connect_timeout = with.limit()}, ec));
    with.counts.failed_as("connects refused", ec, u::errc::connection_refused);
    static_cast<void>(u::socket_connect(u::endpoint::local_path(with.path()), u::connect_options{}, ec));
    with.counts.failed_as("connects refused", ec, u::errc::address_not_available);
    static_cast<void>(u::get_hosts_by_name("127.1", {.timeout = with.limit()}, ec));
    with.counts.failed_as("connects refused", ec, u::errc::ns_host_not_found);
}

void resets(hand& with) {
    auto [near, far] = connected_at(with, {u::ip_address::loopback_v4(), 0});
    u::set_socket_option(near, u::option::linger, 0s);
    u::socket_send(near, "unread");
    u::socket_close(near);
    std::string rest(100, '\0');
    std::error_code ec;
    while (u::socket_receive(far, rest, ec).size != 0) {
    }
    with.counts.failed_as("connections reset", ec, u::errc::connection_reset);
}

void options(hand& with) {
    auto [near, far] =
        connected_at(with, {with.coin() ? u::ip_address::loopback_v4() : u::ip_address::loopback_v6(), 0});
    u::set_socket_option(near, u::option::tcp_nodelay, with.coin());
    u::set_socket_option(near, u::option::tcp_keepalive, true);
    u::set_socket_option(near, u::option::tcp_keepalive_idle, 7s);
    u::set_socket_option(near, u::option::receive_buffer_size, 65536 + with.below(65536));
    u::set_socket_option(near, u::option::receive_timeout, patience);
    check(u::socket_option(near, u::option::tcp_keepalive), "keepalive is on");
    check(u::socket_option(near, u::option::tcp_keepalive_idle) == 7s, "the idle time that was set");
    check(!u::socket_option(near, u::option::tcp_congestion_control).empty(), "a congestion control");
    static_cast<void>(u::socket_option(far, u::option::tcp_info));
    std::error_code ec;
    u::set_socket_option(near, u::option::broadcast, true, ec);
    with.counts.failed_as("options", ec, u::errc::unsupported);
    pass(near, far, with.octets(100));
}

constexpr std::array all{
    load{"connections, socket calls", socket_calls},
    load{"connections, streams", streams},
    load{"connects by name", by_name},
    load{"connects refused", refused},
    load{"connections reset", resets},
    load{"options", options},
};

} // namespace

std::string hand::octets(std::size_t most) {
    std::string made(below(most) + 1, '\0');
    std::uint64_t state = random();
    for (char& octet : made) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        octet = static_cast<char>(state >> 56);
    }
    return made;
}

std::string hand::path() const {
    static std::atomic<unsigned> count{0};
    return std::string(folder).append("/").append(std::to_string(++count));
}

void pass(u::stream_usocket& from, u::stream_usocket& to, std::string_view octets) {
    check(u::socket_send(from, octets) == octets.size(), "all is sent");
    std::string got(octets.size(), '\0');
    std::size_t have = 0;
    while (have < got.size()) {
        std::size_t const more = u::socket_receive(to, std::span(got).subspan(have)).size;
        check(more != 0, "no end of the stream");
        have += more;
    }
    check(got == octets, "what was received is what was sent");
}

std::span<load const> stream_loads() { return all; }

} // namespace soak
