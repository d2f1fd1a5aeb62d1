// SPDX-License-Identifier: MIT
#pragma once

#include <stop_token>
#include <utility>

#include <usocket/cancel_scope.hpp>

/// Lets a std::stop_token cancel a cancel_scope. A header of its own, because <stop_token> is not cheap to include.
namespace usocket::detail {

template <>
struct stop_link<std::stop_token> final : stop_link_base {
    stop_link(std::stop_token token, cancel_scope& scope) : callback(std::move(token), canceller{&scope}) {}

    struct canceller {
        cancel_scope* scope;
        void operator()() const noexcept { scope->cancel(); }
    };
    std::stop_callback<canceller> callback;
};

} // namespace usocket::detail
