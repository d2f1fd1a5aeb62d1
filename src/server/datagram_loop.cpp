// SPDX-License-Identifier: MIT
#include "server/datagram_loop.hpp"

#include <thread>

#include <usocket/conditions.hpp>

#include "server/handler_context.hpp"

namespace usocket::detail {

datagram_loop::datagram_loop(service& server, datagram_usocket socket, bool many_addresses)
    : service_loop(server, get_local_endpoint(socket)), socket_(std::move(socket)), many_addresses_(many_addresses),
      buffer_(std::make_unique_for_overwrite<std::byte[]>(server.options.max_buffer_size)) {}

void datagram_loop::stop() noexcept {
    service_loop::stop();
    // Only a wait for the next datagram is ended, never a handler. The scope lives as long as there is such a wait.
    if (change(phase::receiving, phase::cancelled)) {
        scope_.load()->cancel();
        phase_ = phase::handling;
    }
}

void datagram_loop::serve() noexcept {
    {
        std::error_code ec;
        socket_scope scope(socket_, ec);
        running_handler running(server().running, scope, std::nullopt);
        scope_ = &scope;
        while (receive_one(running)) {
        }
        // Whoever found a wait to end has done so before the scope goes.
        while (phase_ == phase::cancelled)
            std::this_thread::yield();
    }
    std::error_code ignored; // nothing of it is buffered
    socket_close(socket_, ignored);
    buffer_.reset();
}

bool datagram_loop::receive_one(running_handler& running) noexcept {
    phase_ = phase::receiving;
    if (stopped()) {
        static_cast<void>(change(phase::receiving, phase::handling));
        return false;
    }
    std::error_code ec;
    auto const got = socket_receive(socket_, {buffer_.get(), server().options.max_buffer_size},
                                    {.timeout = server().options.timeout,
                                     .source = &source_,
                                     .destination = many_addresses_ ? &destination_ : nullptr},
                                    ec);
    if (!change(phase::receiving, phase::handling))
        return false;
    if (!ec) {
        handle(got.buffer, running);
        if (got.size > got.buffer.size())
            done_.truncated.add_alone();
        pause_is_over();
        return true;
    }
    if (ec == errc::timeout && ec != errc::deadline_timeout)
        return true;
    if (running.was_ended())
        return false;
    if (ec != errc::interrupted && ec != errc::deadline_timeout)
        done_.accept_failures.add_alone();
    return go_on_after(ec, "receive");
}

void datagram_loop::handle(std::span<std::byte const> request, running_handler& running) noexcept {
    done_.accepted.add_alone();
    done_.received.add_alone(request.size());
    handling const client(source_);
    std::string_view activity = "handler";
    try {
        unsent_.clear();
        server().handler.datagram(request, *this);
        if (unsent_) {
            activity = "send";
            raise_condition({.code = unsent_, .operation = activity, .local = address(), .remote = source_});
        }
        done_.served.add_alone();
        if (server().stopping)
            done_.drained.add_alone();
    } catch (...) {
        if (running.judge_failure() != finish_reason::failed) {
            done_.cancelled.add_alone();
            return;
        }
        done_.failed.add_alone();
        server().report(std::current_exception(), activity, source_);
    }
}

void datagram_loop::send(octet_span reply) {
    bool const from_there = many_addresses_ && !destination_.address().is_multicast();
    auto sent =
        socket_send(socket_, reply, {.destination = &source_, .source = from_there ? &destination_ : nullptr}, unsent_);
    if (from_there && unsent_ == errc::address_not_available) // a broadcast address
        sent = socket_send(socket_, reply, {.destination = &source_}, unsent_);
    done_.sent.add_alone(sent);
}

} // namespace usocket::detail
