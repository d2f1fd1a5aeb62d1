// SPDX-License-Identifier: MIT
#include "io/datagram_batch.hpp"

#include <new>

#include "conditions/raise.hpp"

namespace usocket::detail {

bool stops_batch(socket_core const& core, std::error_code const& code) noexcept {
    if (core.connected)
        return true;
    switch (classify(code)) {
    case errc::deadline_timeout:
    case errc::interrupted:
    case errc::invalid_socket:
    case errc::no_buffers:
    case errc::out_of_memory:
    case errc::shutdown:
    case errc::timeout:
        return true;
    default:
        return false;
    }
}

bool may_refuse_offload(std::error_code const& code) noexcept {
    switch (classify(code)) {
    case errc::invalid_argument:
    case errc::operation_not_supported:
    case errc::unknown:
        return true;
    default:
        return false;
    }
}

std::error_code allow_joining(socket_core& core) noexcept {
    core.joining_refused = core.kind != socket_kind::datagram || core.family == platform::family::local ||
                           !platform::has_datagram_offload();
    if (core.joining_refused)
        return {};
    socket_core::use const in_use(core);
    if (!in_use)
        return make_code(errc::invalid_socket);
    try {
        auto input = std::make_unique<joined_input>();
        core.joining_refused = platform::join_datagrams(in_use.handle()) != 0;
        if (!core.joining_refused) {
            core.joined = std::move(input);
            core.set(socket_core::mark::joined);
        }
        return {};
    } catch (std::bad_alloc const&) {
        return make_code(errc::out_of_memory);
    }
}

} // namespace usocket::detail
