// SPDX-License-Identifier: MIT
#include "server/clients.hpp"

#include <array>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "peer.hpp"
#include "server/server.hpp"

namespace server_bench {
namespace {

using wall_clock = std::chrono::steady_clock;

int connect_to(std::uint16_t port, int type) {
    int const handle = ::socket(AF_INET, type | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    if (handle < 0 || ::connect(handle, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
        peer::give_up("connect");
    int const yes = 1;
    if (type == SOCK_STREAM)
        ::setsockopt(handle, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return handle;
}

using message = std::array<char, message_size>;

void send_one(int handle) {
    static message const text{};
    if (::send(handle, text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size()))
        peer::give_up("send");
}

void get_one(int handle) {
    static message room{};
    if (::recv(handle, room.data(), room.size(), MSG_WAITALL) != static_cast<ssize_t>(room.size()))
        peer::give_up("recv");
}

/// How often `once`, which returns how much it has done, gets done in a second.
template <class Once>
double rate(std::chrono::nanoseconds length, Once&& once) {
    constexpr std::size_t between_looks = 16;
    std::size_t done = 0;
    auto const begin = wall_clock::now();
    auto now = begin;
    while (now - begin < length) {
        for (std::size_t i = 0; i < between_looks; ++i)
            done += once();
        now = wall_clock::now();
    }
    return static_cast<double>(done) / std::chrono::duration<double>(now - begin).count();
}

} // namespace

tcp_clients::tcp_clients(std::uint16_t port, std::size_t count) : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    for (std::size_t i = 0; i < count; ++i) {
        int const handle = connections_.emplace_back(connect_to(port, SOCK_STREAM));
        send_one(handle); // so that its thread is there before anything is measured
        get_one(handle);
        epoll_event event{.events = EPOLLIN, .data = {.fd = handle}};
        if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, handle, &event) != 0)
            peer::give_up("epoll_ctl");
    }
}

tcp_clients::~tcp_clients() {
    for (int const handle : connections_)
        ::close(handle);
    ::close(epoll_);
}

double tcp_clients::ping_pong(std::chrono::nanoseconds length) {
    return rate(length, [handle = connections_.front()] {
        send_one(handle);
        get_one(handle);
        return std::size_t{1};
    });
}

double tcp_clients::echoes(std::chrono::nanoseconds length) {
    if (connections_.size() == 1)
        return ping_pong(length);
    std::array<epoll_event, 256> events{};
    std::size_t under_way = connections_.size();
    auto const get = [&](bool again) {
        int const found = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
        for (int i = 0; i < found; ++i) {
            int const handle = events[static_cast<std::size_t>(i)].data.fd;
            get_one(handle);
            if (again)
                send_one(handle);
            else
                --under_way;
        }
        return static_cast<std::size_t>(found > 0 ? found : 0);
    };
    for (int const handle : connections_)
        send_one(handle);
    double const found = rate(length, [&] { return get(true); });
    while (under_way != 0)
        static_cast<void>(get(false));
    return found;
}

double connections(std::uint16_t port, std::chrono::nanoseconds length) {
    return rate(length, [port] {
        int const handle = connect_to(port, SOCK_STREAM);
        send_one(handle);
        get_one(handle);
        ::close(handle);
        return std::size_t{1};
    });
}

double datagrams(std::uint16_t port, std::size_t in_flight, std::chrono::nanoseconds length) {
    int const handle = connect_to(port, SOCK_DGRAM);
    for (std::size_t i = 1; i < in_flight; ++i)
        send_one(handle);
    double const found = rate(length, [handle] {
        send_one(handle);
        get_one(handle);
        return std::size_t{1};
    });
    ::close(handle);
    return found;
}

} // namespace server_bench
