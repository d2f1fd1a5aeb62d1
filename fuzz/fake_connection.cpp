// SPDX-License-Identifier: MIT
#include "fake_connection.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "report.hpp"

namespace fuzz {
namespace {

fake_connection* the_one = nullptr;

/// More than this and the library begins to pause between its tries.
constexpr int most_refused_in_a_row = 2;

} // namespace

fake_connection::fake_connection(std::string_view incoming, bool reset_at_end, input decisions)
    : incoming_(incoming), reset_at_end_(reset_at_end), decisions_(decisions) {
    the_one = this;
}

fake_connection::~fake_connection() {
    the_one = nullptr;
    require(closed_, "the handle is not closed");
}

fake_connection& fake_connection::current() noexcept {
    require(the_one != nullptr && !the_one->closed_, "a call on a handle that is closed");
    return *the_one;
}

std::ptrdiff_t fake_connection::decide(std::size_t size) noexcept {
    if (at_once || decisions_.empty())
        return static_cast<std::ptrdiff_t>(size);
    std::uint8_t const octet = decisions_.octet();
    unsigned const how = octet % 8;
    std::size_t most = size;
    if (how <= 1 && refused_in_a_row_ < most_refused_in_a_row) {
        ++refused_in_a_row_;
        errno = how == 0 ? EINTR : EAGAIN;
        return -1;
    }
    refused_in_a_row_ = 0;
    if (how <= 5)
        most = octet / 8 + 1U;
    else if (how == 6)
        most = 1 + decisions_.number(2);
    return static_cast<std::ptrdiff_t>(std::min(size, most));
}

std::ptrdiff_t fake_connection::receive(char* buffer, std::size_t size) noexcept {
    require(size != 0, "nothing is asked for");
    if (must_be_sent != nullptr)
        require(sent_.size() == must_be_sent->size(), "output is left in the buffer while input is awaited");
    std::size_t const left = incoming_.size() - taken_;
    std::ptrdiff_t const count = decide(std::min(size, left));
    if (count < 0)
        return count;
    if (left == 0 && reset_at_end_ && !was_reset_) { // the system tells it once
        was_reset_ = true;
        errno = ECONNRESET;
        return -1;
    }
    auto const moved = static_cast<std::size_t>(count);
    if (moved != 0)
        std::memcpy(buffer, incoming_.data() + taken_, moved);
    taken_ += moved;
    return count;
}

std::ptrdiff_t fake_connection::send(char const* data, std::size_t size) noexcept {
    std::ptrdiff_t const count = decide(size);
    if (count > 0)
        sent_.append(data, static_cast<std::size_t>(count));
    return count;
}

int fake_connection::poll(bool may_wait) noexcept {
    if (at_once || decisions_.empty())
        return 1;
    unsigned const how = decisions_.octet() % 8;
    if (how == 0 && refused_in_a_row_ < most_refused_in_a_row) {
        ++refused_in_a_row_;
        errno = EINTR;
        return -1;
    }
    return how == 1 && !may_wait ? 0 : 1;
}

} // namespace fuzz

// The names are the linker's. NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
extern "C" {

ssize_t __real_recv(int, void*, std::size_t, int);
ssize_t __real_recvmsg(int, msghdr*, int);
ssize_t __real_send(int, void const*, std::size_t, int);
ssize_t __real_sendmsg(int, msghdr const*, int);
int __real_ppoll(pollfd*, nfds_t, timespec const*, sigset_t const*);
int __real_close(int);

using fuzz::fake_connection;

ssize_t __wrap_recv(int descriptor, void* buffer, std::size_t size, int flags) {
    if (descriptor != fake_connection::descriptor)
        return __real_recv(descriptor, buffer, size, flags);
    return fake_connection::current().receive(static_cast<char*>(buffer), size);
}

ssize_t __wrap_recvmsg(int descriptor, msghdr* message, int flags) {
    if (descriptor != fake_connection::descriptor)
        return __real_recvmsg(descriptor, message, flags);
    std::string together;
    for (std::size_t i = 0; i < message->msg_iovlen; ++i)
        together.append(message->msg_iov[i].iov_len, '\0');
    ssize_t const count = fake_connection::current().receive(together.data(), together.size());
    std::string_view rest(together.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
    for (std::size_t i = 0; !rest.empty(); ++i) {
        auto const part = rest.substr(0, message->msg_iov[i].iov_len);
        if (!part.empty())
            std::memcpy(message->msg_iov[i].iov_base, part.data(), part.size());
        rest.remove_prefix(part.size());
    }
    return count;
}

ssize_t __wrap_send(int descriptor, void const* data, std::size_t size, int flags) {
    if (descriptor != fake_connection::descriptor)
        return __real_send(descriptor, data, size, flags);
    fuzz::require((flags & MSG_NOSIGNAL) != 0, "send without MSG_NOSIGNAL");
    return fake_connection::current().send(static_cast<char const*>(data), size);
}

ssize_t __wrap_sendmsg(int descriptor, msghdr const* message, int flags) {
    if (descriptor != fake_connection::descriptor)
        return __real_sendmsg(descriptor, message, flags);
    fuzz::require((flags & MSG_NOSIGNAL) != 0, "sendmsg without MSG_NOSIGNAL");
    std::string together;
    for (std::size_t i = 0; i < message->msg_iovlen; ++i)
        together.append(static_cast<char const*>(message->msg_iov[i].iov_base), message->msg_iov[i].iov_len);
    return fake_connection::current().send(together.data(), together.size());
}

int __wrap_ppoll(pollfd* entries, nfds_t count, timespec const* timeout, sigset_t const* mask) {
    if (count != 1 || entries[0].fd != fake_connection::descriptor)
        return __real_ppoll(entries, count, timeout, mask);
    bool const at_once = timeout != nullptr && timeout->tv_sec == 0 && timeout->tv_nsec == 0;
    int const ready = fake_connection::current().poll(!at_once);
    entries[0].revents = ready > 0 ? entries[0].events : short{0};
    return ready;
}

int __wrap_close(int descriptor) {
    if (descriptor != fake_connection::descriptor)
        return __real_close(descriptor);
    fake_connection::current().close();
    return 0;
}

} // extern "C"
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
