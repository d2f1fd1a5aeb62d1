// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

#include <usocket/server.hpp>

namespace usocket::detail {

/// What a handler may stop.
class stoppable {
public:
    stoppable() = default;
    stoppable(stoppable const&) = delete;
    stoppable& operator=(stoppable const&) = delete;
    virtual ~stoppable() = default;

    virtual void request_stop(stop_options const& options) noexcept = 0;
};

/// What the calling thread does for a server: the one it belongs to, and the client that it handles.
struct thread_role {
    stoppable* server = nullptr;
    endpoint const* remote = nullptr;
    thread_role const* outer = nullptr; ///< Of a server in whose handler this one runs.

    [[nodiscard]] bool is_of(stoppable const& one) const noexcept {
        return server == &one || (outer != nullptr && outer->is_of(one));
    }
};

/// Of the calling thread.
[[nodiscard]] thread_role& this_thread_role() noexcept;

/// The calling thread is the server's own while this lives.
class in_server {
public:
    explicit in_server(stoppable& server) noexcept
        : before_(std::exchange(this_thread_role(), thread_role{.server = &server})) {
        this_thread_role().outer = &before_;
    }
    in_server(in_server const&) = delete;
    in_server& operator=(in_server const&) = delete;
    ~in_server() { this_thread_role() = before_; }

private:
    thread_role before_;
};

/// The calling thread handles this client while this lives; `remote` must outlive it.
class handling {
public:
    explicit handling(endpoint const& remote) noexcept : role_(this_thread_role()) { role_.remote = &remote; }
    handling(handling const&) = delete;
    handling& operator=(handling const&) = delete;
    ~handling() { role_.remote = nullptr; }

private:
    thread_role& role_;
};

} // namespace usocket::detail
