// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <iterator>

#include <netinet/in.h>
#include <sys/ioctl.h>

#include "torture/injector.hpp"
#include "torture/ledger.hpp"
#include "torture/real.hpp"
#include "torture/wrapped.hpp"

/// The calls that move octets.
namespace torture {

subject subject_of(int descriptor) noexcept {
    int type = 0;
    socklen_t size = sizeof type;
    int const kept = errno;
    int const failed = __real_getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size);
    errno = kept;
    return failed != 0 ? subject::other : type == SOCK_STREAM ? subject::stream : subject::datagram;
}

namespace {

/// How many octets a call that could move `size` is to be let move, where the fault says so.
std::size_t limited(fault const& what, std::size_t size) noexcept {
    if (what.effect == effect::one_octet)
        return std::min<std::size_t>(size, 1);
    return size > 1 ? size - 1 : size;
}

std::size_t arrived(int descriptor, std::size_t size) noexcept {
    int waiting = 0;
    if (__real_ioctl(descriptor, FIONREAD, &waiting) != 0 || waiting <= 0)
        return size;
    return std::min(size, static_cast<std::size_t>(waiting));
}

bool is_short(fault const& what) noexcept {
    return what.effect == effect::one_octet || what.effect == effect::all_but_one;
}

/// A message with fewer octets than another.
struct shorter_message {
    msghdr message;
    iovec vectors[64]{};

    shorter_message(msghdr const& whole, std::size_t size) noexcept : message(whole) {
        message.msg_iov = vectors;
        message.msg_iovlen = std::min(whole.msg_iovlen, std::size(vectors));
        for (std::size_t i = 0; i < message.msg_iovlen; ++i) {
            vectors[i] = whole.msg_iov[i];
            vectors[i].iov_len = std::min(vectors[i].iov_len, size);
            size -= vectors[i].iov_len;
        }
    }
};

std::size_t size_of(msghdr const& message) noexcept {
    std::size_t size = 0;
    for (std::size_t i = 0; i < message.msg_iovlen; ++i)
        size += message.msg_iov[i].iov_len;
    return size;
}

/// Whether the system is to make several datagrams of it.
bool has_segments(msghdr const& message) noexcept {
    constexpr int segment_option = 103; // UDP_SEGMENT
    auto& notes = const_cast<msghdr&>(message);
    for (cmsghdr const* note = CMSG_FIRSTHDR(&notes); note != nullptr;
         note = CMSG_NXTHDR(&notes, const_cast<cmsghdr*>(note))) {
        if (note->cmsg_level == IPPROTO_UDP && note->cmsg_type == segment_option)
            return true;
    }
    return false;
}

/// What a receive or send does of which `call(size)` moves at most so many octets.
template <class Call>
ssize_t transfer(char const* name, int descriptor, std::size_t size, bool receives, Call call) noexcept {
    ledger::use const in_use(descriptor, name);
    fault const* const what = on_call(name, subject_of(descriptor));
    if (what == nullptr)
        return call(size);
    if (is_short(*what))
        return call(limited(*what, receives ? arrived(descriptor, size) : size));
    if (what->effect == effect::nothing)
        return 0;
    if (what->effect == effect::error_afterwards)
        static_cast<void>(call(size));
    if (what->effect == effect::truncated || what->effect == effect::control_truncated)
        return call(size);
    errno = what->code;
    return -1;
}

} // namespace
} // namespace torture

using namespace torture;

