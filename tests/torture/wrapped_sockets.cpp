// SPDX-License-Identifier: MIT
#include <cerrno>
#include <cstdint>

#include <fcntl.h>

#include "torture/injector.hpp"
#include "torture/ledger.hpp"
#include "torture/real.hpp"
#include "torture/wrapped.hpp"

/// The life of descriptors: opening, naming, setting, closing.
using namespace torture;

namespace {

int fail(fault const& what) noexcept {
    errno = what.code;
    return -1;
}

/// A call whose result is zero, or below zero with errno.
template <class Call>
int perform(fault const* what, Call call) noexcept {
    if (what == nullptr)
        return call();
    if (what->effect == effect::error_afterwards)
        static_cast<void>(call());
    return fail(*what);
}

template <class Call>
int on_descriptor(char const* name, int descriptor, Call call) noexcept {
    ledger::use const in_use(descriptor, name);
    return perform(on_call(name, subject_of(descriptor)), call);
}

/// Any other goes on by itself.
int begin_connect(int descriptor, sockaddr const* address, socklen_t length, fault const& what) noexcept {
    int const flags = ::fcntl(descriptor, F_GETFL);
    ::fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
    int const result = __real_connect(descriptor, address, length);
    int const error = errno;
    ::fcntl(descriptor, F_SETFL, flags);
    errno = error;
    return result == 0 || error == EINPROGRESS ? fail(what) : result;
}

template <class Call>
int opening(char const* name, Call call) noexcept {
    fault const* const what = on_call(name);
    return what == nullptr ? ledger::opened(call(), name) : fail(*what);
}

} // namespace

extern "C" {

int __wrap_socket(int domain, int type, int protocol) {
    return opening("socket", [=] { return __real_socket(domain, type, protocol); });
}

int __wrap_socketpair(int domain, int type, int protocol, int* pair) {
    if (fault const* const what = on_call("socketpair"))
        return fail(*what);
    int const result = __real_socketpair(domain, type, protocol, pair);
    if (result == 0) {
        pair[0] = ledger::opened(pair[0], "socketpair");
        pair[1] = ledger::opened(pair[1], "socketpair");
    }
    return result;
}

int __wrap_eventfd(unsigned value, int flags) {
    return opening("eventfd", [=] { return __real_eventfd(value, flags); });
}

int __wrap_epoll_create1(int flags) {
    return opening("epoll_create1", [=] { return __real_epoll_create1(flags); });
}

int __wrap_accept4(int listener, sockaddr* address, socklen_t* length, int flags) {
    ledger::use const in_use(listener, "accept4");
    return opening("accept4", [=] { return __real_accept4(listener, address, length, flags); });
}

int __wrap_close(int descriptor) {
    // Counted first: a fault is for a close that is right.
    fault const* const what = on_call("close");
    if (!ledger::closed(descriptor, "close"))
        return -1;
    return perform(what, [=] { return __real_close(descriptor); });
}

int __wrap_bind(int descriptor, sockaddr const* address, socklen_t length) {
    return on_descriptor("bind", descriptor, [=] { return __real_bind(descriptor, address, length); });
}

int __wrap_listen(int descriptor, int backlog) {
    return on_descriptor("listen", descriptor, [=] { return __real_listen(descriptor, backlog); });
}

int __wrap_connect(int descriptor, sockaddr const* address, socklen_t length) {
    ledger::use const in_use(descriptor, "connect");
    auto const of = subject_of(descriptor);
    fault const* const what = on_call("connect", of);
    bool const blocks = of == subject::stream && (::fcntl(descriptor, F_GETFL) & O_NONBLOCK) == 0;
    bool const is_local = address->sa_family == AF_UNIX;
    if (what == nullptr || (what->code == EINTR && !blocks) ||
        (what->code == EINPROGRESS && (blocks || is_local || of != subject::stream)))
        return __real_connect(descriptor, address, length); // such a connect has no such outcome
    if (what->code != EINTR && what->code != EINPROGRESS)
        return fail(*what);
    if (is_local)
        return fail(*what); // a local connect that is interrupted has not begun
    return begin_connect(descriptor, address, length, *what);
}

int __wrap_shutdown(int descriptor, int how) {
    return on_descriptor("shutdown", descriptor, [=] { return __real_shutdown(descriptor, how); });
}

int __wrap_getsockname(int descriptor, sockaddr* address, socklen_t* length) {
    return on_descriptor("getsockname", descriptor, [=] { return __real_getsockname(descriptor, address, length); });
}

int __wrap_getpeername(int descriptor, sockaddr* address, socklen_t* length) {
    return on_descriptor("getpeername", descriptor, [=] { return __real_getpeername(descriptor, address, length); });
}

int __wrap_setsockopt(int descriptor, int level, int name, void const* value, socklen_t size) {
    return on_descriptor(level == IPPROTO_UDP ? "setsockopt of UDP" : "setsockopt", descriptor,
                         [=] { return __real_setsockopt(descriptor, level, name, value, size); });
}

int __wrap_getsockopt(int descriptor, int level, int name, void* value, socklen_t* size) {
    ledger::use const in_use(descriptor, "getsockopt");
    fault const* const what = on_call("getsockopt", subject_of(descriptor));
    if (what != nullptr && what->effect != effect::pending_error)
        return fail(*what);
    int const result = __real_getsockopt(descriptor, level, name, value, size);
    if (what != nullptr && level == SOL_SOCKET && name == SO_ERROR)
        *static_cast<int*>(value) = what->code;
    return result;
}

int __wrap_ioctl(int descriptor, unsigned long request, void* argument) {
    return on_descriptor("ioctl", descriptor, [=] { return __real_ioctl(descriptor, request, argument); });
}

int __wrap_lstat(char const* path, struct stat* out) {
    return perform(on_call("lstat"), [=] { return __real_lstat(path, out); });
}

int __wrap_unlink(char const* path) {
    return perform(on_call("unlink"), [=] { return __real_unlink(path); });
}

int __wrap_chmod(char const* path, mode_t mode) {
    return perform(on_call("chmod"), [=] { return __real_chmod(path, mode); });
}

} // extern "C"
