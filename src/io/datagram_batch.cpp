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

namespace {

/// Makes the socket one that may receive joined datagrams. Not vital: it goes on without.
void allow_joining(socket_core& core) noexcept {
    if (core.joined || core.kind != socket_kind::datagram || core.family == platform::family::local ||
        !platform::has_datagram_offload())
        return;
    socket_core::use const in_use(core);
    if (!in_use)
        return;
    try {
        auto input = std::make_unique<joined_input>();
        if (platform::join_datagrams(in_use.handle()) == 0)
            core.joined = std::move(input);
    } catch (std::bad_alloc const&) {
        return;
    }
}

} // namespace

io_result receive_batch(socket_core& core, platform::message_storage& storage, std::size_t& offset, batch_mode mode,
                        time_limit timeout) noexcept {
    storage.clear();
    offset = 0;
    if (mode.offload)
        allow_joining(core);
    io_result const result = bounded_call(core, direction_of_wait::input, timeout,
                                          [&](platform::handle handle, platform::transfer_flags flags) noexcept {
                                              return storage.receive(handle, core.family, flags, mode.one_by_one);
                                          });
    // A closing thread wakes a blocked receive with what looks like an empty datagram.
    if (result.count == 0 && !result.error && !core.is_open()) {
        storage.clear();
        return {0, make_code(errc::invalid_socket), {}};
    }
    if (result.error) {
        storage.clear();
        return result;
    }
    core.count_received(result.count);
    if (core.joined && !storage.messages().empty())
        offset = std::exchange(core.joined->taken, 0);
    return result;
}

} // namespace usocket::detail