extern "C" {

ssize_t __wrap_recv(int descriptor, void* buffer, std::size_t size, int flags) {
    return transfer("recv", descriptor, size, true,
                    [&](std::size_t limit) { return __real_recv(descriptor, buffer, limit, flags); });
}

ssize_t __wrap_recvfrom(int descriptor, void* buffer, std::size_t size, int flags, sockaddr* from, socklen_t* length) {
    return transfer("recvfrom", descriptor, size, true,
                    [&](std::size_t limit) { return __real_recvfrom(descriptor, buffer, limit, flags, from, length); });
}

ssize_t __wrap_recvmsg(int descriptor, msghdr* message, int flags) {
    ledger::use const in_use(descriptor, "recvmsg");
    fault const* const what = on_call("recvmsg", subject_of(descriptor));
    if (what == nullptr)
        return __real_recvmsg(descriptor, message, flags);
    if (is_short(*what)) {
        shorter_message part(*message, limited(*what, arrived(descriptor, size_of(*message))));
        return __real_recvmsg(descriptor, &part.message, flags);
    }
    if (what->effect == effect::nothing) {
        message->msg_namelen = 0;
        message->msg_controllen = 0;
        message->msg_flags = 0;
        return 0;
    }
    if (what->effect == effect::truncated || what->effect == effect::control_truncated) {
        ssize_t const size = __real_recvmsg(descriptor, message, flags);
        if (what->effect == effect::control_truncated)
            message->msg_controllen = 0;
        message->msg_flags |= what->effect == effect::truncated ? MSG_TRUNC : MSG_CTRUNC;
        return size;
    }
    errno = what->code;
    return -1;
}

int __wrap_recvmmsg(int descriptor, mmsghdr* messages, unsigned count, int flags, timespec* timeout) {
    ledger::use const in_use(descriptor, "recvmmsg");
    fault const* const what = on_call("recvmmsg", subject_of(descriptor));
    if (what == nullptr || what->effect == effect::one_octet)
        return __real_recvmmsg(descriptor, messages, what == nullptr ? count : 1, flags, timeout);
    if (what->effect == effect::control_truncated) {
        int const received = __real_recvmmsg(descriptor, messages, count, flags, timeout);
        for (int i = 0; i < received; ++i) {
            messages[i].msg_hdr.msg_controllen = 0;
            messages[i].msg_hdr.msg_flags |= MSG_CTRUNC;
        }
        return received;
    }
    errno = what->code;
    return -1;
}

int __wrap_sendmmsg(int descriptor, mmsghdr* messages, unsigned count, int flags) {
    if ((flags & MSG_NOSIGNAL) == 0)
        violation("sendmmsg without MSG_NOSIGNAL");
    ledger::use const in_use(descriptor, "sendmmsg");
    fault const* const what = on_call("sendmmsg", subject_of(descriptor));
    if (what == nullptr)
        return __real_sendmmsg(descriptor, messages, count, flags);
    if (is_short(*what))
        return __real_sendmmsg(descriptor, messages, static_cast<unsigned>(limited(*what, count)), flags);
    errno = what->code;
    return -1;
}

ssize_t __wrap_send(int descriptor, void const* data, std::size_t size, int flags) {
    if ((flags & MSG_NOSIGNAL) == 0)
        violation("send without MSG_NOSIGNAL");
    return transfer("send", descriptor, size, false,
                    [&](std::size_t limit) { return __real_send(descriptor, data, limit, flags); });
}

ssize_t __wrap_sendto(int descriptor, void const* data, std::size_t size, int flags, sockaddr const* to,
                      socklen_t length) {
    if ((flags & MSG_NOSIGNAL) == 0)
        violation("sendto without MSG_NOSIGNAL");
    return transfer("sendto", descriptor, size, false,
                    [&](std::size_t limit) { return __real_sendto(descriptor, data, limit, flags, to, length); });
}

ssize_t __wrap_sendmsg(int descriptor, msghdr const* message, int flags) {
    if ((flags & MSG_NOSIGNAL) == 0)
        violation("sendmsg without MSG_NOSIGNAL");
    return transfer(has_segments(*message) ? "sendmsg in segments" : "sendmsg", descriptor, size_of(*message), false,
                    [&](std::size_t limit) {
                        shorter_message part(*message, limit);
                        return __real_sendmsg(descriptor, &part.message, flags);
                    });
}

// The library reads and writes nothing but the counters that wake threads.

ssize_t __wrap_read(int descriptor, void* buffer, std::size_t size) {
    return transfer("read", descriptor, size, true,
                    [&](std::size_t limit) { return __real_read(descriptor, buffer, limit); });
}

ssize_t __wrap_write(int descriptor, void const* data, std::size_t size) {
    return transfer("write", descriptor, size, false,
                    [&](std::size_t limit) { return __real_write(descriptor, data, limit); });
}

} // extern "C"
