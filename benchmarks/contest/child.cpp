// SPDX-License-Identifier: MIT
#include "contest/child.hpp"

#include <exception>

#include <poll.h>
#include <sys/prctl.h>

#include "peer.hpp"

namespace contest {

bool channel::send(void const* data, std::size_t size) const {
    return ::send(descriptor_, data, size, MSG_NOSIGNAL) == static_cast<ssize_t>(size);
}

bool channel::receive(void* data, std::size_t size, std::optional<std::chrono::milliseconds> patience) const {
    pollfd ready{.fd = descriptor_, .events = POLLIN, .revents = 0};
    return (!patience || ::poll(&ready, 1, static_cast<int>(patience->count())) == 1) &&
           ::recv(descriptor_, data, size, 0) == static_cast<ssize_t>(size);
}

child::child(std::function<void(channel)> const& role) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        peer::give_up("socketpair");
    process_ = ::fork();
    if (process_ < 0)
        peer::give_up("fork");
    if (process_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::dup2(ends[1], 3); // low numbers are scarce: select takes no others
        ::close_range(4, ~0U, 0);
        try {
            role(channel(3));
        } catch (std::exception const& error) {
            std::fprintf(stderr, "%s\n", error.what());
            std::_Exit(1);
        }
        std::_Exit(0);
    }
    ::close(ends[1]);
    orders_ = ends[0];
}

child::~child() {
    ::close(orders_);
    ::waitpid(process_, nullptr, 0);
}

} // namespace contest
