// SPDX-License-Identifier: MIT
#pragma once

#include <system_error>

#include <usocket/time_limit.hpp>
#include <usocket/wait.hpp>

namespace usocket::detail {

/// The one that takes the least to wait for a single socket.
[[nodiscard]] inline backend backend_for_one() noexcept {
    return supports(backend::poll) ? backend::poll : backend::native;
}

/// A pause of one thread that others can end, and that the thread's cancel scopes bound like any blocking call.
class doorbell {
public:
    /// Raises what wait_list does.
    doorbell() : list_(wait_list_options{.backend = backend_for_one()}) {}

    /// Ends the pause under way, or the next one.
    void ring() noexcept { list_.wake(); }
    /// Waits for ring(), for this long at most; success in both cases.
    [[nodiscard]] std::error_code wait(time_limit timeout = {}) noexcept {
        std::error_code ec;
        wait_for_input(list_, {.timeout = timeout}, ec);
        return ec;
    }

private:
    wait_list list_;
};

} // namespace usocket::detail
