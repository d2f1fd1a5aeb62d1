// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ios>
#include <memory>
#include <mutex>
#include <span>
#include <streambuf>
#include <string_view>
#include <system_error>

#include <usocket/stream.hpp>

#include "io/transfer.hpp"
#include "stream/condition_slot.hpp"

namespace usocket::detail {

/// The buffers of a socket's stream, and the one place that knows what is in them.
///
/// The functions that return an `io_result` or an error code never throw; the virtuals that iostreams call raise the
/// usocket condition of a failure, and return the end of file only for a clean end of the stream.
///
/// Input that has come stays in the buffer until it is consumed, whatever fails. Output is taken whole: when sending
/// stops midway, exactly the octets not yet sent stay buffered, the rest of a large write among them, and the next
/// flush goes on there. Only when that remainder already exceeds the buffer's size does a further failing write take
/// nothing; so what waits is bounded by the buffer and one write.
///
/// Threads: the input side belongs to one thread, the output side to one thread at a time. `writer_` is the thread
/// that has output pending: only that thread flushes it when it waits for input. Another thread that starts to write
/// takes over under `output_lock_`, and so never meets a flush that is under way.
class stream_buffer final : public std::streambuf {
public:
    static constexpr std::size_t buffer_size = 65536;
    /// How large a buffer is at first: most connections need no more, and a thousand of them notice.
    static constexpr std::size_t first_size = 8192;
    /// Transfers of at least this size go to or from the caller's memory.
    static constexpr std::size_t direct_size = 32768;
    /// Reads of at least this size go to the caller's memory, and what more has come to the buffer, in one call.
    static constexpr std::size_t scatter_size = 4096;
    /// How many consumed octets can be put back at least.
    static constexpr std::size_t putback_size = 8;

    explicit stream_buffer(socket_core& core) noexcept : core_(core) {}
    stream_buffer(stream_buffer const&) = delete;
    stream_buffer& operator=(stream_buffer const&) = delete;
    /// Sends what can be sent without waiting.
    ~stream_buffer() override;

    // ---- input ----

    /// A line in the buffer. It stays there until consume(extent).
    struct found_line {
        std::string_view text{};
        std::size_t extent = 0; ///< With its terminator; zero: no line.
    };
    /// The common case: one that is in the buffer already.
    [[nodiscard]] found_line find_buffered_line(read_line_options const& options) noexcept;
    /// Any other case. Without a line, `failure` says why; no error there is the clean end of the stream.
    [[nodiscard]] found_line find_line(read_line_options const& options, io_result& failure) noexcept;
    void consume(std::size_t count) noexcept { setg(eback(), gptr() + count, egptr()); }

    /// Fills `out`; less, without an error, at the end of the stream. The count is exact also with an error.
    [[nodiscard]] io_result read_fully(std::span<char> out) noexcept;
    /// What is there, at least one octet; nothing, without an error, at the end of the stream.
    [[nodiscard]] io_result read_some(std::span<char> out) noexcept;
    /// Whether reading would not wait.
    [[nodiscard]] bool input_ready(std::error_code& ec) noexcept;
    [[nodiscard]] std::size_t buffered_input() const noexcept { return static_cast<std::size_t>(egptr() - gptr()); }
    /// Whether there is input that find_line() has not searched in vain.
    [[nodiscard]] bool has_fresh_input() const noexcept {
        return buffered_input() != 0 && (search_.at != gptr() || search_.searched < buffered_input());
    }
    std::size_t take_input(std::span<char> out, bool peek) noexcept;

    // ---- output ----

    /// Does nothing while another thread is in the middle of sending: what is left is then that thread's concern.
    [[nodiscard]] io_result flush(time_limit timeout) noexcept;

    // ---- both ----

    /// The failure of the direction that failed last, or else of the other one.
    [[nodiscard]] std::error_code condition() const noexcept;
    void clear_condition() noexcept;
    [[noreturn]] void raise(std::string_view operation, io_result const& result) const;

    /// The output streams that use this buffer. With `unitbuf` they flush in a destructor, which must not throw.
    void serve(std::ios const& main, std::ios const& output) noexcept {
        users_[0] = &main;
        users_[1] = &output;
    }

protected:
    int_type underflow() override;
    std::streamsize xsgetn(char* out, std::streamsize count) override;
    std::streamsize showmanyc() override;
    int_type pbackfail(int_type c) override;

    int_type overflow(int_type c) override;
    std::streamsize xsputn(char const* text, std::streamsize count) override;
    int sync() override;

private:
    /// How far the incomplete line at `at` was searched in vain, so that the next call need not search there again.
    struct search {
        char const* at = nullptr;
        std::size_t searched = 0;
        char delimiter = 0;
    };

