// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include <usocket/endpoint.hpp>

#include "io/bounded_call.hpp"
#include "io/transfer.hpp"
#include "platform/datagram.hpp"

/// Many datagrams in one call, bounded as other I/O is (transfer.hpp).
namespace usocket::detail {

/// How messages are made of datagrams, and moved.
struct batch_mode {
    bool offload = true;       ///< Messages of more than one datagram.
    bool must_offload = false; ///< That the system refuses one stops the batch.
    bool one_by_one = false;   ///< A call for each message.
};

/// Messages made of a batch's datagrams, as many as go into one call.
struct outgoing_messages {
    std::size_t count;
    std::size_t datagrams[platform::most_messages]; ///< How many each has.
    platform::outgoing_message all[platform::most_messages];
    platform::outgoing_piece pieces[platform::most_pieces];
};

/// Whether a batch stops at this error, which is not a datagram's own.
[[nodiscard]] bool stops_batch(socket_core const& core, std::error_code const& code) noexcept;
/// Whether the system may mean by this that it does not send many datagrams as one message.
[[nodiscard]] bool may_refuse_offload(std::error_code const& code) noexcept;

/// Sends the batch, or its beginning; the count is that of the datagrams that are done with. `Batch` has
///
/// - `size()`, how many datagrams there are
/// - `describe(from, largest, message, pieces)`, which makes a message that begins with the datagram `from`, of more
///   than one only if they have no more than `largest` octets; it has no more pieces than there is room for, and
///   returns how many datagrams it has, or zero for want of room
/// - `refuse(index, code)`: the datagram cannot be sent, for this reason of its own. False: then the batch stops there.
template <class Batch>
[[nodiscard, gnu::always_inline]] inline io_result send_batch(socket_core& core, Batch& batch, batch_mode mode,
                                                              time_limit timeout) noexcept {
    if (core.has(socket_core::mark::output_shut))
        return {0, make_code(core.is_open() ? errc::shutdown : errc::invalid_socket), {}};
    countdown const all_calls(timeout);
    time_limit left = timeout;
    io_result total;
    bool const offload = mode.offload && core.family != platform::family::local;
    // What a connected socket reports of earlier datagrams is exact in calls of their own only.
    bool const one_by_one = mode.one_by_one || core.connected;
    std::error_code earlier; // perhaps reported of an earlier datagram: the message is tried once more to tell
    bool alone = false;      // the next datagram goes alone, to see whether the system refuses it or its company
    while (total.count < batch.size()) {
        outgoing_messages list; // NOLINT(cppcoreguidelines-pro-type-member-init): filled as far as it is needed
        list.count = 0;
        std::size_t const largest = offload && !alone ? core.largest_segment.load(std::memory_order_relaxed) : 0;
        std::span<platform::outgoing_piece> room(list.pieces);
        for (std::size_t from = total.count;
             from < batch.size() && list.count < (alone || one_by_one ? 1 : platform::most_messages); ++list.count) {
            auto& message = list.all[list.count];
            std::size_t const datagrams = batch.describe(from, largest, message, room);
            if (datagrams == 0)
                break;
            room = room.subspan(message.piece_count);
            list.datagrams[list.count] = datagrams;
            from += datagrams;
        }
        io_result const sent = bounded_call(core, direction_of_wait::output, left,
                                            [&](platform::handle handle, platform::transfer_flags flags) noexcept {
                                                return platform::send_messages(
                                                    handle, core.family, std::span(list.all).first(list.count), flags);
                                            });
        left = all_calls.left();
        if (!sent.error) [[likely]] {
            for (std::size_t i = 0; i < sent.count; ++i) {
                total.count += list.datagrams[i];
                for (auto const& piece : std::span(list.all[i].pieces, list.all[i].piece_count))
                    core.count_sent(piece.size);
            }
            if (alone) [[unlikely]]
                core.largest_segment.store(static_cast<std::uint16_t>(list.pieces[0].size - 1));
            alone = false;
            if (earlier)
                return {total.count, earlier, sent.elapsed};
            continue;
        }
        std::error_code code = sent.error;
        if (list.all[0].segment != 0 && may_refuse_offload(code)) {
            if (core.connected && !earlier) {
                earlier = code;
                continue;
            }
            earlier.clear();
            if (mode.must_offload)
                return {total.count, make_code(errc::operation_not_supported), sent.elapsed};
            alone = true;
            continue;
        }
        alone = false;
        if (earlier)
            return {total.count, earlier, sent.elapsed};
        if (list.all[0].source != nullptr)
            code = judged_by_source(code, *list.all[0].source);
        if (stops_batch(core, code) || !batch.refuse(total.count, code))
            return {total.count, code, sent.elapsed};
        ++total.count;
    }
    return total;
}

/// Makes the socket one that may receive joined datagrams, if the system lets it be one.
[[nodiscard]] std::error_code allow_joining(socket_core& core) noexcept;

/// Receives into the storage; the count is that of the octets. `offset` is where in the first message those datagrams
/// begin that were not yet received singly.
[[nodiscard, gnu::always_inline]] inline io_result receive_batch(socket_core& core, platform::message_storage& storage,
                                                                 std::size_t& offset, batch_mode mode,
                                                                 time_limit timeout) noexcept {
    storage.clear();
    offset = 0;
    if (mode.offload && !core.has(socket_core::mark::joined) && !core.joining_refused) {
        if (auto const code = allow_joining(core); code)
            return {0, code, {}};
    }
    io_result result = bounded_call(core, direction_of_wait::input, timeout,
                                    [&](platform::handle handle, platform::transfer_flags flags) noexcept {
                                        return storage.receive(handle, core.family, flags, mode.one_by_one);
                                    });
    // A closing thread wakes a blocked receive with what looks like an empty datagram.
    if (result.count == 0 && !result.error && !core.is_open()) [[unlikely]]
        result.error = make_code(errc::invalid_socket);
    if (result.error) [[unlikely]] {
        storage.clear();
        return result;
    }
    if (core.has(socket_core::mark::joined) && !storage.messages().empty())
        offset = std::exchange(core.joined->taken, 0);
    core.count_received(result.count - std::min(offset, result.count));
    return result;
}

} // namespace usocket::detail
