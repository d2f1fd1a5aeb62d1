// SPDX-License-Identifier: MIT
#include "stream/stream_buffer.hpp"

#include <new>

#include "conditions/raise.hpp"
#include "io/receive.hpp"

namespace usocket::detail {

namespace {

std::span<std::byte> octets(char* data, std::size_t size) noexcept {
    return std::as_writable_bytes(std::span(data, size));
}

std::span<std::byte> octets(std::span<char> text) noexcept { return std::as_writable_bytes(text); }

} // namespace

// ---- the buffer -----------------------------------------------------------------------------------------------------

/// Moves the unread octets, and those before them that may be put back, into `storage`.
void stream_buffer::move_input(char* storage) noexcept {
    std::size_t const unread = buffered_input();
    std::size_t const kept = std::min(static_cast<std::size_t>(gptr() - eback()), putback_size);
    char* const begin = storage + putback_size;
    if (unread + kept != 0)
        std::memmove(begin - kept, gptr() - kept, kept + unread);
    setg(begin - kept, begin, begin + unread);
}

bool stream_buffer::move_input_to_new(std::size_t capacity) noexcept {
    if (capacity > SIZE_MAX - putback_size)
        return false;
    std::unique_ptr<char[]> storage(new (std::nothrow) char[putback_size + capacity]);
    if (!storage)
        return false;
    move_input(storage.get());
    input_ = std::move(storage);
    input_capacity_ = capacity;
    return true;
}

/// Makes sure that something can be received behind the unread octets. A buffer full of them grows, as far as to
/// `most_unread`; one that was filled and is drained gets its full size, one that grew beyond gives its memory back.
/// False: there is no memory.
bool stream_buffer::make_room(std::size_t most_unread) noexcept {
    std::size_t const unread = buffered_input();
    if (!input_)
        return move_input_to_new(first_size);
    char const* const end = input_.get() + putback_size + input_capacity_;
    if (unread == 0) {
        bool const was_filled = egptr() == end;
        bool const fits = was_filled ? input_capacity_ == buffer_size : input_capacity_ <= buffer_size;
        if (fits || !move_input_to_new(buffer_size))
            move_input(input_.get());
        return true;
    }
    if (unread >= input_capacity_) {
        std::size_t const doubled =
            input_capacity_ > SIZE_MAX / 2 ? SIZE_MAX : std::max(2 * input_capacity_, buffer_size);
        return move_input_to_new(std::max(std::min(doubled, most_unread), unread + 1));
    }
    // Moving costs no more than what was consumed since the last move, or what is about to be received.
    auto const consumed = static_cast<std::size_t>(gptr() - input_.get()) - putback_size;
    if (egptr() == end || consumed >= unread)
        move_input(input_.get());
    return true;
}

/// Octets went past the buffer, which is empty: the last of them, and those before, may be put back.
void stream_buffer::remember_for_putback(std::span<char const> consumed) noexcept {
    if (gptr() == nullptr) {
        char* const end = putback_ + putback_size;
        setg(end, end, end);
    }
    std::size_t const fresh = std::min(consumed.size(), putback_size);
    std::size_t const older = std::min(static_cast<std::size_t>(gptr() - eback()), putback_size - fresh);
    char* const begin = gptr() - fresh - older;
    std::memmove(begin, gptr() - older, older);
    std::memcpy(begin + older, consumed.data() + consumed.size() - fresh, fresh);
    setg(begin, gptr(), egptr());
}

/// The octets that may be put back, before a read that may fail takes their place.
stream_buffer::put_back_octets stream_buffer::octets_to_put_back() const noexcept {
    put_back_octets kept;
    kept.count = std::min(static_cast<std::size_t>(gptr() - eback()), putback_size);
    if (kept.count != 0)
        std::memcpy(kept.octets, gptr() - kept.count, kept.count);
    return kept;
}

/// Puts octets that a failed read had taken back to the front of the input, which is empty, behind those that could be
/// put back before.
bool stream_buffer::give_back(std::span<char const> taken, put_back_octets const& before) noexcept {
    search_ = {};
    if (input_capacity_ < taken.size() && !move_input_to_new(std::max(taken.size(), buffer_size)))
        return false;
    char* const begin = input_.get() + putback_size;
    std::memcpy(begin - before.count, before.octets, before.count);
    std::memcpy(begin, taken.data(), taken.size());
    setg(begin - before.count, begin, begin + taken.size());
    tell_membership();
    return true;
}

void stream_buffer::tell_membership() noexcept {
    if (auto* const list = core_.membership.load(std::memory_order_acquire))
        list->input_buffered(core_);
}

// ---- receiving ------------------------------------------------------------------------------------------------------

/// Every outcome of receiving passes here: it becomes the stream's condition, with the code that streams report.
io_result stream_buffer::noted_input(io_result result) noexcept {
    if (!result.error && result.count != 0) {
        input_condition_.clear();
        return result;
    }
    if (result.error == errc::invalid_socket)
        result.error = make_code(errc::invalid_socket_stream);
    input_condition_.store(result.error ? std::error_code(result.error) : make_code(errc::end_of_stream));
    output_failed_last_.store(false, std::memory_order_relaxed);
    return result;
}

/// Receives at least one octet behind the unread ones; zero is the end of the stream.
io_result stream_buffer::refill(std::size_t most_unread) noexcept {
    search_ = {};
    if (io_result const flushed = flush_before_waiting(); flushed.error)
        return noted_input({0, flushed.error, flushed.elapsed});
    if (!make_room(most_unread))
        return noted_input({0, make_code(errc::out_of_memory), {}});
    char* const end = input_.get() + putback_size + input_capacity_;
    io_result const received =
        receive(core_, octets(egptr(), static_cast<std::size_t>(end - egptr())), core_.read_timeout());
    setg(eback(), gptr(), egptr() + received.count);
    if (received.count != 0)
        tell_membership();
    return noted_input(received);
}

/// Receives into `out` while the buffer is empty and, if asked to, what more has come into the buffer. Counts only
/// what is in `out`.
io_result stream_buffer::receive_directly(std::span<char> out, bool and_buffer) noexcept {
    search_ = {};
    if (io_result const flushed = flush_before_waiting(); flushed.error)
        return noted_input({0, flushed.error, flushed.elapsed});
    if (and_buffer || input_) {
        if (!make_room(0))
            return noted_input({0, make_code(errc::out_of_memory), {}});
    }
    io_result received =
        and_buffer ? receive_scattered(core_, octets(out), octets(egptr(), input_capacity_), core_.read_timeout())
                   : receive(core_, octets(out), core_.read_timeout());
    if (received.count > out.size()) {
        setg(eback(), gptr(), egptr() + (received.count - out.size()));
        received.count = out.size();
        tell_membership();
    }
    remember_for_putback(out.first(received.count));
    return noted_input(received);
}

std::size_t stream_buffer::take_input(std::span<char> out, bool peek) noexcept {
    std::size_t const count = std::min(out.size(), buffered_input());
    if (count != 0) {
        std::memcpy(out.data(), gptr(), count);
        if (!peek)
            consume(count);
    }
    return count;
}

io_result stream_buffer::read_fully(std::span<char> out) noexcept {
    bool const large = out.size() >= direct_size; // then nothing goes through the buffer, its end neither
    std::size_t done = 0;
    for (;;) {
        done += take_input(out.subspan(done), false);
        if (done == out.size()) {
            input_condition_.clear();
            return {done, {}, {}};
        }
        auto const rest = out.subspan(done);
        bool const directly = large || rest.size() >= scatter_size;
        io_result const more = directly ? receive_directly(rest, !large) : refill(0);
        if (directly)
            done += more.count;
        if (more.error || more.count == 0)
            return {done, more.error, more.elapsed};
    }
}

io_result stream_buffer::read_some(std::span<char> out) noexcept {
    if (out.empty())
        return {};
    if (buffered_input() == 0) {
        if (out.size() >= direct_size)
            return receive_directly(out, false);
        if (io_result const more = refill(0); more.error || more.count == 0)
            return more;
    }
    input_condition_.clear();
    return {take_input(out, false), {}, {}};
}

bool stream_buffer::input_ready(std::error_code& ec) noexcept {
    ec.clear();
    socket_core::use const in_use(core_);
    if (!in_use) {
        ec = make_code(errc::invalid_socket_stream);
        return false;
    }
    if (buffered_input() != 0 || core_.lost() != 0)
        return true;
    platform::poll_entry entry{.socket = in_use.handle(), .want_read = true};
    for (;;) {
        std::size_t ready = 0;
        int const error = platform::poll({&entry, 1}, std::chrono::nanoseconds::zero(), ready);
        if (error == 0)
            return ready != 0;
        if (!platform::is_interrupted(error)) {
            ec = system_code(error);
            return false;
        }
    }
}

// ---- what iostreams call --------------------------------------------------------------------------------------------

stream_buffer::int_type stream_buffer::underflow() {
    if (gptr() == egptr()) {
        io_result const more = refill(0);
        if (more.error)
            raise("read", more);
        if (more.count == 0)
            return traits_type::eof();
    }
    return traits_type::to_int_type(*gptr());
}

std::streamsize stream_buffer::xsgetn(char* out, std::streamsize count) {
    if (count <= 0)
        return 0;
    std::span const room(out, static_cast<std::size_t>(count));
    if (buffered_input() >= room.size())
        return static_cast<std::streamsize>(read_fully(room).count);
    auto const before = octets_to_put_back();
    io_result const read = read_fully(room);
    // The caller of istream::read() would not hear of octets that came before a failure, so they stay in the stream.
    // Where there is no memory for that they are returned, and the failure is left for the next call to find.
    if (read.error && (read.count == 0 || give_back(room.first(read.count), before)))
        raise("read", {0, read.error, read.elapsed});
    return static_cast<std::streamsize>(read.count);
}

/// Receives what is there without waiting, so that in_avail() and readsome() tell what the socket has.
std::streamsize stream_buffer::showmanyc() {
    socket_core::use const in_use(core_);
    if (in_use && core_.has(socket_core::mark::input_shut))
        return -1;
    if (!in_use || !make_room(0))
        return 0;
    search_ = {};
    platform::transfer received;
    do {
        received =
            platform::receive(in_use.handle(), octets(egptr(), input_capacity_), platform::transfer_flags::dont_wait);
    } while (platform::is_interrupted(received.error));
    if (received.error != 0) {
        core_.note_error(received.error); // reading will report it
        return 0;
    }
    if (received.count == 0)
        return core_.lost() == 0 && core_.is_open() ? -1 : 0;
    setg(eback(), gptr(), egptr() + received.count);
    tell_membership();
    return static_cast<std::streamsize>(received.count);
}

stream_buffer::int_type stream_buffer::pbackfail(int_type c) {
    if (gptr() == eback())
        return traits_type::eof();
    search_ = {};
    setg(eback(), gptr() - 1, egptr());
    if (traits_type::eq_int_type(c, traits_type::eof()))
        return traits_type::not_eof(c);
    *gptr() = traits_type::to_char_type(c);
    return c;
}

} // namespace usocket::detail
