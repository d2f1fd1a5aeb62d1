// SPDX-License-Identifier: MIT
#include "conformance/wait_script_place.hpp"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include <usocket/connect.hpp>
#include <usocket/error.hpp>
#include <usocket/listen.hpp>
#include <usocket/local.hpp>
#include <usocket/options.hpp>

namespace usocket::test {

using namespace std::chrono_literals;
using past_the_library::has_ended;
using past_the_library::on_their_way;
using steady = std::chrono::steady_clock;

namespace {

constexpr std::size_t most_clients = 3; // below the backlog, for a connect that finds it full waits for long
constexpr auto longest_settling = 200ms;

template <class Socket>
std::unique_ptr<usocket> keep(Socket&& socket) {
    return std::make_unique<Socket>(std::forward<Socket>(socket));
}

/// Applies `body` to the socket as what it is.
template <class Body>
void as_itself(usocket& socket, Body&& body) {
    switch (socket.kind()) {
    case socket_kind::stream:
        return body(static_cast<stream_usocket&>(socket));
    case socket_kind::stream_server:
        return body(static_cast<stream_server_usocket&>(socket));
    case socket_kind::datagram:
        return body(static_cast<datagram_usocket&>(socket));
    }
}

/// So that a socket that is written to until it is full is so before long.
void keep_small(usocket& socket) { set_socket_option(socket, option::send_buffer_size, std::size_t{32768}); }

/// Nothing of a script stays behind in the system.
void reset_at_close(usocket& socket) {
    std::error_code code;
    set_socket_option(socket, option::linger, 0s, code);
}

} // namespace

// ---- making ---------------------------------------------------------------------------------------------------------

void script_place::open_tcp(bool variant) {
    auto listener = socket_listen(ip_address::loopback_v4(), auto_port, {.configure = keep_small});
    auto const handles = past_the_library::next_handles();
    auto client = socket_connect(ip_address::loopback_v4(), get_local_port(listener), {.configure = keep_small});
    auto server = socket_accept(listener);
    near_ = keep(std::move(variant ? client : server));
    far_ = keep(std::move(variant ? server : client));
    handle_ = handles[variant ? 0 : 1];
    far_handle_ = handles[variant ? 1 : 0];
}

void script_place::open_udp(bool variant) {
    auto const handles = past_the_library::next_handles();
    auto bound = socket_connect(protocol::datagram, {.local_host = ip_address::loopback_v4()});
    auto connected = socket_connect(get_local_endpoint(bound), protocol::datagram);
    near_ = keep(std::move(variant ? connected : bound));
    far_ = keep(std::move(variant ? bound : connected));
    handle_ = handles[variant ? 1 : 0];
    far_handle_ = handles[variant ? 0 : 1];
}

long script_place::open(place_kind kind, bool variant) {
    auto const handles = past_the_library::next_handles();
    handle_ = handles[0];
    far_handle_ = handles[1];
    switch (kind) {
    case place_kind::empty:
        return 0;
    case place_kind::local: {
        auto [near, far] = make_socket_pair();
        near_ = keep(std::move(near));
        far_ = keep(std::move(far));
        break;
    }
    case place_kind::local_datagram: {
        auto [near, far] = make_datagram_pair();
        near_ = keep(std::move(near));
        far_ = keep(std::move(far));
        break;
    }
    case place_kind::tcp:
        open_tcp(variant);
        break;
    case place_kind::udp:
        open_udp(variant);
        break;
    case place_kind::listener:
        near_ = keep(socket_listen(ip_address::loopback_v4(), auto_port));
        far_handle_ = invalid_native_handle;
        break;
    }
    kind_ = kind;
    if (auto* const stream = near_stream())
        set_socket_option(*stream, option::receive_timeout, 0s);
    return 0;
}

long script_place::make(place_kind kind, bool variant) {
    destroy();
    return open(kind, variant);
}

long script_place::replace(place_kind kind, bool variant) {
    if (!near_)
        return does_not_apply;
    close();
    script_place fresh;
    fresh.patient = patient;
    fresh.open(kind, variant);
    *this = std::move(fresh); // the old object and its peer go last
    return 0;
}

void script_place::close() {
    interest.reset();
    buffered_ = 0;
    if (near_)
        socket_close(*near_);
}

void script_place::destroy() {
    if (kind_ == place_kind::tcp) {
        for (auto* const end : {near_.get(), far_.get()}) {
            if (end != nullptr && end->is_open())
                reset_at_close(*end);
        }
    }
    script_place nothing;
    nothing.patient = patient;
    *this = std::move(nothing);
}

long script_place::release() {
    if (!is_open())
        return does_not_apply;
    interest.reset();
    buffered_ = 0;
    past_the_library::close(near_->release());
    return 0;
}

long script_place::move() {
    if (!near_)
        return does_not_apply;
    as_itself(*near_, [this](auto& socket) { near_ = keep(std::move(socket)); });
    return 0;
}

long script_place::move_from(script_place& other) {
    if (this == &other || !near_ || !other.near_ || near_->kind() != other.near_->kind())
        return does_not_apply;
    as_itself(*near_,
              [&other]<class Socket>(Socket& socket) { socket = std::move(static_cast<Socket&>(*other.near_)); });
    std::swap(near_, other.near_);
    *this = std::exchange(other, script_place());
    other.patient = patient;
    return 0;
}

stream_usocket* script_place::near_stream() const noexcept {
    return near_ && near_->kind() == socket_kind::stream ? static_cast<stream_usocket*>(near_.get()) : nullptr;
}

stream_usocket* script_place::far_stream() const noexcept {
    return far_ && far_->kind() == socket_kind::stream ? static_cast<stream_usocket*>(far_.get()) : nullptr;
}

// ---- listeners ------------------------------------------------------------------------------------------------------

long script_place::connect() {
    if (kind_ != place_kind::listener || !is_open() || clients_.size() >= most_clients)
        return does_not_apply;
    std::error_code code; // refused, once the listener was shut down
    auto client = socket_connect(ip_address::loopback_v4(), get_local_port(*near_), {.configure = keep_small}, code);
    if (code)
        return failed;
    clients_.push_back(std::move(client));
    return 0;
}

long script_place::accept(script_place& place) {
    if (kind_ != place_kind::listener || !is_open() || &place == this)
        return does_not_apply;
    settle();
    place.destroy();
    place.handle_ = past_the_library::next_handles()[0];
    std::error_code code;
    auto accepted = socket_accept(static_cast<stream_server_usocket&>(*near_), {.timeout = 0s}, code);
    if (code)
        return code == errc::timeout ? would_wait : failed;
    auto const port = get_peer_port(accepted);
    auto const its_client =
        std::ranges::find_if(clients_, [port](auto const& client) { return get_local_port(client) == port; });
    if (its_client == clients_.end())
        return 0; // closed before it was accepted
    set_socket_option(accepted, option::receive_timeout, 0s);
    place.far_handle_ = its_client->native_handle(); // of a peer, not of a member
    place.near_ = keep(std::move(accepted));
    place.far_ = keep(std::move(*its_client));
    place.kind_ = place_kind::tcp;
    clients_.erase(its_client);
    return 0;
}

// ---- truth ----------------------------------------------------------------------------------------------------------

bool script_place::has_settled() const {
    bool const near_open = is_open();
    bool const far_open = far_ && far_->is_open();
    switch (kind_) {
    case place_kind::tcp:
        if (filled_ || deaf_ || !near_open)
            return true;
        return (far_ended_ || (past_the_library::arrived(handle_) >= far_sent_ &&
                               (!far_open || past_the_library::arrived(far_handle_) >= sent_))) &&
               (!far_ended_ || has_ended(handle_));
    case place_kind::udp:
        return (!far_open || on_their_way(far_handle_) == 0) && (!near_open || on_their_way(handle_) == 0);
    case place_kind::listener:
        return clients_.empty() || !near_open || past_the_library::look(handle_, readiness::read).readable;
    case place_kind::empty:
    case place_kind::local:
    case place_kind::local_datagram:
        break;
    }
    return true;
}

void script_place::settle() {
    for (auto const end = steady::now() + longest_settling; !has_settled(); std::this_thread::yield()) {
        if (steady::now() > end) {
            filled_ = true;
            return;
        }
    }
}

readiness script_place::expected(past_the_library::truth const& truth) const noexcept {
    if (*interest == readiness::none)
        return truth.failed ? readiness::read_write : readiness::none;
    bool const reads = truth.readable || truth.failed || has_fresh_input();
    bool const writes = truth.writable || truth.failed;
    auto const found = (reads ? readiness::read : readiness::none) | (writes ? readiness::write : readiness::none);
    return static_cast<readiness>(static_cast<unsigned>(found) & static_cast<unsigned>(*interest));
}

} // namespace usocket::test
