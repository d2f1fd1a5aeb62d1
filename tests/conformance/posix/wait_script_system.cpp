// SPDX-License-Identifier: MIT
#include "conformance/wait_script_system.hpp"

#include <algorithm>
#include <cstring>
#include <ctime>
#include <vector>

#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <usocket/options.hpp>

namespace usocket::test::past_the_library {
namespace {

short poll_now(int handle, short events) {
    pollfd entry{handle, events, 0};
    timespec const at_once{};
    return ::ppoll(&entry, 1, &at_once, nullptr) > 0 ? entry.revents : short{0};
}

/// Of a type of each C library's own.
template <class Request>
int ask(int (*ioctl)(int, Request, ...), int handle, unsigned long request) {
    int value = 0;
    return ioctl(handle, static_cast<Request>(request), &value) == 0 ? value : 0;
}

int ask(int handle, unsigned long request) { return ask(::ioctl, handle, request); }

} // namespace

std::array<native_handle_type, 3> next_handles() {
    std::array<native_handle_type, 3> handles{};
    for (auto& handle : handles)
        handle = ::dup(STDERR_FILENO);
    for (auto const handle : handles)
        ::close(handle);
    return handles;
}

truth look(native_handle_type handle, readiness interest) {
    int const events = (includes(interest, readiness::read) ? POLLIN : 0) | //
                       (includes(interest, readiness::write) ? POLLOUT : 0);
    short const found = poll_now(handle, static_cast<short>(events));
    return {(found & POLLIN) != 0, (found & POLLOUT) != 0, (found & (POLLERR | POLLHUP | POLLNVAL)) != 0};
}

bool has_ended(native_handle_type handle) {
    return (poll_now(handle, POLLRDHUP) & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) != 0;
}

long arrived(native_handle_type handle) {
    ::tcp_info info{};
    socklen_t size = sizeof(info);
    return ::getsockopt(handle, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 ? static_cast<long>(info.tcpi_bytes_received)
                                                                          : 0;
}

int on_their_way(native_handle_type handle) { return ask(handle, SIOCOUTQ); }
int waiting(native_handle_type handle) { return ask(handle, FIONREAD); }

long receive(native_handle_type handle, std::size_t most) {
    std::vector<char> octets(most);
    return ::recv(handle, octets.data(), octets.size(), MSG_DONTWAIT);
}

long send_urgent(native_handle_type handle) { return ::send(handle, "!", 1, MSG_OOB | MSG_DONTWAIT | MSG_NOSIGNAL); }

long send_with_handle(native_handle_type handle) {
    int const flags = MSG_DONTWAIT | MSG_NOSIGNAL;
    if (::send(handle, "ab", 2, flags) != 2)
        return -1;
    char text[] = "cd";
    iovec data{text, 2};
    int const passed = STDERR_FILENO;
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(passed))> room{};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = room.data();
    message.msg_controllen = room.size();
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(passed));
    std::memcpy(CMSG_DATA(header), &passed, sizeof(passed));
    if (::sendmsg(handle, &message, flags) != 2)
        return -1;
    return ::send(handle, "ef", 2, flags) == 2 ? 6 : -1;
}

void close(native_handle_type handle) { ::close(handle); }

void set_low_water(usocket& socket, int octets, std::error_code& ec) {
    set_socket_option(socket, option::raw<int>{SOL_SOCKET, SO_RCVLOWAT}, octets, ec);
}

} // namespace usocket::test::past_the_library
