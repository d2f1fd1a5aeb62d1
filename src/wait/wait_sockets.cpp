// SPDX-License-Identifier: MIT
#include <usocket/wait.hpp>

#include <algorithm>
#include <array>
#include <new>
#include <optional>
#include <vector>

#include "conditions/raise.hpp"
#include "io/transfer.hpp"
#include "socket/socket_access.hpp"
#include "wait/wait_clock.hpp"

namespace usocket {

using detail::make_code;
using detail::socket_access;
using detail::socket_core;
using detail::wait_clock;

namespace {

constexpr std::string_view operation = "wait_for_input";
constexpr std::size_t sockets_without_allocation = 16;

/// Where the wait works; `entries` has one more for the alarm.
struct workspace {
    std::span<platform::poll_entry> entries;
    std::span<std::optional<socket_core::use>> uses;
    std::span<usocket*> ready;
};

/// What went wrong, and with which socket, where it was one.
struct failure {
    std::error_code code{};
    socket_core const* core = nullptr;
    std::string_view detail{};
};

/// Holds on to every socket, so that none is closed and its number used again during the wait.
failure take_hold(std::span<usocket* const> sockets, workspace const& space, bool& input_waits) noexcept {
    for (std::size_t i = 0; i < sockets.size(); ++i) {
        if (sockets[i] == nullptr)
            return {make_code(errc::invalid_argument), nullptr, "a null pointer among the sockets"};
        socket_core* const core = socket_access::core(*sockets[i]);
        if (core == nullptr)
            return {make_code(errc::invalid_socket)};
        auto const& use = space.uses[i].emplace(*core);
        if (!use)
            return {make_code(errc::invalid_socket), core};
        core->state.store(readiness::none, std::memory_order_relaxed);
        space.entries[i] = {.socket = use.handle(), .want_read = true};
        input_waits = input_waits || core->has_fresh_input();
    }
    return {};
}

/// Waits until an entry is ready or the time is up.
std::error_code wait_for_entries(std::span<platform::poll_entry> entries, std::size_t count, bool input_waits,
                                 wait_clock& clock) noexcept {
    bool const alarm = clock.alarm() != platform::invalid_handle;
    if (alarm)
        entries[count] = {.socket = clock.alarm(), .want_read = true};
    auto const watched = entries.first(count + (alarm ? 1U : 0U));
    for (;;) {
        if (auto const code = clock.refused(); code)
            return code;
        auto const timeout = input_waits ? std::chrono::nanoseconds::zero() : clock.left();
        std::size_t ready = 0;
        if (int const error = platform::poll(watched, timeout, ready); error != 0) {
            if (platform::is_interrupted(error))
                continue;
            return detail::system_code(error);
        }
        if (alarm && watched[count].readable) {
            clock.clear_alarm();
            --ready;
            if (auto const code = clock.refused(); code) // also when what ended the scope made a socket ready
                return code;
        }
        if (ready != 0 || input_waits || clock.expired())
            return {};
    }
}

/// Sets the states and gathers those that are ready, in the order given.
failure judge(std::span<usocket* const> sockets, workspace const& space, std::size_t& ready) noexcept {
    ready = 0;
    for (std::size_t i = 0; i < sockets.size(); ++i) {
        socket_core& core = *socket_access::core(*sockets[i]);
        if (!core.is_open()) // by another thread, meanwhile
            return {make_code(errc::invalid_socket), &core};
        auto const& entry = space.entries[i];
        if (!entry.readable && !entry.failed && !core.has_fresh_input())
            continue;
        core.state.store(readiness::read, std::memory_order_relaxed);
        if (auto* const list = core.membership.load(std::memory_order_acquire))
            list->state_set(core);
        space.ready[ready++] = sockets[i];
    }
    return {};
}

failure wait_on(std::span<usocket* const> sockets, wait_options const& options, workspace const& space,
                wait_clock& clock, wait_sockets_result& result) {
    bool input_waits = false;
    if (auto const failed = take_hold(sockets, space, input_waits); failed.code)
        return failed;
    if (auto const code = clock.prepare(); code)
        return {code};
    if (sockets.empty() && clock.alarm() == platform::invalid_handle && !options.timeout.is_set())
        return {make_code(errc::invalid_argument), nullptr, "no socket, no timeout and no cancel_scope"};
    if (auto const code = wait_for_entries(space.entries, sockets.size(), input_waits, clock); code)
        return {code};
    std::size_t ready = 0;
    if (auto const failed = judge(sockets, space, ready); failed.code)
        return failed;
    result.sockets = options.ready_only ? sequence<usocket*>(space.ready.first(ready)) : sequence<usocket*>(sockets);
    result.remaining = clock.remaining();
    return {};
}

failure wait_on(std::span<usocket* const> sockets, wait_options const& options, wait_clock& clock,
                wait_sockets_result& result) {
    std::size_t const count = sockets.size();
    try {
        if (count <= sockets_without_allocation) {
            std::array<platform::poll_entry, sockets_without_allocation + 1> entries{};
            std::array<std::optional<socket_core::use>, sockets_without_allocation> uses{};
            std::array<usocket*, sockets_without_allocation> ready{};
            return wait_on(sockets, options, {entries, uses, ready}, clock, result);
        }
        std::vector<platform::poll_entry> entries(count + 1);
        std::vector<std::optional<socket_core::use>> uses(count);
        std::vector<usocket*> ready(count);
        return wait_on(sockets, options, {entries, uses, ready}, clock, result);
    } catch (std::bad_alloc const&) {
        return {make_code(errc::out_of_memory)};
    }
}

} // namespace

wait_sockets_result wait_for_input(std::span<usocket* const> sockets, wait_options const& options) {
    wait_clock clock(options.timeout);
    wait_sockets_result result;
    if (auto const failed = wait_on(sockets, options, clock, result); failed.code) {
        if (failed.core != nullptr)
            detail::raise_io_failure(*failed.core, operation, {0, failed.code, clock.elapsed()});
        raise_condition(
            {.code = failed.code, .operation = operation, .detail = failed.detail, .elapsed = clock.elapsed()});
    }
    return result;
}

wait_sockets_result wait_for_input(std::span<usocket* const> sockets, wait_options const& options,
                                   std::error_code& ec) {
    wait_clock clock(options.timeout);
    wait_sockets_result result;
    ec = wait_on(sockets, options, clock, result).code;
    return result;
}

wait_sockets_result wait_for_input(std::initializer_list<usocket*> sockets, wait_options const& options) {
    return wait_for_input(std::span(sockets.begin(), sockets.size()), options);
}

wait_sockets_result wait_for_input(std::initializer_list<usocket*> sockets, wait_options const& options,
                                   std::error_code& ec) {
    return wait_for_input(std::span(sockets.begin(), sockets.size()), options, ec);
}

wait_sockets_result wait_for_input(usocket& socket, wait_options const& options) {
    usocket* const one = &socket;
    return wait_for_input(std::span(&one, 1), options);
}

wait_sockets_result wait_for_input(usocket& socket, wait_options const& options, std::error_code& ec) {
    usocket* const one = &socket;
    return wait_for_input(std::span(&one, 1), options, ec);
}

} // namespace usocket
