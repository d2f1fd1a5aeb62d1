// SPDX-License-Identifier: MIT
#include <usocket/socket_scope.hpp>

#include "conditions/raise.hpp"
#include "limits/interrupt_point.hpp"
#include "socket/open_core.hpp"

namespace usocket {

namespace {

/// `bare` is the scope within which calls on the socket may be bare from now on; null: they must look at their limits.
detail::interrupt_point* point_of(usocket& socket, cancel_scope const* bare, std::error_code& ec) noexcept {
    detail::socket_core* const core = detail::open_core(socket, ec);
    if (core == nullptr)
        return nullptr;
    // In use, so that who closes it meanwhile finds the point, and detaches it.
    detail::socket_core::use const in_use(*core);
    if (!in_use) {
        ec = detail::make_code(errc::invalid_socket);
        return nullptr;
    }
    detail::interrupt_point::reference point(core->make_point());
    if (!point)
        ec = detail::make_code(errc::out_of_memory);
    else if (bare != nullptr)
        point->begin_bare(*bare);
    return point.release();
}

} // namespace

socket_scope::socket_scope(usocket& socket, std::error_code& ec) {
    point_ = point_of(socket, outer_ == nullptr ? this : nullptr, ec);
}

socket_scope::socket_scope(usocket& socket) {
    std::error_code failure;
    point_ = point_of(socket, outer_ == nullptr ? this : nullptr, failure);
    if (failure)
        raise_condition({.code = failure, .operation = "socket_scope"});
}

socket_scope::~socket_scope() {
    auto const point = detail::interrupt_point::reference::adopt(point_);
    if (point)
        point->end_bare(this);
}

std::uint64_t socket_scope::progress() const noexcept { return point_ != nullptr ? point_->progress() : 0; }

socket_traffic socket_scope::traffic() const noexcept {
    if (point_ == nullptr)
        return {};
    return {.received = point_->received(), .sent = point_->sent()};
}

} // namespace usocket
