// SPDX-License-Identifier: MIT
//
// What the scenarios' peer asks of the system, in a program without wrappers: by calls that strace does not see.
#include <unistd.h>

#include "torture/injector.hpp"
#include "torture/ledger.hpp"
#include "torture/real.hpp"
#include "torture/strace/unseen.hpp"

using torture::unseen;

extern "C" {

int __real_socket(int family, int type, int protocol) {
    return unseen([&] { return ::socket(family, type, protocol); });
}
int __real_bind(int descriptor, sockaddr const* address, socklen_t length) {
    return unseen([&] { return ::bind(descriptor, address, length); });
}
int __real_listen(int descriptor, int backlog) {
    return unseen([&] { return ::listen(descriptor, backlog); });
}
int __real_connect(int descriptor, sockaddr const* address, socklen_t length) {
    return unseen([&] { return ::connect(descriptor, address, length); });
}
int __real_accept4(int descriptor, sockaddr* address, socklen_t* length, int flags) {
    return unseen([&] { return ::accept4(descriptor, address, length, flags); });
}
int __real_getsockname(int descriptor, sockaddr* address, socklen_t* length) {
    return unseen([&] { return ::getsockname(descriptor, address, length); });
}
int __real_poll(pollfd* entries, nfds_t count, int timeout) {
    return unseen([&] { return ::poll(entries, count, timeout); });
}
ssize_t __real_recv(int descriptor, void* buffer, std::size_t size, int flags) {
    return unseen([&] { return ::recv(descriptor, buffer, size, flags); });
}
ssize_t __real_send(int descriptor, void const* data, std::size_t size, int flags) {
    return unseen([&] { return ::send(descriptor, data, size, flags); });
}
ssize_t __real_sendto(int descriptor, void const* data, std::size_t size, int flags, sockaddr const* address,
                      socklen_t length) {
    return unseen([&] { return ::sendto(descriptor, data, size, flags, address, length); });
}
int __real_shutdown(int descriptor, int how) {
    return unseen([&] { return ::shutdown(descriptor, how); });
}
int __real_close(int descriptor) {
    return unseen([&] { return ::close(descriptor); });
}
int __real_unlink(char const* path) {
    return unseen([&] { return ::unlink(path); });
}

} // extern "C"

/// strace counts and fails; nobody here does.
namespace torture {

unharmed::unharmed() noexcept = default;
unharmed::~unharmed() = default;

int ledger::given(int descriptor) { return descriptor; }
void ledger::taken(int) {}

} // namespace torture
