// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <usocket/server.hpp>
#include <usocket/usocket.hpp>

/// Servers and their clients, for tests.
namespace usocket::test {

/// How long anything may take that should happen soon.
inline constexpr std::chrono::seconds patience{20};

/// Whether `holds` becomes true in time.
template <class Condition>
[[nodiscard]] bool eventually(Condition&& holds) {
    auto const last = std::chrono::steady_clock::now() + patience;
    while (!holds()) {
        if (std::chrono::steady_clock::now() > last)
            return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
}

/// Closed at first; opened once, for all who wait.
class gate {
public:
    void open() {
        std::lock_guard const lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }
    /// False when it does not open in time.
    bool pass() {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, patience, [this] { return open_; });
    }
    [[nodiscard]] bool is_open() {
        std::lock_guard const lock(mutex_);
        return open_;
    }

private:
    std::mutex mutex_{};
    std::condition_variable changed_{};
    bool open_ = false;
};

/// What several threads add to.
template <class T>
class log_of {
public:
    void add(T value) {
        std::lock_guard const lock(mutex_);
        values_.push_back(std::move(value));
    }
    void clear() {
        std::lock_guard const lock(mutex_);
        values_.clear();
    }
    [[nodiscard]] std::vector<T> all() const {
        std::lock_guard const lock(mutex_);
        return values_;
    }
    [[nodiscard]] std::size_t size() const {
        std::lock_guard const lock(mutex_);
        return values_.size();
    }

private:
    mutable std::mutex mutex_{};
    std::vector<T> values_{};
};

/// How many are inside at a time, and at most have been.
class crowd {
public:
    class visit {
    public:
        explicit visit(crowd& all) : all_(all) {
            int const now = ++all_.now_;
            for (int most = all_.most_; most < now && !all_.most_.compare_exchange_weak(most, now);) {
            }
        }
        visit(visit const&) = delete;
        visit& operator=(visit const&) = delete;
        ~visit() { --all_.now_; }

    private:
        crowd& all_;
    };

    [[nodiscard]] int now() const { return now_; }
    [[nodiscard]] int most() const { return most_; }

private:
    std::atomic<int> now_{0};
    std::atomic<int> most_{0};
};

/// Serves on a free port of the IPv4 loopback address, on threads of its own.
template <class Handler, class... Arguments>
[[nodiscard]] server serve(Handler handler, server_options options = {}, Arguments&&... arguments) {
    options.in_new_thread = true;
    return socket_server(ip_address::loopback_v4(), auto_port, std::move(handler), options,
                         std::forward<Arguments>(arguments)...);
}

/// Sends each line back.
inline void answer_lines(socket_stream& stream) {
    for (std::string line; read_line(stream, line);)
        stream << line << '\n';
}

/// Connects; each later call is bounded, too.
[[nodiscard]] inline stream_usocket dial(endpoint const& where, connect_options options = {}) {
    if (!options.read_timeout.is_set())
        options.read_timeout = patience;
    options.connect_timeout = options.write_timeout = patience;
    return socket_connect(where, options);
}
[[nodiscard]] inline stream_usocket dial(server const& there, connect_options const& options = {}) {
    return dial(there.address(), options);
}
[[nodiscard]] inline datagram_usocket dial_datagrams(endpoint const& where) {
    return socket_connect(where, protocol::datagram, {.read_timeout = patience, .write_timeout = patience});
}

/// Connects as soon as somebody listens there.
[[nodiscard]] inline stream_usocket dial_when_there(endpoint const& where) {
    stream_usocket made;
    bool const there = eventually([&] {
        std::error_code ec;
        made = socket_connect(where, {.timeout = patience}, ec);
        return !ec;
    });
    return there ? std::move(made) : stream_usocket();
}

/// The next line, or in parentheses why there is none.
[[nodiscard]] inline std::string hear(stream_usocket& client, std::optional<time_limit> wait = {}) {
    std::string line;
    std::error_code ec;
    if (wait)
        set_socket_option(client, option::receive_timeout, *wait);
    bool const heard = read_line(client.stream(), line, ec);
    if (wait)
        set_socket_option(client, option::receive_timeout, patience);
    if (heard)
        return line;
    if (ec == errc::timeout)
        return "(timeout)";
    return ec ? '(' + std::string(describe(ec)) + ')' : "(end)";
}

/// Sends a line, and hears the answer.
[[nodiscard]] inline std::string ask(stream_usocket& client, std::string_view line) {
    client.stream().clear();
    client.stream() << line << '\n' << std::flush;
    return hear(client);
}

/// Reads to the end; whether the connection ends in time, in whatever way.
[[nodiscard]] inline bool hangs_up(stream_usocket& client) {
    std::string rest(1 << 16, '\0');
    std::error_code ec;
    while (socket_receive(client, rest, ec).size != 0) {
    }
    return ec != errc::timeout;
}

/// What comes until the end.
[[nodiscard]] inline std::string read_all(stream_usocket& client) {
    std::string all;
    std::string some(1 << 16, '\0');
    std::error_code ec;
    while (std::size_t const size = socket_receive(client, some, ec).size)
        all.append(some, 0, size);
    return ec ? all + '(' + std::string(describe(ec)) + ')' : all;
}

/// Ends a connection as a client does that crashes or gives up.
inline void reset(stream_usocket client) {
    set_socket_option(client, option::linger, std::chrono::seconds(0));
    socket_close(client);
}

/// Connections that were taken from the system and where they have gone: equal once the server has stopped.
[[nodiscard]] inline std::uint64_t accounted(server_counters const& counts) {
    return counts.served + counts.failed + counts.cancelled + counts.refused;
}

/// The condition in a failure; errc::unknown for another exception.
[[nodiscard]] inline errc kind_of(std::exception_ptr const& error) {
    try {
        std::rethrow_exception(error);
    } catch (condition const& raised) {
        return raised.kind();
    } catch (...) {
        return errc::unknown;
    }
}

} // namespace usocket::test
