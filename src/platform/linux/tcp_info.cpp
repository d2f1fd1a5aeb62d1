// SPDX-License-Identifier: MIT
#include <cerrno>
#include <cstddef>
#include <limits>

// The C library's own tcp_info is often older than the system's.
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "platform/socket_options.hpp"

namespace usocket::platform {
namespace {

using system_info = ::tcp_info;
using duration = tcp_info::duration;

constexpr std::uint32_t no_threshold = 0x7fff'ffff; // slow start has no end yet

tcp_state to_state(unsigned value) noexcept {
    constexpr tcp_state states[] = {
        tcp_state::unknown,      tcp_state::established, tcp_state::syn_sent,  tcp_state::syn_received,
        tcp_state::fin_wait_1,   tcp_state::fin_wait_2,  tcp_state::time_wait, tcp_state::closed,
        tcp_state::close_wait,   tcp_state::last_ack,    tcp_state::listen,    tcp_state::closing,
        tcp_state::syn_received,
    };
    return value < std::size(states) ? states[value] : tcp_state::unknown;
}

duration microseconds(std::uint32_t value) noexcept { return duration(static_cast<duration::rep>(value)); }

/// Reads the fields that this system filled in; an older one knows fewer.
class reader {
public:
    reader(system_info const& from, std::size_t size) noexcept
        : end_(reinterpret_cast<std::byte const*>(&from) + size) {}

    template <class Field>
    [[nodiscard]] std::optional<Field> operator()(Field const& field) const noexcept {
        return reinterpret_cast<std::byte const*>(&field + 1) <= end_ ? std::optional(field) : std::nullopt;
    }

    /// Where all bits set say that there is no value.
    template <class Field>
    [[nodiscard]] std::optional<Field> known(Field const& field) const noexcept {
        return field == std::numeric_limits<Field>::max() ? std::nullopt : (*this)(field);
    }

private:
    std::byte const* end_;
};

} // namespace

int get_tcp_info(handle socket, tcp_info& out) noexcept {
    system_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) < 0)
        return errno;

    reader const read(info, size);
    out = {};
    out.state = to_state(info.tcpi_state);
    out.round_trip_time = microseconds(info.tcpi_rtt);
    out.round_trip_variation = microseconds(info.tcpi_rttvar);
    if (auto const least = read.known(info.tcpi_min_rtt))
        out.minimum_round_trip_time = microseconds(*least);
    out.retransmission_timeout = microseconds(info.tcpi_rto);
    out.send_segment_size = info.tcpi_snd_mss;
    out.receive_segment_size = info.tcpi_rcv_mss;
    if (info.tcpi_pmtu != 0)
        out.path_mtu = info.tcpi_pmtu;
    out.congestion_window = std::uint64_t{info.tcpi_snd_cwnd} * info.tcpi_snd_mss;
    if (info.tcpi_snd_ssthresh < no_threshold)
        out.slow_start_threshold = std::uint64_t{info.tcpi_snd_ssthresh} * info.tcpi_snd_mss;
    out.send_window = read(info.tcpi_snd_wnd);
    out.segments_in_flight = info.tcpi_unacked;
    out.segments_lost = info.tcpi_lost;
    out.segments_retransmitted = info.tcpi_total_retrans;
    out.segments_sent = read(info.tcpi_segs_out);
    out.segments_received = read(info.tcpi_segs_in);
    out.octets_sent = read(info.tcpi_bytes_sent);
    out.octets_acknowledged = read(info.tcpi_bytes_acked);
    out.octets_received = read(info.tcpi_bytes_received);
    out.octets_retransmitted = read(info.tcpi_bytes_retrans);
    out.octets_unsent = read(info.tcpi_notsent_bytes);
    out.delivery_rate = read(info.tcpi_delivery_rate);
    out.pacing_rate = read.known(info.tcpi_pacing_rate);
    return 0;
}

} // namespace usocket::platform
