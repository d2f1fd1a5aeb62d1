// SPDX-License-Identifier: MIT
#include <usocket/datagram_batch.hpp>

#include <algorithm>
#include <utility>
#include <vector>

#include "conditions/raise.hpp"
#include "io/datagram_batch.hpp"
#include "io/dual_stack.hpp"
#include "socket/open_core.hpp"

namespace usocket {

using detail::io_result;
using detail::make_code;
using detail::socket_core;

namespace {

constexpr std::string_view send_name = "socket_send_batch";
constexpr std::string_view split_name = "socket_send_split";
constexpr std::string_view receive_name = "socket_receive_batch";
constexpr std::size_t most_messages_in_batch = 1024;
constexpr std::size_t most_room = 16 << 20;
static_assert(datagram_batch::least_room == platform::message_room);

detail::batch_mode mode_of(datagram_path path) noexcept {
    return {.offload = path == datagram_path::offload ||
                       (path == datagram_path::automatic && platform::has_datagram_offload()),
            .must_offload = path == datagram_path::offload,
            .one_by_one = path == datagram_path::single_calls ||
                          (path == datagram_path::automatic && !platform::has_calls_of_many())};
}

bool is_available(socket_core const& core, datagram_path path) noexcept {
    if (path == datagram_path::automatic) [[likely]]
        return true;
    return supports(path) && (path != datagram_path::offload || core.family != platform::family::local);
}

/// A batch given as a list.
class listed_batch {
public:
    explicit listed_batch(std::span<outgoing_datagram> all) noexcept : all_(all) {}

    [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }

    [[nodiscard]] std::size_t describe(std::size_t from, std::size_t largest, platform::outgoing_message& message,
                                       std::span<platform::outgoing_piece> pieces) const noexcept {
        if (pieces.empty())
            return 0;
        outgoing_datagram& first = all_[from];
        forget_error(first);
        std::size_t const size = first.data.size();
        pieces[0] = {first.data.data(), size};
        std::size_t used = 1;
        std::size_t count = 1;
        std::size_t const most =
            size == 0 || size > largest
                ? 1
                : std::min({all_.size() - from, platform::most_segments, platform::largest_message / size});
        if (most > 1) {
            count = count_alike(all_.subspan(from, most));
            pieces[0].size = count * size;
            for (bool more = true; more && count < most; ++count) {
                outgoing_datagram& next = all_[from + count];
                auto const data = next.data.bytes();
                if (data.empty() || data.size() > size || !is_same(first.destination, next.destination) ||
                    !is_same(first.source, next.source))
                    break;
                auto& last = pieces[used - 1];
                if (last.data + last.size == data.data()) // in one piece where memory is, too
                    last.size += data.size();
                else if (used == pieces.size())
                    break;
                else
                    pieces[used++] = {data.data(), data.size()};
                forget_error(next);
                more = data.size() == size; // a shorter one ends the message
            }
        }
        message = {.pieces = pieces.data(),
                   .piece_count = used,
                   .destination = first.destination,
                   .source = first.source,
                   .segment = count > 1 ? size : 0};
        return count;
    }

    [[nodiscard]] bool refuse(std::size_t index, std::error_code const& why) noexcept {
        all_[index].error = why;
        ++refused_;
        return true;
    }
    [[nodiscard]] std::size_t refused() const noexcept { return refused_; }

private:
    /// How many at the beginning differ in nothing but their octets, which lie one behind the other.
    [[nodiscard]] static std::size_t count_alike(std::span<outgoing_datagram const> all) noexcept {
        outgoing_datagram const& first = all.front();
        std::byte const* end = first.data.data();
        std::size_t count = 0;
        for (auto const& one : all) {
            if (one.data.data() != end || one.data.size() != first.data.size() ||
                one.destination != first.destination || one.source != first.source || one.error)
                break;
            end += first.data.size();
            ++count;
        }
        return count;
    }
    /// Of an earlier call.
    static void forget_error(outgoing_datagram& one) noexcept {
        if (one.error) [[unlikely]]
            one.error.clear();
    }
    [[nodiscard]] static bool is_same(endpoint const* a, endpoint const* b) noexcept {
        return a == b || (a != nullptr && b != nullptr && *a == *b);
    }

    std::span<outgoing_datagram> all_;
    std::size_t refused_ = 0;
};

/// A buffer to be cut.
class split_batch {
public:
    split_batch(std::span<std::byte const> buffer, std::size_t size, endpoint const* destination) noexcept
        : buffer_(buffer), size_(size), count_(buffer.size() / size + (buffer.size() % size != 0 ? 1 : 0)),
          most_(std::clamp<std::size_t>(platform::largest_message / size, 1, platform::most_segments)),
          destination_(destination) {}

