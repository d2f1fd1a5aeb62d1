// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>

#include <usocket/ip_address.hpp>
#include <usocket/option_id.hpp>
#include <usocket/option_value.hpp>
#include <usocket/socket.hpp>
#include <usocket/tcp_info.hpp>
#include <usocket/time_limit.hpp>

/// Options of sockets, typed: `set_socket_option(socket, option::tcp_nodelay, true)`.
///
/// The same option does the same on IPv4 and IPv6 sockets; on a dual-stack one it holds for packets of both. A value
/// out of an option's range is refused on every system alike, and never truncated; a part of an option's unit of time
/// is rounded up. Options may be used from any thread, also while others use the socket. Most are best set before a
/// connection is made; accepted sockets take over what the listener has.
namespace [[gnu::visibility("default")]] usocket {

/// A multicast group on one interface, for option::join_multicast_group and option::leave_multicast_group.
struct multicast_group {
    ip_address group{};
    /// The number of the interface, see interface_number(); 0 lets the system choose. The scope of an IPv6 group counts
    /// where this is 0.
    std::uint32_t interface_index = 0;
    /// Receive what this sender sends only; unset means from anybody.
    std::optional<ip_address> source{};

    [[nodiscard]] friend bool operator==(multicast_group const&, multicast_group const&) = default;
};

/// The options. Those "of TCP sockets" are of connected and of listening ones where no more is said.
namespace option {

/// One option: its number, the type of its value, and what may be done with it.
template <option_id Id, class Value, bool Readable = true, bool Writable = true>
struct basic_option {
    using value_type = Value;
    static constexpr option_id id = Id;
    static constexpr bool is_readable = Readable;
    static constexpr bool is_writable = Writable;

