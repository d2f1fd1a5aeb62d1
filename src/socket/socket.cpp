// SPDX-License-Identifier: MIT
#include <usocket/socket.hpp>

#include <utility>

#include "conditions/raise.hpp"
#include "io/transfer.hpp"
#include "socket/open_core.hpp"
#include "socket/socket_access.hpp"
#include "stream/attach.hpp"

namespace usocket {

using detail::io_result;
using detail::make_code;
using detail::socket_core;

usocket::usocket(socket_kind kind, detail::socket_core* core) noexcept : core_(core), kind_(kind) {
    if (core_ != nullptr)
        core_->set_owner(*this);
}

usocket::usocket(usocket&& other) noexcept : usocket(other.kind_, std::exchange(other.core_, nullptr)) {}

usocket& usocket::operator=(usocket&& other) noexcept {
    if (this != &other) {
        delete std::exchange(core_, std::exchange(other.core_, nullptr));
        if (core_ != nullptr)
            core_->set_owner(*this);
    }
    return *this;
}

usocket::~usocket() { delete core_; }

bool usocket::is_open() const noexcept { return core_ != nullptr && core_->is_open(); }

native_handle_type usocket::native_handle() const noexcept {
    return core_ != nullptr ? core_->handle() : invalid_native_handle;
}

readiness usocket::state() const noexcept {
    return core_ != nullptr ? core_->state.load(std::memory_order_relaxed) : readiness::none;
}

namespace {

/// Flushes and lets go of the handle; invalid_native_handle with an error in `result`.
native_handle_type release_core(socket_core& core, io_result& result) noexcept {
    if (auto* const stream = core.stream())
        result = stream->flush(core.write_timeout());
    if (result.error)
        return invalid_native_handle;
    native_handle_type const handle = core.release();
    if (handle == invalid_native_handle)
        result.error = make_code(errc::invalid_socket); // closed meanwhile, or in use by another thread
    return handle;
}

} // namespace

native_handle_type usocket::release() {
    socket_core& core = detail::open_core(*this, "release");
    io_result result;
    native_handle_type const handle = release_core(core, result);
    if (result.error)
        raise_io_failure(core, "release", result);
    return handle;
}

native_handle_type usocket::release(std::error_code& ec) {
    socket_core* const core = detail::open_core(*this, ec);
    if (core == nullptr)
        return invalid_native_handle;
    io_result result;
    native_handle_type const handle = release_core(*core, result);
    ec = result.error;
    return handle;
}

socket_stream& stream_usocket::stream() {
    socket_core* const core = detail::socket_access::core(*this);
    if (core == nullptr || !core->is_open())
        raise_condition(
            {.code = make_code(errc::invalid_socket_stream), .operation = "stream", .detail = "the socket is closed"});
    return detail::attach_stream(*core);
}

socket_stream* stream_usocket::stream(std::error_code& ec) {
    return detail::report_to(ec, [this] { return &stream(); });
}

namespace {

element element_of(usocket const& socket) noexcept {
    socket_core const* const core = detail::socket_access::core(socket);
    return core != nullptr ? core->element_type : element::character;
}

/// Flushes and closes; the flush's outcome comes first, since it tells of octets that are lost.
io_result close_core(socket_core& core) noexcept {
    io_result flushed;
    if (auto* const stream = core.stream(); stream != nullptr && core.is_open())
        flushed = stream->flush(core.write_timeout());
    std::error_code const closed = core.close();
    if (!flushed.error)
        flushed.error = closed;
    return flushed;
}

io_result shut_down(socket_core& core, direction which) noexcept {
    bool const ends_output = which != direction::input;
    if (auto* const stream = core.stream(); ends_output && stream != nullptr) {
        if (io_result const flushed = stream->flush(core.write_timeout()); flushed.error)
            return flushed;
    }
    socket_core::use const in_use(core);
    if (!in_use)
        return {0, make_code(errc::invalid_socket), {}};
    int const error = platform::shutdown(in_use.handle(), which == direction::input    ? platform::direction::input
                                                          : which == direction::output ? platform::direction::output
                                                                                       : platform::direction::both);
    auto const code = detail::system_code(error);
    // A datagram socket without a peer is shut down all the same, the system's complaint notwithstanding.
    bool const done = error == 0 || (core.kind == socket_kind::datagram && code == std::errc::not_connected);
    if (!done)
        return {0, code, {}};
    if (ends_output)
        core.set(socket_core::mark::output_shut);
    if (which != direction::output)
        core.set(socket_core::mark::input_shut);
    return {};
}

} // namespace

element stream_usocket::element_type() const noexcept { return element_of(*this); }
element stream_server_usocket::element_type() const noexcept { return element_of(*this); }

bool datagram_usocket::connected() const noexcept {
    socket_core const* const core = detail::socket_access::core(*this);
    return core != nullptr && core->connected;
}

void socket_close(usocket& socket) {
    if (socket_core* const core = detail::socket_access::core(socket)) {
        if (io_result const result = close_core(*core); result.error)
            raise_io_failure(*core, "socket_close", result);
    }
}

void socket_close(usocket& socket, std::error_code& ec) {
    socket_core* const core = detail::socket_access::core(socket);
    ec = core != nullptr ? close_core(*core).error : detail::result_code();
}

void socket_shutdown(usocket& socket, direction which) {
    socket_core& core = detail::open_core(socket, "socket_shutdown");
    if (io_result const result = shut_down(core, which); result.error)
        raise_io_failure(core, "socket_shutdown", result);
}

void socket_shutdown(usocket& socket, direction which, std::error_code& ec) {
    socket_core* const core = detail::open_core(socket, ec);
    if (core != nullptr)
        ec = shut_down(*core, which).error;
}

} // namespace usocket
