// SPDX-License-Identifier: MIT
#include <cerrno>
#include <cstddef>
#include <iterator>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "platform/socket_options.hpp"

/// What all BSDs count.
namespace usocket::platform {
namespace {

/// In the order of the system's states (TCPS_CLOSED and on).
tcp_state to_state(unsigned value) noexcept {
    constexpr tcp_state states[] = {
        tcp_state::closed,      tcp_state::listen,     tcp_state::syn_sent,   tcp_state::syn_received,
        tcp_state::established, tcp_state::close_wait, tcp_state::fin_wait_1, tcp_state::closing,
        tcp_state::last_ack,    tcp_state::fin_wait_2, tcp_state::time_wait,
    };
    return value < std::size(states) ? states[value] : tcp_state::unknown;
}

constexpr std::uint32_t no_threshold = 1U << 30; // slow start has no end yet: larger than any window

} // namespace

int get_tcp_info(handle socket, tcp_info& out) noexcept {
    ::tcp_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) < 0)
        return errno;
    if (size < offsetof(::tcp_info, tcpi_rcv_ooopack))
        return ENOPROTOOPT; // an older system's
    using std::chrono::microseconds;
    out = {};
    out.state = to_state(info.tcpi_state);
    out.round_trip_time = microseconds(info.tcpi_rtt);
    out.round_trip_variation = microseconds(info.tcpi_rttvar);
    out.retransmission_timeout = microseconds(info.tcpi_rto);
    out.send_segment_size = info.tcpi_snd_mss;
    out.receive_segment_size = info.tcpi_rcv_mss;
    out.congestion_window = info.tcpi_snd_cwnd; // in octets
    if (info.tcpi_snd_ssthresh < no_threshold)
        out.slow_start_threshold = info.tcpi_snd_ssthresh;
    out.send_window = info.tcpi_snd_wnd;
    out.segments_retransmitted = info.tcpi_snd_rexmitpack;
    return 0;
}

} // namespace usocket::platform
