// SPDX-License-Identifier: MIT
#include <atomic>

#include "udp/contender.hpp"

namespace udp_bench {
namespace {

/// The least that a library can do which keeps a socket from being closed under a call, and tells of addresses in its
/// own way: bare calls, each in a function of its own.
class bare_socket {
public:
    explicit bare_socket(int descriptor) : descriptor_(descriptor) {}

    struct address {
        std::uint32_t ip = 0;
        std::uint16_t port = 0;
    };

    [[gnu::noinline]] std::size_t send_to(char const* data, std::size_t size, address const& destination) {
        sockaddr_in where{};
        where.sin_family = AF_INET;
        where.sin_addr.s_addr = htonl(destination.ip);
        where.sin_port = htons(destination.port);
        calls_.fetch_add(1, std::memory_order_acquire);
        ssize_t const count =
            ::sendto(descriptor_, data, size, MSG_NOSIGNAL, reinterpret_cast<sockaddr const*>(&where), sizeof where);
        calls_.fetch_sub(1, std::memory_order_acq_rel);
        if (count < 0)
            peer::give_up("sendto");
        return static_cast<std::size_t>(count);
    }

    struct received {
        std::size_t size = 0;
        address source{};
    };

    [[gnu::noinline]] received receive(char* buffer, std::size_t size) {
        sockaddr_storage source; // NOLINT(cppcoreguidelines-pro-type-member-init): filled by the call
        socklen_t length = sizeof source;
        calls_.fetch_add(1, std::memory_order_acquire);
        ssize_t const count =
            ::recvfrom(descriptor_, buffer, size, MSG_TRUNC, reinterpret_cast<sockaddr*>(&source), &length);
        calls_.fetch_sub(1, std::memory_order_acq_rel);
        if (count < 0 || source.ss_family != AF_INET)
            peer::give_up("recvfrom");
        sockaddr_in from{};
        std::memcpy(&from, &source, sizeof from);
        return {static_cast<std::size_t>(count), {ntohl(from.sin_addr.s_addr), ntohs(from.sin_port)}};
    }

private:
    int descriptor_;
    std::atomic<int> calls_{0};
};

class single final : public contender {
public:
    explicit single(burst const&) : buffer_(largest_datagram) {}

    void send(datagrams const& all) override {
        for (std::size_t i = 0; i < all.count(); ++i)
            sender_.send_to(all.data(i), all.size(i), where_);
    }
    void receive(datagrams const& all) override {
        for (std::size_t i = 0; i < all.count(); ++i) {
            auto const got = receiver_.receive(buffer_.data(), buffer_.size());
            all.check(i, buffer_.data(), got.size);
        }
    }

private:
    bare_pair pair_;
    bare_socket sender_{pair_.sender};
    bare_socket receiver_{pair_.receiver};
    bare_socket::address where_{INADDR_LOOPBACK, ntohs(pair_.where.sin_port)};
    std::vector<char> buffer_;
};

} // namespace

entry bare_in_functions() { return {"bare, in functions", make<single>}; }

} // namespace udp_bench
