// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <string_view>
#include <utility>

#include <usocket/server_handler.hpp>
#include <usocket/server_options.hpp>

#include "server/admission.hpp"
#include "server/handler_registry.hpp"
#include "server/tally.hpp"

namespace usocket::detail {

/// What the threads of a server share.
struct service {
    service(server_options chosen, bound_handler function, std::optional<std::size_t> most_at_a_time)
        : options(std::move(chosen)), handler(std::move(function)), places(most_at_a_time, options.limits),
          running(options.limits) {}
    service(service const&) = delete;
    service& operator=(service const&) = delete;

    /// Calls a hook, if there is one; what it raises is reported.
    template <class Hook, class Event>
    void call(Hook const& hook, std::string_view name, endpoint const& remote, Event const& event) noexcept {
        if (!hook)
            return;
        try {
            hook(event);
        } catch (...) {
            report(std::current_exception(), name, remote);
        }
    }

    /// Once no thread is left that could call them: what they hold may hold the server.
    void forget_callbacks() noexcept;

    void report(std::exception_ptr const& error, std::string_view activity, endpoint const& remote = {}) noexcept;

    /// A loop or connection begins its work, and ends it; the end of the last one lets a stopping server go.
    void begin_work() noexcept { work.fetch_add(1); }
    void end_work() noexcept {
        if (work.fetch_sub(1) == 1 && stopping)
            wake_keeper();
    }

    server_options options;
    bound_handler handler;
    tally connections{};
    admission places;
    handler_registry running;
    std::atomic<std::size_t> work{0};
    std::atomic<bool> stopping{false};
    std::atomic<std::uint64_t> last_id{0};    ///< Of a connection.
    bool loops_share_places = false;          ///< There are several, and a number of places. Set before they begin.
    std::function<void()> place_given_back{}; ///< Rings those that wait for one.
    std::function<void()> wake_keeper{};      ///< It looks at everything anew.
    std::function<void()> stop{};             ///< As the options say.
};

} // namespace usocket::detail
