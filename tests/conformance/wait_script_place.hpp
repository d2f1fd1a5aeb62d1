// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include <usocket/socket.hpp>

#include "conformance/wait_script_system.hpp"

namespace usocket::test {

enum class place_kind { empty, local, local_datagram, tcp, udp, listener };

/// Where a script keeps a socket that may be a member of its list, together with its peer, and what must be true of it.
///
/// No operation waits for long. Most return how many octets went, or one of the negative numbers below.
class script_place {
public:
    static constexpr long would_wait = -1;
    static constexpr long failed = -2;
    static constexpr long does_not_apply = -3;

    /// A new socket and its peer, instead of those that were there.
    long make(place_kind kind, bool variant);
    /// The same, but the member alone is closed first, so that the new one gets its handle's number at once.
    long replace(place_kind kind, bool variant);
    void close();
    void destroy();
    /// Closes it by the number that the library has given away.
    long release();
    /// To another object.
    long move();
    /// Into the object of this place, whose own socket closes.
    long move_from(script_place& other);

    long peer_writes(std::size_t count, bool ends_line);
    long peer_fills();
    long peer_reads(std::size_t most);
    long peer_closes(bool resets);
    long peer_shuts(direction which);
    long urgent();
    long pass_handle();

    long writes(std::size_t count);
    long fills();
    long shuts(direction which);
    long receive(std::size_t most, bool peek);
    long drain();
    long receive_past(std::size_t most);
    long set_low_water(int octets);

    long read_line();
    long read_some(std::size_t most);
    long count_available();
    long look_in_stream();
    long unget();

    long connect();
    /// Into another place.
    long accept(script_place& place);

    /// Waits, for a bounded time, until what was sent has arrived: over TCP and UDP that may take a moment. Of local
    /// sockets nothing is ever on its way.
    void settle();

    [[nodiscard]] place_kind kind() const noexcept { return kind_; }
    [[nodiscard]] bool is_local() const noexcept {
        return kind_ == place_kind::local || kind_ == place_kind::local_datagram;
    }
    /// Null if there is none; it may be closed.
    [[nodiscard]] usocket* member() const noexcept { return near_.get(); }
    [[nodiscard]] bool is_open() const noexcept { return near_ && near_->is_open(); }
    [[nodiscard]] native_handle_type handle() const noexcept { return handle_; }
    /// What makes a list find it ready: what the system says, and what its stream has buffered.
    [[nodiscard]] readiness expected(past_the_library::truth const& truth) const noexcept;
    [[nodiscard]] past_the_library::truth look() const { return past_the_library::look(handle_, *interest); }
    [[nodiscard]] bool has_fresh_input() const noexcept { return buffered_ > 0 && !unfinished_; }
    /// Whether this agrees with the stream, asked in a way that changes nothing.
    [[nodiscard]] bool knows_its_buffer() const;
    /// Whether it may stand otherwise in another world that has done the same: a TCP connection that holds much, and
    /// whatever was read from before all had arrived.
    [[nodiscard]] bool varies() const noexcept { return !is_local() && (filled_ || !patient); }

    /// As a member of the list.
    std::optional<readiness> interest{};
    /// Whether it has been a member ever since the last wait.
    bool is_followed = false;
    /// Whether reading waits until all has arrived.
    bool patient = true;

private:
    [[nodiscard]] stream_usocket* near_stream() const noexcept;
    [[nodiscard]] stream_usocket* far_stream() const noexcept;
    long send(usocket* from, usocket const* to, std::size_t count, bool ends_line);
    long open(place_kind kind, bool variant);
    void open_tcp(bool variant);
    void open_udp(bool variant);
    [[nodiscard]] bool has_settled() const;
    template <class Read>
    long through_stream(Read&& read);

    place_kind kind_ = place_kind::empty;
    std::unique_ptr<usocket> near_{};
    std::unique_ptr<usocket> far_{};
    std::vector<stream_usocket> clients_{}; ///< Of a listener, connected and not yet accepted.
    native_handle_type handle_ = invalid_native_handle;
    native_handle_type far_handle_ = invalid_native_handle;
    long buffered_ = 0;       ///< Octets in the member's stream.
    bool unfinished_ = false; ///< They are the beginning of a line, and read_line() has seen that.
    long sent_ = 0;           ///< Octets to the peer.
    long far_sent_ = 0;       ///< Octets to the member.
    bool filled_ = false;     ///< Either end may hold more than the other takes in.
    bool urgent_ = false;
    bool streamed_ = false;
    bool deaf_ = false;      ///< Either end has shut down its input: what comes then may be dropped.
    bool far_ended_ = false; ///< The peer has closed or ended its output.
};

} // namespace usocket::test
