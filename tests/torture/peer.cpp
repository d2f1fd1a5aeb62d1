// SPDX-License-Identifier: MIT
#include "torture/peer.hpp"

#include <cstring>
#include <stdexcept>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>
#include <unistd.h>

#include "torture/injector.hpp"
#include "torture/real.hpp"
#include "torture/verdict.hpp"

namespace torture {
namespace {

constexpr int moment = 800; // milliseconds

sockaddr_in loopback(std::uint16_t port) noexcept {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

sockaddr const* generic(auto const& address) noexcept { return reinterpret_cast<sockaddr const*>(&address); }

sockaddr_un local(std::string const& path) noexcept {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    return address;
}

raw_socket check(int descriptor) {
    if (descriptor < 0)
        throw std::runtime_error(std::string("the peer has no socket: ") + std::strerror(errno));
    return raw_socket(descriptor);
}

void check_call(int result) {
    if (result < 0)
        throw std::runtime_error(std::string("a call of the peer failed: ") + std::strerror(errno));
}

bool comes(int descriptor) noexcept {
    pollfd entry{descriptor, POLLIN, 0};
    return __real_poll(&entry, 1, moment) > 0;
}

} // namespace

raw_socket& raw_socket::operator=(raw_socket&& other) noexcept {
    if (this != &other) {
        close();
        descriptor_ = other.give();
    }
    return *this;
}

raw_socket::~raw_socket() { close(); }

int raw_socket::give() noexcept { return std::exchange(descriptor_, -1); }

void raw_socket::close() noexcept {
    if (descriptor_ >= 0)
        __real_close(give());
}

std::uint16_t raw_socket::port() const {
    sockaddr_in address{};
    socklen_t length = sizeof address;
    check_call(__real_getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &length));
    return ntohs(address.sin_port);
}

void raw_socket::send(std::string_view text) const {
    static_cast<void>(__real_send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL));
}

void raw_socket::send_to(std::string_view text, std::uint16_t port) const {
    auto const address = loopback(port);
    static_cast<void>(
        __real_sendto(descriptor_, text.data(), text.size(), MSG_NOSIGNAL, generic(address), sizeof address));
}

std::string raw_socket::receive() const {
    unharmed const own;
    char buffer[2048];
    if (descriptor_ < 0 || !comes(descriptor_))
        return {};
    ssize_t const size = __real_recv(descriptor_, buffer, sizeof buffer, MSG_DONTWAIT);
    return size <= 0 ? std::string() : std::string(buffer, static_cast<std::size_t>(size));
}

void raw_socket::end_output() const noexcept { __real_shutdown(descriptor_, SHUT_WR); }

raw_socket raw_listener() {
    unharmed const own;
    auto made = check(__real_socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    auto const address = loopback(0);
    check_call(__real_bind(made.get(), generic(address), sizeof address));
    check_call(__real_listen(made.get(), 16));
    return made;
}

raw_socket raw_connection(std::uint16_t port) {
    unharmed const own;
    auto made = check(__real_socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    auto const address = loopback(port);
    check_call(__real_connect(made.get(), generic(address), sizeof address));
    return made;
}

raw_socket raw_local_listener(std::string const& path) {
    unharmed const own;
    auto made = check(__real_socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    auto const address = local(path);
    __real_unlink(path.c_str());
    check_call(__real_bind(made.get(), generic(address), sizeof address));
    check_call(__real_listen(made.get(), 16));
    return made;
}

raw_socket raw_local_connection(std::string const& path) {
    unharmed const own;
    auto made = check(__real_socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    auto const address = local(path);
    check_call(__real_connect(made.get(), generic(address), sizeof address));
    return made;
}

raw_socket raw_datagram() {
    unharmed const own;
    auto made = check(__real_socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    auto const address = loopback(0);
    check_call(__real_bind(made.get(), generic(address), sizeof address));
    return made;
}

raw_socket raw_accept(raw_socket const& listener) {
    if (!comes(listener.get()))
        return raw_socket();
    return raw_socket(__real_accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
}

std::uint16_t raw_closed_port() {
    auto const listener = raw_listener();
    return listener.port();
}

std::string local_path() {
    unharmed const own;
    return "/tmp/usocket-torture-" + std::to_string(::getpid());
}

void remove_local(std::string const& path) noexcept { __real_unlink(path.c_str()); }

reader::reader(raw_socket connection) : connection_(std::move(connection)) {
    if (connection_.get() >= 0)
        collector_ = collect(connection_.get());
}

reader::~reader() {
    unharmed const own;
    std::string const came = collector_ ? collector_->end() : std::string();
    if (!promised_.starts_with(came))
        violation("the peer received what was not sent: " + std::to_string(came.size()) + " octets of " +
                  std::to_string(promised_.size()));
    else if (exact_ != static_cast<std::size_t>(-1) && came.size() != exact_)
        violation("the peer received " + std::to_string(came.size()) + " octets, where " + std::to_string(exact_) +
                  " were reported");
}

void reader::promise(std::string_view text) {
    unharmed const own;
    promised_ += text;
}

} // namespace torture
