// SPDX-License-Identifier: MIT
#include "platform/bsd/shutdown.hpp"

#include <atomic>
#include <cerrno>
#include <cstdint>

#include <sys/socket.h>

#include "platform/bsd/waking.hpp"

namespace usocket::platform {
namespace {

// A bit for each number. Those above are beyond what the system lets a process have, unless it is told otherwise.
constexpr int noted_numbers = 1 << 18;
constexpr int bits = 64;
constinit std::atomic<std::uint64_t> noted[noted_numbers / bits];

std::uint64_t bit_of(handle socket) noexcept { return std::uint64_t{1} << (socket % bits); }
std::atomic<std::uint64_t>& word_of(handle socket) noexcept { return noted[socket / bits]; }
bool can_be_noted(handle socket) noexcept { return socket >= 0 && socket < noted_numbers; }

} // namespace

bool is_shut_down(handle listener) noexcept {
    return can_be_noted(listener) && (word_of(listener).load() & bit_of(listener)) != 0;
}

void forget_shut_down(handle socket) noexcept {
    if (is_shut_down(socket))
        word_of(socket).fetch_and(~bit_of(socket));
}

int shutdown(handle socket, direction which) noexcept {
    int const how = which == direction::input ? SHUT_RD : which == direction::output ? SHUT_WR : SHUT_RDWR;
    int const error = ::shutdown(socket, how) == 0 ? 0 : errno;
    if ((error != 0 && error != ENOTCONN) || which == direction::output)
        return error;
    int listening = 0;
    socklen_t size = sizeof listening;
    static_cast<void>(::getsockopt(socket, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size));
    if (listening != 0) { // even if it was shut down: that may have told one of those who wait
        if (can_be_noted(socket))
            word_of(socket).fetch_or(bit_of(socket));
        wake_acceptor(socket);
        return 0;
    }
    if (error == 0)
        return 0;
    // Ending its input alone would give it a peer, and is left to the layers above.
    int type = 0;
    size = sizeof type;
    if (which == direction::both && ::getsockopt(socket, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_DGRAM)
        end_datagrams(socket);
    return error;
}

} // namespace usocket::platform
