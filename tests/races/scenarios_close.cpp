// SPDX-License-Identifier: MIT
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "races/round.hpp"

/// Closing against calls that block.
namespace races {
namespace {

using u::errc;

/// Nothing, a limit, or a scope, in which calls wait in other ways.
struct limits {
    std::optional<u::cancel_scope> scope{};
    std::optional<u::socket_scope> socket_scope{};
    u::time_limit timeout{};

    limits(chance& random, u::usocket& socket) {
        switch (random.below(4)) {
        case 0:
            timeout = for_ever;
            break;
        case 1:
            scope.emplace(for_ever);
            break;
        case 2: {
            std::error_code ec; // it may be closed already
            socket_scope.emplace(socket, ec);
            break;
        }
        default:
            break;
        }
    }
};

void close_read(chance& random) {
    auto pair = connect(random);
    std::string sent;
    for (auto left = random.below(5000); left != 0; --left)
        sent.push_back(octet_at(sent.size()));
    auto reader = random.fork();
    auto closer = random.fork();
    auto writer = random.fork();
    together({
        [&] {
            limits const in_force(reader, pair.near);
            octet_check seen;
            std::array<std::byte, 600> buffer;
            std::error_code ec;
            while (!ec) {
                auto const got = u::socket_receive(pair.near, buffer, {.timeout = in_force.timeout}, ec);
                seen.take(got.buffer);
                require(ec || got.size != 0, "an end of the stream that nobody sent");
            }
            require_outcome(ec, {errc::invalid_socket}, "a read");
            require(seen.count() <= sent.size(), "more than was sent");
        },
        [&] {
            std::error_code ec;
            pause(writer);
            std::size_t const count = u::socket_send(pair.far, u::octet_span(sent), {}, ec);
            require(count <= sent.size() && (ec || count == sent.size()), "a count that is not exact");
            if (ec)
                require_outcome(ec, {errc::connection_reset, errc::connection_aborted}, "the peer's write");
        },
        [&] {
            pause(closer);
            u::socket_close(pair.near);
        },
    });
    require(!pair.near.is_open(), "open after closing");
}

void close_read_line(chance& random) {
    auto pair = connect(random);
    auto& stream = pair.near.stream();
    auto closer = random.fork();
    auto writer = random.fork();
    std::size_t const most = random.below(40);
    together({
        [&] {
            std::string line;
            std::error_code ec;
            std::size_t lines = 0;
            while (u::read_line(stream, line, ec) && !ec)
                require(line == "line " + std::to_string(lines++), "a line that was not sent");
            require(lines <= most, "more lines than were sent");
            require_outcome(ec, {errc::invalid_socket, errc::invalid_socket_stream}, "a read of a line");
        },
        [&] {
            std::error_code ec;
            for (std::size_t i = 0; i < most && !ec; ++i) {
                u::socket_send(pair.far, "line " + std::to_string(i) + "\n", {}, ec);
                pause(writer);
            }
        },
        [&] {
            pause(closer);
            pause(closer);
            u::socket_close(pair.near);
        },
    });
}

void close_write(chance& random) {
    auto pair = connect(random);
    std::string block;
    for (std::size_t i = 0; i < 65536; ++i) // a multiple of which octet_at() repeats itself with
        block.push_back(octet_at(i));
    auto writer = random.fork();
    auto reader = random.fork();
    auto closer = random.fork();
    std::size_t sent = 0;
    octet_check seen;
    together({
        [&] {
            limits const in_force(writer, pair.near);
            std::error_code ec;
            while (!ec) {
                std::size_t const from = sent % block.size();
                std::size_t const size = 1 + writer.below(block.size() - from);
                std::size_t const count = u::socket_send(
                    pair.near, u::octet_span(block), {.length = size, .offset = from, .timeout = in_force.timeout}, ec);
                require(ec ? count <= size : count == size, "a count that is not exact");
                sent += count;
            }
            require_outcome(ec, {errc::invalid_socket}, "a write");
        },
        [&] {
            std::array<std::byte, 20000> buffer;
            for (;;) {
                if (reader.one_in(4))
                    pause(reader);
                auto const got = u::socket_receive(pair.far, buffer);
                if (got.size == 0)
                    return;
                seen.take(got.buffer);
            }
        },
        [&] {
            pause(closer);
            pause(closer);
            u::socket_close(pair.near);
        },
    });
    if (seen.count() != sent)
        throw torture::mismatch(std::string("reported as sent: ")
                                    .append(std::to_string(sent))
                                    .append(", received: ")
                                    .append(std::to_string(seen.count())));
}

void close_accept(chance& random) {
    auto listener = u::socket_listen("127.0.0.1", u::auto_port);
    auto const port = u::get_local_port(listener);
    auto acceptor = random.fork();
    auto closer = random.fork();
    auto client = random.fork();
    std::size_t accepted = 0;
    std::size_t connected = 0;
    together({
        [&] {
            limits const in_force(acceptor, listener);
            std::error_code ec;
            while (!ec) {
                auto const socket = u::socket_accept(listener, {.timeout = in_force.timeout}, ec);
                require(socket.is_open() == !ec, "neither a socket nor an error");
                accepted += ec ? 0 : 1;
            }
            require_outcome(ec, {errc::invalid_socket}, "an accept");
        },
        [&] {
            for (auto left = client.below(4); left != 0; --left) {
                std::error_code ec;
                auto const socket = u::socket_connect("127.0.0.1", port, {}, ec);
                if (ec)
                    require_outcome(ec, {errc::connection_refused, errc::connection_reset, errc::connection_aborted},
                                    "a connect");
                connected += ec ? 0 : 1;
                pause(client);
            }
        },
        [&] {
            pause(closer);
            pause(closer);
            u::socket_close(listener);
        },
    });
    require(accepted <= connected + 1, "more were accepted than connected");
}

/// Several threads close one socket, which another thread uses in between.
void close_close(chance& random) {
    auto pair = connect(random);
    auto first = random.fork();
    auto second = random.fork();
    auto third = random.fork();
    auto const close = [&](chance& moment) {
        pause(moment);
        std::error_code ec;
        u::socket_close(pair.near, ec);
        require(!ec && !pair.near.is_open(), "closing");
    };
    together({
        [&] { close(first); },
        [&] { close(second); },
        [&] {
            std::error_code ec;
            while (!ec) {
                static_cast<void>(u::get_peer_endpoint(pair.near, ec));
                if (!ec && third.one_in(2))
                    u::set_socket_option(pair.near, u::option::receive_buffer_size, 10000, ec);
            }
            require_outcome(ec, {errc::invalid_socket}, "a question");
        },
    });
}

constexpr scenario all[] = {
    {"close_read", close_read},     {"close_read_line", close_read_line}, {"close_write", close_write},
    {"close_accept", close_accept}, {"close_close", close_close},
};

} // namespace

std::span<scenario const> close_scenarios() { return all; }

} // namespace races
