// SPDX-License-Identifier: MIT
#include "server/datagram_loop.hpp"

#include <algorithm>
#include <string_view>
#include <thread>

#include <usocket/conditions.hpp>

#include "server/handler_context.hpp"

namespace usocket::detail {

namespace {

constexpr std::size_t messages_at_a_time = 32;

/// No datagram but a local one can be larger than the room that a batch has anyway.
datagram_batch make_batch(service const& server, endpoint const& address) {
    constexpr std::size_t least = datagram_batch::least_room;
    return datagram_batch(messages_at_a_time,
                          address.is_local() ? std::max(least, server.options.max_buffer_size) : least);
}

} // namespace

datagram_loop::datagram_loop(service& server, datagram_usocket socket)
    : service_loop(server, get_local_endpoint(socket)), socket_(std::move(socket)),
      requests_(make_batch(server, address())) {}

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
        while (receive_some(running)) {
        }
        // Whoever found a wait to end has done so before the scope goes.
        while (phase_ == phase::cancelled)
            std::this_thread::yield();
    }
    std::error_code ignored; // nothing of it is buffered
    socket_close(socket_, ignored);
    requests_.reset();
    replies_.reset();
}

bool datagram_loop::receive_some(running_handler& running) noexcept {
    phase_ = phase::receiving;
    if (stopped()) {
        static_cast<void>(change(phase::receiving, phase::handling));
        return false;
    }
    std::error_code ec;
    socket_receive_batch(socket_, *requests_, {.timeout = server().options.timeout}, ec);
    if (!change(phase::receiving, phase::handling))
        return false;
    if (!ec) {
        handle_all(running);
        pause_is_over();
        return true;
    }
    // The timeout between datagrams. One that the system reports is a failure, which may come again at once.
    if (ec == errc::timeout && ec != errc::deadline_timeout && ec.category() == usocket_category())
        return true;
    if (running.was_ended())
        return false;
    if (ec != errc::interrupted && ec != errc::deadline_timeout)
        done_.accept_failures.add_alone();
    return go_on_after(ec, "receive");
}

void datagram_loop::handle_all(running_handler const& running) noexcept {
    for (auto const& request : *requests_) {
        if (running.was_ended())
            break;
        handle(request, running);
    }
    send_replies(running);
}

void datagram_loop::handle(batched_datagram const& request, running_handler const& running) noexcept {
    done_.accepted.add_alone();
    auto const octets = request.buffer.first(std::min(request.buffer.size(), server().options.max_buffer_size));
    done_.received.add_alone(octets.size());
    if (request.size > octets.size())
        done_.truncated.add_alone();
    handling const client(request.source);
    request_ = &request;
    running_ = &running;
    replied_ = false;
    try {
        server().handler.datagram(octets, *this);
        if (!replied_)
            count_served();
    } catch (...) {
        note_failure(running, "handler", request.source);
    }
}

void datagram_loop::send(octet_span octets) {
    replied_ = true;
    auto const reply = request_->reply(octets);
    if (server().options.collect_replies) {
        if (replies_->add(reply))
            return;
        send_replies(*running_);
        if (replies_->add(reply))
            return;
    }
    send_reply(reply, *running_);
}

void datagram_loop::send_replies(running_handler const& running) noexcept {
    auto left = replies_->all();
    while (!left.empty()) {
        std::error_code stopped;
        auto const result = socket_send_batch(socket_, left, {}, stopped);
        for (auto& one : left.first(result.taken)) {
            if (!one.error) {
                done_.sent.add_alone(one.data.size());
                count_served();
            } else {
                note_unsent(running, one, one.error);
            }
        }
        left = left.subspan(result.taken);
        if (stopped && !left.empty()) {
            note_unsent(running, left.front(), stopped);
            left = left.subspan(1);
        }
    }
    replies_->clear();
}

void datagram_loop::send_reply(outgoing_datagram const& reply, running_handler const& running) noexcept {
    std::error_code ec;
    bool const system_chooses = reply.source == nullptr || reply.source->type() == endpoint::kind::none;
    auto const sent = system_chooses ? socket_send_to(socket_, reply.data, *reply.destination, ec)
                                     : socket_send(socket_, reply.data,
                                                   {.destination = reply.destination, .source = reply.source}, ec);
    if (ec) {
        note_unsent(running, reply, ec);
        return;
    }
    done_.sent.add_alone(sent);
    count_served();
}

void datagram_loop::count_served() noexcept {
    done_.served.add_alone();
    if (server().stopping)
        done_.drained.add_alone();
}

void datagram_loop::note_unsent(running_handler const& running, outgoing_datagram const& reply,
                                std::error_code why) noexcept {
    try {
        raise_condition({.code = why, .operation = "send", .local = address(), .remote = *reply.destination});
    } catch (...) {
        note_failure(running, "send", *reply.destination);
    }
}

/// What was raised ends this request only.
void datagram_loop::note_failure(running_handler const& running, std::string_view activity,
                                 endpoint const& client) noexcept {
    if (running.judge_failure() != finish_reason::failed) {
        done_.cancelled.add_alone();
        return;
    }
    done_.failed.add_alone();
    server().report(std::current_exception(), activity, client);
}

} // namespace usocket::detail