    struct put_back_octets {
        char octets[putback_size]{};
        std::size_t count = 0;
    };

    [[nodiscard]] static std::size_t window_of(read_line_options const& options) noexcept;
    [[nodiscard]] found_line line_to(char const* delimiter, read_line_options const& options) noexcept;
    [[nodiscard]] found_line last_line(read_line_options const& options, io_result& failure) noexcept;
    [[nodiscard]] found_line line_too_long(io_result& failure) noexcept;

    [[nodiscard]] io_result refill(std::size_t most_unread) noexcept;
    [[nodiscard]] io_result receive_directly(std::span<char> out, bool and_buffer) noexcept;
    [[nodiscard]] bool make_room(std::size_t most_unread) noexcept;
    [[nodiscard]] bool move_input_to_new(std::size_t capacity) noexcept;
    void move_input(char* storage) noexcept;
    void remember_for_putback(std::span<char const> consumed) noexcept;
    [[nodiscard]] put_back_octets octets_to_put_back() const noexcept;
    [[nodiscard]] bool give_back(std::span<char const> taken, put_back_octets const& before) noexcept;
    void tell_membership() noexcept;
    [[nodiscard]] io_result noted_input(io_result result) noexcept;

    [[nodiscard]] std::string_view pending() const noexcept {
        return {pbase(), static_cast<std::size_t>(pptr() - pbase())};
    }
    [[nodiscard]] io_result write(std::string_view text) noexcept;
    [[nodiscard]] io_result write_locked(std::string_view text) noexcept;
    [[nodiscard]] io_result flush_locked(time_limit timeout) noexcept;
    [[nodiscard]] io_result flush_before_waiting() noexcept;
    [[nodiscard]] std::error_code refuses_output() const noexcept;
    [[nodiscard]] bool reserve_output(std::size_t capacity) noexcept;
    void set_pending(std::size_t count) noexcept;
    void set_put_area(std::size_t count, std::size_t size) noexcept;
    void drop_sent(std::size_t count) noexcept;
    [[nodiscard]] io_result noted_output(io_result result) noexcept;
    [[nodiscard]] bool any_user_has(std::ios_base::fmtflags flags, std::ios_base::iostate exceptions) const noexcept;

    socket_core& core_;

    std::unique_ptr<char[]> input_{};
    std::size_t input_capacity_ = 0; ///< Without the room for putting back, which comes first.
    char putback_[putback_size]{};   ///< That room where all input went past the buffer, which was never made.
    search search_{};
    condition_slot input_condition_{};

    std::unique_ptr<char[]> output_{};
    std::size_t output_capacity_ = 0;
    std::atomic<std::uint64_t> writer_{0}; ///< The thread that has output pending; zero: there is none.
    std::mutex output_lock_{};
    bool retry_at_once_ = false; ///< A failed flush was not raised: the next write tries it again, to hear of it.
    condition_slot output_condition_{};

    std::atomic<bool> output_failed_last_{false};
    std::ios const* users_[2] = {nullptr, nullptr};
};

inline stream_buffer::found_line stream_buffer::find_buffered_line(read_line_options const& options) noexcept {
    std::size_t const unread = buffered_input();
    if (unread != 0 && search_.at == nullptr) [[likely]] {
        std::size_t const length = std::min(unread, window_of(options));
        if (void const* const hit = std::memchr(gptr(), static_cast<unsigned char>(options.delimiter), length))
            return line_to(static_cast<char const*>(hit), options);
    }
    return {};
}

/// How many octets a line may have with its terminator: where there is none in so many, the line is too long.
inline std::size_t stream_buffer::window_of(read_line_options const& options) noexcept {
    std::size_t const terminator = options.strip_carriage_return ? 2 : 1;
    return options.limit > SIZE_MAX - terminator ? SIZE_MAX : options.limit + terminator;
}

/// Nothing if the line is too long, as it can be in spite of its window where no carriage return is stripped.
inline stream_buffer::found_line stream_buffer::line_to(char const* delimiter,
                                                        read_line_options const& options) noexcept {
    auto const extent = static_cast<std::size_t>(delimiter - gptr());
    std::size_t length = extent;
    if (options.strip_carriage_return) {
        if (length != 0 && delimiter[-1] == '\r')
            --length;
        if (length > options.limit)
            return {};
    }
    input_condition_.clear();
    return {{gptr(), length}, extent + 1};
}

} // namespace usocket::detail
