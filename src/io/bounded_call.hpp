// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "conditions/raise.hpp"
#include "io/socket_core.hpp"
#include "limits/limit.hpp"

namespace usocket::detail {

enum class direction_of_wait : bool { input, output };

/// Some handles are reported ready for what would block all the same, such as a local datagram socket without a peer
/// whose destination has no room, or a socket with an error queue. Waiting for those pauses instead of spinning.
class wait_pacing {
public:
    template <class Wait>
    [[nodiscard]] std::error_code wait(limit const& in_force, Wait&& until_ready) noexcept {
        using clock = std::chrono::steady_clock;
        if (in_vain_ > few) {
            auto const pause = std::chrono::milliseconds(std::min(in_vain_ - few, longest_pause));
            if (auto const code = in_force.wait_until({}, clock::now() + pause); code)
                return code;
        }
        auto const begun = clock::now();
        auto const code = until_ready(in_force);
        in_vain_ = clock::now() - begun < std::chrono::milliseconds(1) ? in_vain_ + 1 : 0;
        return code;
    }

private:
    static constexpr int few = 2;
    static constexpr int longest_pause = 20;
    int in_vain_ = 0; ///< Waits in a row that ended at once.
};

/// Whether a success says all there is to say: receiving nothing may also be what an interruption looks like.
[[nodiscard]] inline bool is_done(platform::transfer const& done, direction_of_wait direction) noexcept {
    return done.count != 0 || direction == direction_of_wait::output;
}

/// A transfer that has limits, or whose first try, `tried`, did not succeed.
template <class Call>
[[gnu::noinline]] io_result limited_call(socket_core& core, platform::handle handle, direction_of_wait direction,
                                         time_limit timeout, Call& call, platform::transfer const* tried) {
    auto const failed = [&core](std::error_code code, limit const* in_force) {
        if (!core.is_open())
            code = make_code(errc::invalid_socket); // what the closing thread's wake-up looks like is no news
        return io_result{0, code, in_force != nullptr ? in_force->elapsed() : std::nullopt};
    };
    auto const wait = [&](limit const& in_force) {
        return direction == direction_of_wait::input ? in_force.wait_readable(handle, core.point())
                                                     : in_force.wait_writable(handle, core.point());
    };

    bool const unlimited = tried != nullptr;
    std::optional<limit> in_force;
    if (!unlimited) {
        in_force.emplace(timeout);
        if (auto const code = in_force->refused(); code)
            return failed(code, &*in_force);
    }
    auto const mode = unlimited ? platform::transfer_flags::none : platform::transfer_flags::dont_wait;
    wait_pacing pacing;
    for (;;) {
        platform::transfer const done = tried != nullptr ? *std::exchange(tried, nullptr) : call(handle, mode);
        if (done.error == 0 && is_done(done, direction))
            return {done.count, {}, {}};
        if (platform::is_interrupted(done.error))
            continue;
        // An interruption looks like the end of the stream, or like an error.
        if (core.point() != nullptr && innermost_scope != nullptr && !platform::is_would_block(done.error)) {
            core.note_error(done.error);
            limit const now_in_force = in_force.value_or(limit(timeout));
            if (auto const code = now_in_force.refused(); code)
                return failed(code, &now_in_force);
        }
        if (done.error == 0)
            return {done.count, {}, {}};
        if (!platform::is_would_block(done.error)) {
            core.note_error(done.error);
            int const lost = core.lost();
            return failed(system_code(lost != 0 ? lost : done.error), in_force ? &*in_force : nullptr);
        }
        if (!core.is_open())
            return failed(make_code(errc::invalid_socket), nullptr);
        if (!in_force)
            in_force.emplace(timeout);
        if (auto const code = pacing.wait(*in_force, wait); code)
            return failed(code, &*in_force);
    }
}

/// Makes one transfer happen within its limits; `call(handle, flags)` is the system call, made again as needed.
///
/// Without a limit in force, and with one that interrupts the socket itself, the call blocks by itself. A handle that
/// somebody made non-blocking is waited for.
template <class Call>
[[gnu::always_inline]] inline io_result bounded_call(socket_core& core, direction_of_wait direction, time_limit timeout,
                                                     Call&& call) {
    socket_core::use const in_use(core);
    if (!in_use) [[unlikely]]
        return {0, make_code(errc::invalid_socket), {}};
    if (timeout.is_set() || !core.is_bare()) [[unlikely]] {
        if (!limit::none(timeout, core.point()))
            return limited_call(core, in_use.handle(), direction, timeout, call, nullptr);
    }
    platform::transfer const done = call(in_use.handle(), platform::transfer_flags::none);
    if (done.error == 0 && is_done(done, direction)) [[likely]]
        return {done.count, {}, {}};
    platform::transfer const tried = done; // a copy: the outcome itself stays in registers
    return limited_call(core, in_use.handle(), direction, timeout, call, &tried);
}

/// The call by itself, for callers that are to be short where all goes well: below zero where a limit is in force, the
/// socket is closed, or the call fails. `error` is then that of the call, zero if it was not made. Of receiving, zero
/// is not the last word either.
template <class Call>
[[gnu::always_inline]] inline std::ptrdiff_t bare_call(socket_core& core, int& error, Call&& call) noexcept {
    error = 0;
    if (!core.is_bare()) [[unlikely]]
        return -1;
    socket_core::use const in_use(core);
    if (!in_use) [[unlikely]]
        return -1;
    std::ptrdiff_t const count = call(in_use.handle(), platform::transfer_flags::none);
    if (count < 0) [[unlikely]] {
        error = platform::last_error();
        core.note_error(error); // while the call counts, as find_loss() expects
    }
    return count;
}

/// As bounded_call() without a timeout, after a bare_call() that returned this.
template <class Call>
[[gnu::noinline]] io_result after_bare_call(socket_core& core, direction_of_wait direction, std::ptrdiff_t count,
                                            int error, Call call) {
    if (count < 0 && error == 0)
        return bounded_call(core, direction, time_limit(), call);
    socket_core::use const in_use(core);
    if (!in_use)
        return {0, make_code(errc::invalid_socket), {}};
    platform::transfer const tried{count < 0 ? 0 : static_cast<std::size_t>(count), error};
    return limited_call(core, in_use.handle(), direction, time_limit(), call, &tried);
}

} // namespace usocket::detail
