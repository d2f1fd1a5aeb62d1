// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/// The other end of a benchmark's connection: a process of its own, on a processor of its own, with system calls only.
namespace peer {

[[noreturn]] inline void give_up(char const* what) {
    std::perror(what);
    std::exit(1);
}

/// The n-th processor that this process may use, where there are so many.
inline void run_on_processor(int n) {
    static cpu_set_t const allowed = [] {
        cpu_set_t set;
        CPU_ZERO(&set);
        ::sched_getaffinity(0, sizeof set, &set);
        return set;
    }();
    if (CPU_COUNT(&allowed) <= n)
        return;
    for (int cpu = 0; cpu != CPU_SETSIZE; ++cpu) {
        if (CPU_ISSET(static_cast<std::size_t>(cpu), &allowed) && n-- == 0) {
            cpu_set_t one;
            CPU_ZERO(&one);
            CPU_SET(static_cast<std::size_t>(cpu), &one);
            ::sched_setaffinity(0, sizeof one, &one);
            return;
        }
    }
}

/// A connected TCP pair on the loopback interface.
inline std::pair<int, int> connected_pair() {
    int const listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int const client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener, generic, size) != 0 || ::listen(listener, 1) != 0 ||
        ::getsockname(listener, generic, &size) != 0 || ::connect(client, generic, size) != 0)
        give_up("connect");
    int const server = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (server < 0)
        give_up("accept");
    int const on = 1;
    ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::close(listener);
    return {client, server};
}

/// A connection whose other end a child process serves with `role(descriptor)` until this object goes.
class connection {
public:
    template <class Role>
    explicit connection(Role role) {
        run_on_processor(0);
        auto const [client, server] = connected_pair();
        descriptor_ = client;
        child_ = ::fork();
        if (child_ < 0)
            give_up("fork");
        if (child_ == 0) {
            run_on_processor(1);
            ::dup2(server, 3);
            ::close_range(4, ~0U, 0);
            role(3);
            ::_exit(0);
        }
        ::close(server);
    }
    connection(connection const&) = delete;
    connection& operator=(connection const&) = delete;
    ~connection() {
        if (descriptor_ >= 0)
            ::close(descriptor_);
        ::kill(child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
    }

    [[nodiscard]] int descriptor() const { return descriptor_; }
    /// For an object that closes it.
    [[nodiscard]] int release() { return std::exchange(descriptor_, -1); }

private:
    int descriptor_ = -1;
    pid_t child_ = -1;
};

inline bool send_all(int descriptor, char const* data, std::size_t size) {
    while (size != 0) {
        ssize_t const sent = ::send(descriptor, data, size, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        data += sent;
        size -= static_cast<std::size_t>(sent);
    }
    return true;
}

inline bool receive_all(int descriptor, char* data, std::size_t size) {
    while (size != 0) {
        ssize_t const count = ::recv(descriptor, data, size, 0);
        if (count <= 0)
            return false;
        data += count;
        size -= static_cast<std::size_t>(count);
    }
    return true;
}

/// Returns what it receives.
inline void echo(int descriptor) {
    char buffer[65536];
    for (;;) {
        ssize_t const count = ::recv(descriptor, buffer, sizeof buffer, 0);
        if (count <= 0 || !send_all(descriptor, buffer, static_cast<std::size_t>(count)))
            return;
    }
}

/// Takes what it is sent.
inline void swallow(int descriptor) {
    static char buffer[1 << 18];
    while (::recv(descriptor, buffer, sizeof buffer, 0) > 0) {
    }
}

/// Sends a text again and again.
inline auto repeat(std::string_view unit) {
    std::string text;
    while (text.size() < 200'000)
        text += unit;
    return [text = std::move(text)](int descriptor) {
        while (send_all(descriptor, text.data(), text.size())) {
        }
    };
}

} // namespace peer
