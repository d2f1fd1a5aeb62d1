// SPDX-License-Identifier: MIT
//
// Connecting and closing, against the bare system calls that do the same.
#include <cstdint>
#include <cstdlib>

#include <arpa/inet.h>
#include <sys/prctl.h>

#include <usocket/usocket.hpp>

#include "peer.hpp"
#include "ratio.hpp"

namespace {

namespace u = usocket;

constexpr std::size_t connections = 100;

/// A child process that accepts on every loopback address, and closes.
class acceptor {
public:
    acceptor() {
        int const listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        socklen_t size = sizeof address;
        auto* const generic = reinterpret_cast<sockaddr*>(&address);
        if (::bind(listener, generic, size) != 0 || ::listen(listener, 1024) != 0 ||
            ::getsockname(listener, generic, &size) != 0)
            peer::give_up("listen");
        port_ = ntohs(address.sin_port);
        child_ = ::fork();
        if (child_ < 0)
            peer::give_up("fork");
        if (child_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            peer::run_on_processor(1);
            for (;;)
                ::close(::accept(listener, nullptr, nullptr));
        }
        ::close(listener);
        peer::run_on_processor(0);
    }
    acceptor(acceptor const&) = delete;
    acceptor& operator=(acceptor const&) = delete;
    ~acceptor() {
        ::kill(child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
    }
    [[nodiscard]] std::uint16_t port() const { return port_; }

private:
    std::uint16_t port_ = 0;
    pid_t child_ = -1;
};

/// Another loopback address for each round, so that lingering connections do not use the ports up.
std::uint32_t next_address() {
    static std::uint32_t last = INADDR_LOOPBACK;
    return ++last;
}

void bare_round(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(next_address());
    for (std::size_t i = 0; i < connections; ++i) {
        int const socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
            peer::give_up("connect");
        int const on = 1;
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        ::close(socket);
    }
}

void our_round(std::uint16_t port) {
    auto const address = u::ip_address::from_v4_integer(next_address());
    for (std::size_t i = 0; i < connections; ++i) {
        auto socket = u::socket_connect(address, port);
        u::socket_close(socket);
    }
}

void connect_and_close(benchmark::State& state) {
    acceptor const there;
    ratio::compare(state, 1.0, connections, [&] { bare_round(there.port()); }, [&] { our_round(there.port()); });
}
BENCHMARK(connect_and_close)->Name("connect and close")->UseManualTime()->Iterations(101);

} // namespace

BENCHMARK_MAIN();