    [[nodiscard]] constexpr operator option_id() const noexcept { return Id; }
};

// ---- kept by the library: they hold for its own calls, with cancellation and exact accounting

/// How long each read or receive may wait; unset is no limit, zero one try. Of connected and datagram sockets
/// (usocket: `:receive-timeout`).
inline constexpr basic_option<option_id::receive_timeout, time_limit> receive_timeout{};
/// How long each write or send may wait. Of connected and datagram sockets (usocket: `:send-timeout`).
inline constexpr basic_option<option_id::send_timeout, time_limit> send_timeout{};

// ---- of any socket

/// The receive buffer in octets, 1 or more. The system rounds, and cuts at its own limit without a word: what is read
/// is what it really took. Linux takes twice what is asked, its own bookkeeping included.
inline constexpr basic_option<option_id::receive_buffer_size, std::size_t> receive_buffer_size{};
/// The send buffer, as receive_buffer_size.
inline constexpr basic_option<option_id::send_buffer_size, std::size_t> send_buffer_size{};
/// Whether the system notes when each datagram came (datagram_details::received_at). Of datagram sockets.
inline constexpr basic_option<option_id::timestamps, bool> timestamps{};

// ---- of IP sockets

/// Whether an address may be bound at once after a restart (usocket: `:reuse-address`). Counts before binding:
/// socket_listen() sets it by itself.
inline constexpr basic_option<option_id::reuse_address, bool> reuse_address{};
/// Whether sockets that all have this share a port, the system spreading connections and datagrams. Counts before
/// binding.
inline constexpr basic_option<option_id::reuse_port, bool> reuse_port{};
/// Whether an IPv6 socket takes IPv6 only. Of IPv6 sockets; settable before binding, else invalid_argument_error.
inline constexpr basic_option<option_id::ipv6_only, bool> ipv6_only{};
/// The name of the one interface that is used; empty is any. At most 15 characters.
/// Raises address_not_available_error (no such interface), operation_not_permitted_error.
inline constexpr basic_option<option_id::bind_to_device, std::string> bind_to_device{};
/// The mark of the packets sent, for routing and filters. Raises operation_not_permitted_error.
inline constexpr basic_option<option_id::mark, std::uint32_t> mark{};
/// The traffic class (TOS) of the packets sent, 0 to 255. The two low bits of a TCP socket's are the system's.
inline constexpr basic_option<option_id::traffic_class, int> traffic_class{};
/// The hop limit (TTL) of the packets sent to one host, 1 to 255.
inline constexpr basic_option<option_id::hop_limit, int> hop_limit{};
/// Whether packets go out with "don't fragment": what is too large for the path is then an error.
inline constexpr basic_option<option_id::dont_fragment, bool> dont_fragment{};
/// The largest packet that the path takes, in octets, as far as known. Read only.
/// Raises invalid_socket_error (not connected).
inline constexpr basic_option<option_id::path_mtu, int, true, false> path_mtu{};

// ---- of TCP sockets

/// Whether small writes go out at once instead of waiting to be collected (usocket: `:tcp-nodelay`).
inline constexpr basic_option<option_id::tcp_nodelay, bool> tcp_nodelay{};
/// The other spelling of tcp_nodelay (usocket: `:tcp-no-delay`).
inline constexpr auto tcp_no_delay = tcp_nodelay;
/// Whether an idle connection is probed, so that a peer that is gone is noticed (usocket: `:tcp-keepalive`).
inline constexpr basic_option<option_id::tcp_keepalive, bool> tcp_keepalive{};
/// How long a connection is idle before the first probe, 1 to 32767 s.
inline constexpr basic_option<option_id::tcp_keepalive_idle, std::chrono::seconds> tcp_keepalive_idle{};
/// The time between probes, 1 to 32767 s.
inline constexpr basic_option<option_id::tcp_keepalive_interval, std::chrono::seconds> tcp_keepalive_interval{};
/// How many probes without an answer end the connection, 1 to 127.
inline constexpr basic_option<option_id::tcp_keepalive_count, int> tcp_keepalive_count{};
/// How long closing waits for what was sent to be acknowledged, 0 to 65535 s; zero resets the connection instead.
/// Unset, the default, closes at once and goes on sending in the background.
inline constexpr basic_option<option_id::linger, std::optional<std::chrono::seconds>> linger{};
/// How long what was sent may stay unacknowledged before the connection ends, up to 24 days; zero is the system's
/// default.
inline constexpr basic_option<option_id::tcp_user_timeout, std::chrono::milliseconds> tcp_user_timeout{};
/// How many connections that came with data (fast open) may wait; zero turns it off. Of listening sockets.
inline constexpr basic_option<option_id::tcp_fast_open, int> tcp_fast_open{};
/// Whether connecting sends nothing until the first write, which then goes out with the connection request (fast open);
/// that a peer refuses is told by that write. Counts before connecting: set it in connect_options::configure.
inline constexpr basic_option<option_id::tcp_fast_open_connect, bool> tcp_fast_open_connect{};
/// Whether only full segments go out (for 200 ms at most); turning it off sends the rest. Of connected sockets.
inline constexpr basic_option<option_id::tcp_cork, bool> tcp_cork{};
/// How long a connection may wait for data before it is accepted without; zero accepts at once. The system rounds up to
/// its retransmissions. Of listening sockets.
inline constexpr basic_option<option_id::tcp_defer_accept, std::chrono::seconds> tcp_defer_accept{};
/// Whether acknowledgements go out at once. The system falls back to its own judgement later.
inline constexpr basic_option<option_id::tcp_quick_ack, bool> tcp_quick_ack{};
/// The algorithm of congestion control, by the system's name for it. Raises unsupported (no such algorithm),
/// operation_not_permitted_error, and invalid_argument_error for a name of more than 15 characters.
inline constexpr basic_option<option_id::tcp_congestion_control, std::string> tcp_congestion_control{};
/// What the system knows about the connection. Read only.
inline constexpr basic_option<option_id::tcp_info, struct tcp_info, true, false> tcp_info{};

// ---- of UDP sockets

/// Whether sending to broadcast addresses is allowed (usocket: `:broadcast`).
inline constexpr basic_option<option_id::broadcast, bool> broadcast{};
/// Whether the system notes the address that each datagram was sent to, and the interface that it came in by, for
/// receive_options::destination and datagram_details.
inline constexpr basic_option<option_id::packet_info, bool> packet_info{};
/// Whether the system notes the traffic class of each datagram (datagram_details::traffic_class).
inline constexpr basic_option<option_id::receive_traffic_class, bool> receive_traffic_class{};
/// Whether the system notes how many hops each datagram had left (datagram_details::hop_limit).
inline constexpr basic_option<option_id::receive_hop_limit, bool> receive_hop_limit{};
/// Whether the system tells with each datagram how many the socket had lost before it for want of room in its buffer
/// (datagram_details::lost_before).
inline constexpr basic_option<option_id::count_lost_datagrams, bool> count_lost_datagrams{};
/// Begins to receive what is sent to a group, from anybody or from one source. Write only.
/// Raises address_in_use_error (joined already), address_not_available_error (no such interface), no_buffers_error.
inline constexpr basic_option<option_id::join_multicast_group, multicast_group, false> join_multicast_group{};
/// Undoes join_multicast_group with the same value; closing does so, too. Write only.
/// Raises address_not_available_error (not joined).
inline constexpr basic_option<option_id::leave_multicast_group, multicast_group, false> leave_multicast_group{};
/// The hop limit (TTL) of datagrams sent to groups, 0 to 255; 1, the default, stays on the link, 0 on this machine.
inline constexpr basic_option<option_id::multicast_hop_limit, int> multicast_hop_limit{};
/// Whether members on this machine get what is sent to a group from here.
inline constexpr basic_option<option_id::multicast_loop, bool> multicast_loop{};
/// The number of the interface that datagrams to groups go out on, see interface_number(); 0 is the system's choice.
/// Raises address_not_available_error (no such interface, or for an IPv4 socket one without an IPv4 address).
inline constexpr basic_option<option_id::multicast_interface, std::uint32_t> multicast_interface{};

/// Any option by the system's own numbers: `option::raw<int>{SOL_SOCKET, SO_PRIORITY}`.
///
/// The system's value must be as large as a `T`; what else it gives is an invalid_argument_error.
template <class T>
    requires(std::is_trivially_copyable_v<T> && std::is_default_constructible_v<T>)
struct raw {
    int level;
    int name;
};

} // namespace option

namespace detail {

template <class Option>
concept known_option = requires { requires std::same_as<std::remove_cv_t<decltype(Option::id)>, option_id>; };

// With a null `ec` these raise; otherwise they report there. Reading says whether there is a value.

[[nodiscard]] bool read_option(usocket const& socket, option_id id, std::int64_t& value, std::error_code* ec);
[[nodiscard]] bool read_option(usocket const& socket, option_id id, time_limit& value, std::error_code* ec);
[[nodiscard]] bool read_option(usocket const& socket, option_id id, std::string& value, std::error_code* ec);
[[nodiscard]] bool read_option(usocket const& socket, option_id id, tcp_info& value, std::error_code* ec);

void write_option(usocket& socket, option_id id, std::int64_t value, std::error_code* ec);
void write_option(usocket& socket, option_id id, time_limit value, std::error_code* ec);
void write_option(usocket& socket, option_id id, std::string_view value, std::error_code* ec);
void write_option(usocket& socket, option_id id, multicast_group const& value, std::error_code* ec);

[[nodiscard]] bool read_raw_option(usocket const& socket, int level, int name, std::span<std::byte> value,
                                   std::error_code* ec);
void write_raw_option(usocket& socket, int level, int name, std::span<std::byte const> value, std::error_code* ec);

template <class Option>
[[nodiscard]] typename Option::value_type read_typed_option(usocket const& socket, std::error_code* ec) {
    using value = option_value<typename Option::value_type>;
    typename value::stored_type stored{};
    if (!read_option(socket, Option::id, stored, ec))
        return {};
    return value::from_stored(stored);
}

template <class T>
[[nodiscard]] T read_typed_raw_option(usocket const& socket, option::raw<T> option, std::error_code* ec) {
    std::array<std::byte, sizeof(T)> octets{};
    if (!read_raw_option(socket, option.level, option.name, octets, ec))
        return {};
    return std::bit_cast<T>(octets);
}

} // namespace detail

/// The value of an option (usocket: `socket-option`).
///
/// Raises `unsupported`, naming the option, where this kind of socket or this system lacks it; invalid_socket_error
/// (closed); and what the option says. With `ec`, the result of a failure is a value-initialised one.
template <detail::known_option Option>
    requires(Option::is_readable)
[[nodiscard]] typename Option::value_type socket_option(usocket const& socket, Option) {
    return detail::read_typed_option<Option>(socket, nullptr);
}
template <detail::known_option Option>
    requires(Option::is_readable)
[[nodiscard]] typename Option::value_type socket_option(usocket const& socket, Option, std::error_code& ec) {
    return detail::read_typed_option<Option>(socket, &ec);
}
template <class T>
[[nodiscard]] T socket_option(usocket const& socket, option::raw<T> option) {
    return detail::read_typed_raw_option(socket, option, nullptr);
}
template <class T>
[[nodiscard]] T socket_option(usocket const& socket, option::raw<T> option, std::error_code& ec) {
    return detail::read_typed_raw_option(socket, option, &ec);
}

/// Sets an option (usocket: `(setf socket-option)`).
///
/// Flags take a bool and nothing else; numbers any integer; times any duration; texts what a string view is made of.
/// Raises as socket_option() does, and invalid_argument_error for a value out of the option's range.
template <detail::known_option Option>
    requires(Option::is_writable)
void set_socket_option(usocket& socket, Option,
                       typename detail::option_value<typename Option::value_type>::argument const& value) {
    detail::write_option(socket, Option::id, detail::option_value<typename Option::value_type>::to_stored(value),
                         nullptr);
}
template <detail::known_option Option>
    requires(Option::is_writable)
void set_socket_option(usocket& socket, Option,
                       typename detail::option_value<typename Option::value_type>::argument const& value,
                       std::error_code& ec) {
    detail::write_option(socket, Option::id, detail::option_value<typename Option::value_type>::to_stored(value), &ec);
}
template <class T>
void set_socket_option(usocket& socket, option::raw<T> option, std::type_identity_t<T> const& value) {
    detail::write_raw_option(socket, option.level, option.name, std::as_bytes(std::span(&value, 1)), nullptr);
}
template <class T>
void set_socket_option(usocket& socket, option::raw<T> option, std::type_identity_t<T> const& value,
                       std::error_code& ec) {
    detail::write_raw_option(socket, option.level, option.name, std::as_bytes(std::span(&value, 1)), &ec);
}

/// Whether the system has the option, on some kind of socket: `supports(option::tcp_cork)`. Asks the running system.
[[nodiscard]] bool supports(option_id option) noexcept;

/// Whether this socket has the option. False for a closed one.
[[nodiscard]] bool supports(usocket const& socket, option_id option) noexcept;

/// The number of a network interface, such as "eth0"; 0 when there is none of that name.
/// Raises: std::bad_alloc.
[[nodiscard]] std::uint32_t interface_number(std::string_view name);

} // namespace usocket