    [[nodiscard]] std::size_t size() const noexcept { return count_; }

    [[nodiscard]] std::size_t describe(std::size_t from, std::size_t largest, platform::outgoing_message& message,
                                       std::span<platform::outgoing_piece> pieces) const noexcept {
        if (pieces.empty())
            return 0;
        std::size_t const count = std::min(count_ - from, size_ <= largest ? most_ : 1);
        std::size_t const begin = from * size_;
        pieces[0] = {buffer_.data() + begin, std::min(count * size_, buffer_.size() - begin)};
        message = {.pieces = pieces.data(),
                   .piece_count = 1,
                   .destination = destination_,
                   .source = nullptr,
                   .segment = count > 1 ? size_ : 0};
        return count;
    }

    [[nodiscard]] static bool refuse(std::size_t, std::error_code const&) noexcept { return false; }

private:
    std::span<std::byte const> buffer_;
    std::size_t size_;
    std::size_t count_;
    std::size_t most_; ///< Datagrams in a message.
    endpoint const* destination_;
};

endpoint const* destination_at(std::span<outgoing_datagram const> all, std::size_t index) noexcept {
    return index < all.size() ? all[index].destination : nullptr;
}

template <class Batch>
[[gnu::always_inline]] inline io_result send(socket_core& core, Batch& batch,
                                             send_batch_options const& options) noexcept {
    if (!is_available(core, options.path))
        return {0, make_code(errc::operation_not_supported), {}};
    time_limit const timeout = options.timeout.is_set() ? options.timeout : core.write_timeout();
    return detail::send_batch(core, batch, mode_of(options.path), timeout);
}

[[noreturn, gnu::cold]] void raise_stop(socket_core const& core, std::string_view operation, io_result const& result,
                                        endpoint const* destination) {
    raise_condition({.code = result.error,
                     .operation = operation,
                     .local = core.local,
                     .remote = destination != nullptr ? *destination : core.remote(),
                     .elapsed = result.elapsed,
                     .handle = core.handle()});
}

send_batch_result as_result(io_result const& sent, std::size_t refused = 0) {
    return {.taken = sent.count, .refused = refused, .stopped = sent.error};
}

} // namespace

bool supports(datagram_path path) noexcept {
    switch (path) {
    case datagram_path::automatic:
    case datagram_path::single_calls:
        return true;
    case datagram_path::offload:
        return platform::has_datagram_offload();
    case datagram_path::calls_of_many:
        return platform::has_calls_of_many();
    }
    return false;
}

// ---- sending

send_batch_result socket_send_batch(datagram_usocket& socket, std::span<outgoing_datagram> datagrams,
                                    send_batch_options const& options) {
    socket_core& core = detail::open_core(socket, send_name);
    listed_batch batch(datagrams);
    io_result const sent = send(core, batch, options);
    if (sent.error && sent.count == 0) [[unlikely]]
        raise_stop(core, send_name, sent, destination_at(datagrams, 0));
    return as_result(sent, batch.refused());
}

send_batch_result socket_send_batch(datagram_usocket& socket, std::span<outgoing_datagram> datagrams,
                                    send_batch_options const& options, std::error_code& ec) {
    socket_core* const core = detail::open_core(socket, ec);
    if (core == nullptr)
        return {.stopped = ec};
    listed_batch batch(datagrams);
    io_result const sent = send(*core, batch, options);
    ec = sent.error;
    return as_result(sent, batch.refused());
}

send_batch_result socket_send_split(datagram_usocket& socket, octet_span buffer, std::size_t size,
                                    endpoint const* destination, send_batch_options const& options) {
    socket_core& core = detail::open_core(socket, split_name);
    if (size == 0)
        detail::raise_invalid_argument(split_name, "datagrams of no octets");
    split_batch batch(buffer.bytes(), size, destination);
    io_result const sent = send(core, batch, options);
    if (sent.error && sent.count == 0) [[unlikely]]
        raise_stop(core, split_name, sent, destination);
    return as_result(sent);
}

send_batch_result socket_send_split(datagram_usocket& socket, octet_span buffer, std::size_t size,
                                    endpoint const* destination, send_batch_options const& options,
                                    std::error_code& ec) {
    socket_core* const core = detail::open_core(socket, ec);
    if (core != nullptr && size == 0)
        ec = make_code(errc::invalid_argument);
    if (ec)
        return {.stopped = ec};
    split_batch batch(buffer.bytes(), size, destination);
    io_result const sent = send(*core, batch, options);
    ec = sent.error;
    return as_result(sent);
}

// ---- receiving

namespace {

/// The size of the datagrams in what is left of a message. A message of many is there whole: there is room for it.
std::size_t segment_of(platform::received_message const& message, std::size_t left) noexcept {
    return message.notes.segment != 0 && message.octets.size() == message.size ? message.notes.segment : left;
}

} // namespace

struct datagram_batch::implementation {
    implementation(std::size_t messages, std::size_t room) : storage(messages, room), details(messages) {}

