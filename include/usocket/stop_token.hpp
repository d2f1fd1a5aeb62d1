// SPDX-License-Identifier: MIT
#pragma once

#include <stop_token>
#include <utility>

#include <usocket/cancel_scope.hpp>

/// Lets a std::stop_token cancel a cancel_scope and stop a server. A header of its own, because <stop_token> is not
/// cheap to include.
namespace usocket::detail {

template <class Target>
struct stop_link<std::stop_token, Target> final : stop_link_base {
    stop_link(std::stop_token token, Target target) : callback(std::move(token), canceller{std::move(target)}) {}

    struct canceller {
        Target target;
        void operator()() const noexcept { target.cancel(); }
    };
    std::stop_callback<canceller> callback;
};

} // namespace usocket::detail
