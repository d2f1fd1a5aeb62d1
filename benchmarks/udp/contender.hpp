// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "contest/sockets.hpp"

namespace udp_bench {

/// What is sent at once, before it is received: as much as a receive buffer holds.
struct burst {
    std::size_t count = 0;
    std::size_t size = 0;   ///< Of the first datagram,
    std::size_t growth = 0; ///< and how many octets each has more than the one before.

    [[nodiscard]] std::size_t size_of(std::size_t index) const noexcept { return size + index * growth; }
};

/// The datagrams of a burst, one behind the other in memory. Each tells its number in its first and last octet.
class datagrams {
public:
    datagrams(std::string_view contender, burst const& what) : contender_(contender), what_(what) {
        for (std::size_t i = 0; i < what.count; ++i) {
            begins_.push_back(octets_.size());
            octets_.resize(octets_.size() + what.size_of(i), '-');
            octets_[begins_.back()] = octets_.back() = static_cast<char>(i);
        }
    }
    [[nodiscard]] std::size_t count() const noexcept { return what_.count; }
    [[nodiscard]] std::size_t size(std::size_t index) const noexcept { return what_.size_of(index); }
    [[nodiscard]] char const* data(std::size_t index) const noexcept { return octets_.data() + begins_[index]; }
    [[nodiscard]] std::string_view all() const noexcept { return {octets_.data(), octets_.size()}; }

    /// Gives up unless this is the datagram of that number.
    void check(std::size_t index, char const* data, std::size_t size) const {
        if (index >= count() || size != what_.size_of(index) || data[0] != static_cast<char>(index) ||
            data[size - 1] != static_cast<char>(index))
            fail(index, "the next is not what was sent");
    }
    /// To be called when there is nothing more to receive, after so many.
    [[noreturn]] void lost(std::size_t received) const { fail(received, "the rest is lost"); }

private:
    [[noreturn]] void fail(std::size_t received, char const* why) const {
        std::fprintf(stderr, "%.*s: received %zu of %zu datagrams (the first: %zu octets), %s\n",
                     static_cast<int>(contender_.size()), contender_.data(), received, count(), what_.size, why);
        std::exit(1);
    }

    std::string_view contender_;
    burst what_;
    std::vector<char> octets_;
    std::vector<std::size_t> begins_;
};

/// One way to move datagrams: from a socket to another one on the loopback interface.
class contender {
public:
    contender() = default;
    contender(contender const&) = delete;
    contender& operator=(contender const&) = delete;
    virtual ~contender() = default;
    virtual void send(datagrams const& all) = 0;
    /// All of them, which are there already.
    virtual void receive(datagrams const& all) = 0;
};

struct entry {
    std::string_view name;
    std::unique_ptr<contender> (*make)(burst const&) = nullptr; ///< Null: left out,
    std::string_view missing{};                                 ///< and why.
};

template <class Program, auto... Arguments>
std::unique_ptr<contender> make(burst const& what) {
    return std::make_unique<Program>(what, Arguments...);
}

constexpr int receive_buffer = 212992; ///< What Linux allows everybody.
constexpr std::size_t largest_datagram = 65535;

/// Two bare sockets; the sender is not connected.
struct bare_pair {
    bare_pair() {
        if (::setsockopt(receiver, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer) != 0)
            peer::give_up("SO_RCVBUF");
        where = contest::loopback(contest::bind_to_loopback(receiver));
    }
    bare_pair(bare_pair const&) = delete;
    bare_pair& operator=(bare_pair const&) = delete;
    ~bare_pair() {
        ::close(sender);
        ::close(receiver);
    }
    int sender = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    int receiver = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in where{};
};

[[nodiscard]] entry bare_single();
[[nodiscard]] entry bare_in_functions();
[[nodiscard]] entry bare_many();
[[nodiscard]] entry bare_offload();
[[nodiscard]] entry usocket_single();
[[nodiscard]] entry usocket_many();
[[nodiscard]] entry usocket_batch();
[[nodiscard]] entry usocket_split();
[[nodiscard]] entry asio_single();
[[nodiscard]] entry libuv_single();

} // namespace udp_bench