    [[nodiscard]] std::size_t count() const noexcept {
        std::size_t total = 0;
        std::size_t begin = first_offset;
        for (auto const& message : storage.messages()) {
            std::size_t const left = message.size - std::min(std::exchange(begin, 0), message.size);
            std::size_t const segment = segment_of(message, left);
            // In 32 bits, which a message of many fits in and processors divide much faster.
            total +=
                left <= segment ? 1 : (static_cast<std::uint32_t>(left - 1) / static_cast<std::uint32_t>(segment)) + 1;
        }
        return total;
    }

    /// As callers are shown it. An address that cannot be told for want of memory is none.
    void present(socket_core& core) noexcept {
        std::size_t i = 0;
        for (auto& message : storage.messages()) {
            if (core.family == platform::family::v6 && message.source.is_ip())
                message.source = detail::presented(message.source);
            if (detail::present_notes(core, message.notes, details[i]))
                details[i].destination = {};
            ++i;
        }
    }

    platform::message_storage storage;
    std::size_t first_offset = 0; ///< Of the first datagram in the first message.
    std::vector<datagram_details> details;
};

namespace detail {

struct datagram_batch_access {
    static void clear(datagram_batch& batch) noexcept {
        if (batch.implementation_ != nullptr)
            batch.implementation_->storage.clear();
    }

    /// Into a batch that was cleared.
    [[nodiscard, gnu::always_inline]] static io_result receive(socket_core& core, datagram_batch& batch,
                                                               receive_batch_options const& options) noexcept {
        if (batch.implementation_ == nullptr) [[unlikely]]
            return {0, make_code(errc::invalid_argument), {}};
        auto& all = *batch.implementation_;
        if (!is_available(core, options.path)) [[unlikely]]
            return {0, make_code(errc::operation_not_supported), {}};
        time_limit const timeout = options.timeout.is_set() ? options.timeout : core.read_timeout();
        io_result const result = receive_batch(core, all.storage, all.first_offset, mode_of(options.path), timeout);
        if (!result.error) [[likely]]
            all.present(core);
        return result;
    }
};

} // namespace detail

datagram_batch::datagram_batch(std::size_t messages, std::size_t room) {
    if (messages == 0 || messages > most_messages_in_batch)
        detail::raise_invalid_argument("datagram_batch", "no messages, or more than 1024");
    if (room < least_room || room > most_room)
        detail::raise_invalid_argument("datagram_batch", "less room than 65535 octets, or more than 16 MiB");
    implementation_ = new implementation(messages, room);
}

datagram_batch::~datagram_batch() { delete implementation_; }

datagram_batch::iterator datagram_batch::begin() const noexcept {
    if (implementation_ == nullptr)
        return {};
    return iterator::at(implementation_, 0, implementation_->first_offset);
}

std::size_t datagram_batch::size() const noexcept { return implementation_ != nullptr ? implementation_->count() : 0; }

datagram_batch::iterator datagram_batch::iterator::at(implementation const* batch, std::size_t message,
                                                      std::size_t offset) noexcept {
    iterator it;
    it.batch_ = batch;
    it.message_ = message;
    if (message == batch->storage.messages().size())
        return it;
    auto const& here = batch->storage.messages()[message];
    auto const kept = here.octets.subspan(std::min(offset, here.octets.size()));
    std::size_t const left = here.size - std::min(offset, here.size);
    it.data_ = kept.data();
    it.size_ = std::min(segment_of(here, left), left);
    it.rest_ = left - it.size_;
    it.room_ = kept.size();
    it.source_ = &here.source;
    it.details_ = &batch->details[message];
    return it;
}

std::size_t socket_receive_batch(datagram_usocket& socket, datagram_batch& batch,
                                 receive_batch_options const& options) {
    detail::datagram_batch_access::clear(batch); // also where the socket is closed
    socket_core& core = detail::open_core(socket, receive_name);
    io_result const result = detail::datagram_batch_access::receive(core, batch, options);
    if (result.error) [[unlikely]]
        raise_io_failure(core, receive_name, result);
    return batch.size();
}

std::size_t socket_receive_batch(datagram_usocket& socket, datagram_batch& batch, receive_batch_options const& options,
                                 std::error_code& ec) {
    detail::datagram_batch_access::clear(batch);
    socket_core* const core = detail::open_core(socket, ec);
    if (core == nullptr)
        return 0;
    ec = detail::datagram_batch_access::receive(*core, batch, options).error;
    return ec ? 0 : batch.size();
}

} // namespace usocket
