// SPDX-License-Identifier: MIT
#include <array>
#include <atomic>
#include <mutex>
#include <string>
#include <thread>

#include "races/round.hpp"

/// Cancelling and deadlines against calls that may just be done: each did its work and says so, or says that it was
/// interrupted and how far it came.
namespace races {
namespace {

using u::errc;

/// A scope of one thread that another may reach while it lives.
class reachable {
public:
    void set(u::cancel_scope* scope) {
        std::lock_guard const lock(mutex_);
        scope_ = scope;
    }
    /// False: there is none now.
    template <class Act>
    bool act(Act what) {
        std::lock_guard const lock(mutex_);
        if (scope_ != nullptr)
            what(*scope_);
        return scope_ != nullptr;
    }

private:
    std::mutex mutex_{};
    u::cancel_scope* scope_ = nullptr;
};

/// A call in a scope of its own.
template <class Call>
void within(reachable& place, Call call) {
    u::cancel_scope scope;
    place.set(&scope);
    try {
        call();
    } catch (...) {
        place.set(nullptr);
        throw;
    }
    place.set(nullptr);
}

void cancel(u::cancel_scope& scope) { scope.cancel(); }

/// Moves the deadline: passed, near, far, none.
auto moving(chance& random) {
    return [&random](u::cancel_scope& scope) {
        auto const now = std::chrono::steady_clock::now();
        switch (random.below(4)) {
        case 0:
            scope.set_deadline(now - 1s);
            break;
        case 1:
            scope.set_deadline(now + std::chrono::microseconds(random.below(300)));
            break;
        case 2:
            scope.set_deadline(now + 1h);
            break;
        default:
            scope.set_deadline(std::nullopt);
        }
    };
}

enum class kind { cancelling, deadlines };

/// One thread sends, one receives, each call in a scope that a third interrupts; both go on, and all arrives.
template <kind Kind>
void interrupted_transfers(chance& random) {
    auto pair = connect(random);
    reachable sending;
    reachable receiving;
    std::atomic<int> running{2};
    auto writer = random.fork();
    auto reader = random.fork();
    auto other = random.fork();
    std::size_t const total = random.below(600000);
    constexpr errc outcome = Kind == kind::cancelling ? errc::interrupted : errc::deadline_timeout;
    std::string content;
    for (std::size_t i = 0; i < total; ++i)
        content.push_back(octet_at(i));
    together({
        [&] {
            std::size_t sent = 0;
            while (sent < total) {
                within(sending, [&] {
                    std::error_code ec;
                    std::size_t const size = 1 + writer.below(total - sent);
                    std::size_t const count =
                        u::socket_send(pair.near, u::octet_span(content), {.length = size, .offset = sent}, ec);
                    require(ec ? count < size : count == size, "a count that is not exact");
                    if (ec)
                        require_outcome(ec, {outcome}, "a write");
                    sent += count;
                });
            }
            u::socket_shutdown(pair.near, u::direction::output);
            running.fetch_sub(1, std::memory_order_relaxed);
        },
        [&] {
            octet_check seen;
            std::array<std::byte, 30000> buffer;
            bool ended = false;
            while (!ended) {
                if (reader.one_in(4))
                    pause(reader);
                within(receiving, [&] {
                    std::error_code ec;
                    auto const got = u::socket_receive(pair.far, buffer, {}, ec);
                    require(!ec || got.size == 0, "octets besides an error");
                    if (ec)
                        require_outcome(ec, {outcome}, "a read");
                    seen.take(got.buffer);
                    ended = !ec && got.size == 0;
                });
            }
            require(seen.count() == total, "octets are lost");
            running.fetch_sub(1, std::memory_order_relaxed);
        },
        [&] {
            auto const move = moving(other);
            for (int i = 0; running.load(std::memory_order_relaxed) != 0; ++i) {
                pause(other);
                if (i > 400) { // enough: let them come to their end
                    std::this_thread::yield();
                    continue;
                }
                auto& place = other.one_in(2) ? sending : receiving;
                if constexpr (Kind == kind::cancelling)
                    place.act(cancel);
                else
                    place.act(move);
            }
        },
    });
}

void cancel_transfers(chance& random) { interrupted_transfers<kind::cancelling>(random); }
void change_deadlines(chance& random) { interrupted_transfers<kind::deadlines>(random); }

/// A socket_scope's cancel ends the connection: what came is what was sent up to somewhere, and no more comes.
void cancel_socket_scope(chance& random) {
    auto pair = connect(random);
    reachable place;
    std::atomic<bool> over{false};
    std::atomic<std::size_t> sent{0};
    auto other = random.fork();
    bool const writes = random.one_in(2);
    std::string content;
    for (std::size_t i = 0; i < 65536; ++i)
        content.push_back(octet_at(i));
    auto const write = [&](u::stream_usocket& socket, std::error_code& ec) {
        while (!ec) {
            std::size_t const from = sent.load(std::memory_order_relaxed) % content.size();
            sent += u::socket_send(socket, u::octet_span(content), {.offset = from}, ec);
        }
    };
    octet_check seen;
    auto const read = [&](u::stream_usocket& socket, std::error_code& ec) {
        std::array<std::byte, 20000> buffer;
        for (;;) {
            auto const got = u::socket_receive(socket, buffer, {}, ec);
            if (got.size == 0)
                return;
            seen.take(got.buffer);
        }
    };
    together({
        [&] {
            u::socket_scope scope(pair.near);
            place.set(&scope);
            std::error_code ec;
            if (writes)
                write(pair.near, ec);
            else
                read(pair.near, ec);
            place.set(nullptr);
            over = true;
            require_outcome(ec, {errc::interrupted}, "a call in a socket_scope");
            auto const moved = scope.traffic();
            require(writes ? moved.sent == sent : moved.received == seen.count(), "the traffic is not exact");
        },
        [&] {
            std::error_code ec;
            if (writes) {
                read(pair.far, ec);
                require(!ec, "the peer sees no clean end");
            } else {
                write(pair.far, ec);
                require_outcome(ec, {errc::connection_reset, errc::connection_aborted}, "the peer's write");
            }
        },
        [&] {
            pause(other);
            while (!place.act(cancel) && !over)
                pause(other);
            if (!writes) {
                eventually([&] { return over.load(); });
                u::socket_close(pair.near); // or the peer would have room, and write on for ever
            }
        },
    });
    if (writes)
        require(seen.count() == sent, "what was reported as sent has not come");
}

/// A call that waits for somebody: a connection, or a datagram; mostly interrupted, sometimes done.
template <class Wait, class Serve>
void cancelled_wait(chance& random, Wait wait, Serve serve) {
    reachable place;
    std::atomic<bool> over{false};
    auto other = random.fork();
    auto served = random.fork();
    together({
        [&] {
            within(place, wait);
            over.store(true, std::memory_order_relaxed);
        },
        [&] {
            pause(served);
            serve();
        },
        [&] {
            pause(other);
            while (!place.act(cancel) && !over.load(std::memory_order_relaxed))
                pause(other);
        },
    });
}

void cancel_accept(chance& random) {
    auto listener = u::socket_listen("127.0.0.1", u::auto_port);
    auto const port = u::get_local_port(listener);
    bool const comes = random.one_in(2);
    u::stream_usocket client;
    u::stream_usocket accepted;
    cancelled_wait(
        random,
        [&] {
            std::error_code ec;
            accepted = u::socket_accept(listener, ec);
            require(accepted.is_open() == !ec, "neither a socket nor an error");
            if (ec)
                require_outcome(ec, {errc::interrupted}, "an accept");
        },
        [&] {
            if (comes)
                client = u::socket_connect("127.0.0.1", port);
        });
    if (!comes) {
        require(!accepted.is_open(), "a connection that nobody made");
        return;
    }
    // The connection was accepted, or waits still.
    if (!accepted.is_open())
        accepted = u::socket_accept(listener);
    u::socket_send(client, "x");
    std::array<std::byte, 4> buffer;
    require(u::socket_receive(accepted, buffer).text() == "x", "not the connection that was made");
}

void cancel_connect(chance& random) {
    // One that waits fills the backlog: the next connect waits for an answer.
    auto listener = u::socket_listen("127.0.0.1", u::auto_port, {.backlog = 0});
    auto const port = u::get_local_port(listener);
    u::stream_usocket first;
    if (random.one_in(2))
        first = u::socket_connect("127.0.0.1", port);
    bool const by_name = random.one_in(2);
    cancelled_wait(
        random,
        [&] {
            std::error_code ec;
            auto const socket = u::socket_connect(by_name ? "localhost" : "127.0.0.1", port, {}, ec);
            require(socket.is_open() == !ec, "neither a socket nor an error");
            if (ec)
                require_outcome(ec, {errc::interrupted}, "a connect");
        },
        [] {});
}

void cancel_receive(chance& random) {
    auto near = u::socket_connect(u::protocol::datagram, {.local_host = "127.0.0.1"});
    auto far = u::socket_connect("127.0.0.1", u::get_local_port(near), u::protocol::datagram);
    bool const batches = random.one_in(2);
    u::datagram_batch batch(4);
    std::size_t got = 0;
    auto const receive = [&](u::time_limit timeout, std::error_code& ec) {
        std::array<std::byte, 10> buffer;
        if (batches)
            got += u::socket_receive_batch(near, batch, {.timeout = timeout}, ec);
        else if (u::socket_receive(near, buffer, {.timeout = timeout}, ec).size != 0)
            ++got;
    };
    cancelled_wait(
        random,
        [&] {
            std::error_code ec;
            receive({}, ec);
            require(static_cast<bool>(ec) == (got == 0), "neither a datagram nor an error");
            if (ec)
                require_outcome(ec, {errc::interrupted}, "a receive");
        },
        [&] {
            for (int i = 0; i < 3; ++i)
                u::socket_send(far, "x");
        });
    std::error_code ec;
    while (!ec)
        receive(0s, ec);
    require(got == 3, "a datagram is lost");
}

/// Equal lookups share one call, whoever of them leaves before its end.
void lookups(chance& random) {
    auto const look_up = [](chance& own) {
        for (int i = 0; i < 4; ++i) {
            u::cancel_scope scope;
            if (own.one_in(4))
                scope.cancel();
            std::error_code ec;
            char const* const name = own.one_in(2) ? "localhost" : "LOCALHOST";
            u::time_limit const timeout =
                own.one_in(3) ? u::time_limit(std::chrono::microseconds(own.below(2000))) : u::time_limit();
            auto const found = u::get_hosts_by_name(name, {.timeout = timeout}, ec);
            require((found.size() == 0) == static_cast<bool>(ec), "neither addresses nor an error");
            if (ec)
                require_outcome(ec, {errc::interrupted, errc::timeout}, "a lookup");
        }
    };
    auto first = random.fork();
    auto second = random.fork();
    auto third = random.fork();
    together({[&] { look_up(first); }, [&] { look_up(second); }, [&] { look_up(third); }});
}

constexpr scenario all[] = {
    {"cancel_transfers", cancel_transfers},
    {"change_deadlines", change_deadlines},
    {"cancel_socket_scope", cancel_socket_scope},
    {"cancel_accept", cancel_accept},
    {"cancel_connect", cancel_connect},
    {"cancel_receive", cancel_receive},
    {"lookups", lookups},
};

} // namespace

std::span<scenario const> limit_scenarios() { return all; }

} // namespace races
