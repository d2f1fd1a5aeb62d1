// SPDX-License-Identifier: MIT
#include "stream/stream_buffer.hpp"

#include <algorithm>
#include <climits>
#include <ios>
#include <new>

#include "conditions/raise.hpp"
#include "io/send.hpp"

namespace usocket::detail {

namespace {

std::span<std::byte const> octets(std::string_view text) noexcept { return std::as_bytes(std::span(text)); }

/// A number of the calling thread's own, never zero and never used again.
std::uint64_t this_thread() noexcept {
    static constinit std::atomic<std::uint64_t> last{0};
    static constinit thread_local std::uint64_t number = 0;
    if (number == 0) [[unlikely]]
        number = last.fetch_add(1, std::memory_order_relaxed) + 1;
    return number;
}

/// Whether sending again later may succeed.
bool may_pass(std::error_code const& code) noexcept {
    switch (classify(code)) {
    case errc::timeout: // the system's own: it gave up on the peer
        return code.category() == usocket_category();
    case errc::deadline_timeout:
    case errc::interrupted:
    case errc::no_buffers:
    case errc::out_of_memory:
        return true;
    default:
        return false;
    }
}

} // namespace

stream_buffer::~stream_buffer() {
    if (!pending().empty())
        static_cast<void>(send_now(core_, octets(pending())));
}

// ---- the buffer -----------------------------------------------------------------------------------------------------

/// Says how many octets are pending, from the start of the buffer. None closes the put area, so that the next octet
/// comes through a virtual function, where its writer is recorded.
void stream_buffer::set_pending(std::size_t count) noexcept {
    if (count == 0) {
        if (output_capacity_ > buffer_size) {
            output_.reset();
            output_capacity_ = 0;
        }
        setp(output_.get(), output_.get());
        writer_.store(0, std::memory_order_relaxed);
        retry_at_once_ = false;
        return;
    }
    set_put_area(count, std::max(count, std::min(output_capacity_, buffer_size)));
}

void stream_buffer::set_put_area(std::size_t count, std::size_t size) noexcept {
    setp(output_.get(), output_.get() + size);
    for (; count > INT_MAX; count -= INT_MAX)
        pbump(INT_MAX);
    pbump(static_cast<int>(count));
}

void stream_buffer::drop_sent(std::size_t count) noexcept {
    std::size_t const before = pending().size();
    if (count == 0)
        return;
    if (count >= before) {
        set_pending(0);
        return;
    }
    std::memmove(output_.get(), output_.get() + count, before - count);
    set_pending(before - count);
}

/// Keeps what is pending. False: there is no memory.
bool stream_buffer::reserve_output(std::size_t capacity) noexcept {
    if (output_capacity_ >= capacity)
        return true;
    capacity = std::max({capacity, first_size, std::min(2 * output_capacity_, buffer_size)});
    std::unique_ptr<char[]> storage(new (std::nothrow) char[capacity]);
    if (!storage)
        return false;
    std::size_t const count = pending().size();
    if (count != 0)
        std::memcpy(storage.get(), output_.get(), count);
    output_ = std::move(storage);
    output_capacity_ = capacity;
    if (count != 0)
        set_pending(count);
    return true;
}

// ---- sending --------------------------------------------------------------------------------------------------------

io_result stream_buffer::noted_output(io_result result) noexcept {
    if (!result.error) {
        output_condition_.clear();
        return result;
    }
    if (result.error == errc::invalid_socket)
        result.error = make_code(errc::invalid_socket_stream);
    output_condition_.store(result.error);
    output_failed_last_.store(true, std::memory_order_relaxed);
    return result;
}

/// Why octets need not even be buffered.
std::error_code stream_buffer::refuses_output() const noexcept {
    if (!core_.is_open())
        return make_code(errc::invalid_socket_stream);
    if (core_.has(socket_core::mark::output_shut))
        return make_code(errc::shutdown);
    if (int const lost = core_.lost(); lost != 0)
        return system_code(lost);
    return {};
}

io_result stream_buffer::write(std::string_view text) noexcept {
    std::scoped_lock const lock(output_lock_);
    return noted_output(write_locked(text));
}

/// Buffers `text`, or sends it with what is pending before it in one call. With an error the count says how many
/// octets of both were sent; see the class for what then becomes of the rest.
io_result stream_buffer::write_locked(std::string_view text) noexcept {
    std::size_t const before = pending().size();
    if (before == 0) {
        if (auto const code = refuses_output(); code)
            return {0, code, {}};
    }
    auto const buffer = [&](std::string_view rest) noexcept {
        std::size_t const used = pending().size();
        if (!reserve_output(used + rest.size()))
            return false;
        std::memcpy(output_.get() + used, rest.data(), rest.size());
        set_pending(used + rest.size());
        writer_.store(this_thread(), std::memory_order_relaxed);
        return true;
    };
    if (!retry_at_once_ && text.size() < direct_size && before + text.size() <= buffer_size) {
        if (!buffer(text))
            return {0, make_code(errc::out_of_memory), {}};
        return {};
    }

    io_result const sent = send_all(core_, octets(pending()), octets(text), core_.write_timeout());
    drop_sent(std::min(sent.count, before));
    if (!sent.error)
        return {};
    // Taking the rest keeps it exact what the caller must not write again; a caller who only ever clears the error
    // is stopped before memory is.
    if (may_pass(sent.error) && pending().size() <= buffer_size) {
        text.remove_prefix(sent.count - std::min(sent.count, before));
        if (!buffer(text))
            return {sent.count, make_code(errc::out_of_memory), sent.elapsed};
    }
    return sent;
}

io_result stream_buffer::flush_locked(time_limit timeout) noexcept {
    if (pending().empty())
        return {};
    io_result const sent = send(core_, octets(pending()), timeout);
    drop_sent(sent.count);
    return noted_output(sent);
}

io_result stream_buffer::flush(time_limit timeout) noexcept {
    std::unique_lock const lock(output_lock_, std::try_to_lock);
    return lock ? flush_locked(timeout) : io_result{};
}

/// Before this thread waits for input. A failure is of interest only when it leaves something to be sent later: else
/// there may still be input to read, and whoever writes next hears of it.
io_result stream_buffer::flush_before_waiting() noexcept {
    std::uint64_t const writer = writer_.load(std::memory_order_relaxed);
    if (writer == 0 || writer != this_thread())
        return {};
    std::scoped_lock const lock(output_lock_);
    if (writer_.load(std::memory_order_relaxed) != writer)
        return {};
    io_result const sent = flush_locked(core_.write_timeout());
    return sent.error && may_pass(sent.error) ? sent : io_result{};
}

// ---- what iostreams call --------------------------------------------------------------------------------------------

stream_buffer::int_type stream_buffer::overflow(int_type c) {
    if (traits_type::eq_int_type(c, traits_type::eof())) {
        sync();
        return traits_type::not_eof(c);
    }
    char const octet = traits_type::to_char_type(c);
    if (io_result const written = write({&octet, 1}); written.error)
        raise("write", written);
    return c;
}

std::streamsize stream_buffer::xsputn(char const* text, std::streamsize count) {
    if (count <= 0)
        return 0;
    auto const size = static_cast<std::size_t>(count);
    if (size < direct_size && epptr() - pptr() >= count && writer_.load(std::memory_order_relaxed) == this_thread())
        [[likely]] {
        std::memcpy(pptr(), text, size);
        pbump(static_cast<int>(size));
        return count;
    }
    if (io_result const written = write({text, size}); written.error)
        raise("write", written);
    return count;
}

bool stream_buffer::any_user_has(std::ios_base::fmtflags flags, std::ios_base::iostate exceptions) const noexcept {
    return std::ranges::any_of(users_, [=](std::ios const* user) {
        return user != nullptr && (user->flags() & flags) == flags && (user->exceptions() & exceptions) == exceptions;
    });
}

/// Fails by raising, except for a stream with `unitbuf`: that may call from the destructor of its sentry, out of which
/// neither this function nor the setting of badbit may throw.
int stream_buffer::sync() {
    std::unique_lock lock(output_lock_);
    io_result const result = pending().empty() && !core_.is_open()
                                 ? noted_output({0, make_code(errc::invalid_socket_stream), {}})
                                 : flush_locked(core_.write_timeout());
    if (!result.error)
        return 0;
    if (any_user_has(std::ios_base::unitbuf, std::ios_base::badbit)) {
        retry_at_once_ = !pending().empty();
        set_put_area(pending().size(), pending().size());
        return 0;
    }
    if (any_user_has(std::ios_base::unitbuf, std::ios_base::goodbit))
        return -1;
    lock.unlock();
    raise("flush", result);
}

} // namespace usocket::detail
