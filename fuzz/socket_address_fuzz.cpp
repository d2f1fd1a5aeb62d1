// SPDX-License-Identifier: MIT
//
// Addresses and notes as the system might hand them over, with any octets and any length. The first octet chooses: an
// address; control data of any octets; or notes as the system makes them, the last of which may be cut short.
#include "platform/posix/sockaddr.hpp"

#include <algorithm>
#include <chrono>
#include <climits>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "input.hpp"
#include "platform/posix/datagram_notes.hpp"
#include "report.hpp"

namespace {

using fuzz::require;
using usocket::endpoint;
using usocket::ip_address;
using usocket::platform::datagram_notes;
using usocket::platform::notes_in;
using usocket::platform::socket_address;

// ---- addresses

/// The endpoint of what can be seen of an address.
endpoint read_endpoint(std::string_view visible) {
    auto const octet = [&](std::size_t i) { return static_cast<std::uint8_t>(visible[i]); };
    auto const port = [&] { return static_cast<std::uint16_t>(octet(2) << 8 | octet(3)); };
    if (visible.size() < 2)
        return {};
    sa_family_t family = 0;
    std::memcpy(&family, visible.data(), sizeof family);
    if (family == AF_INET && visible.size() >= sizeof(sockaddr_in))
        return {ip_address(octet(4), octet(5), octet(6), octet(7)), port()};
    if (family == AF_INET6 && visible.size() >= sizeof(sockaddr_in6)) {
        ip_address::v6_octets_type wide{};
        std::memcpy(wide.data(), visible.data() + 8, wide.size());
        std::uint32_t scope = 0;
        std::memcpy(&scope, visible.data() + 24, sizeof scope);
        return {ip_address(wide, scope), port()};
    }
    if (family != AF_UNIX)
        return {};
    auto const name = visible.substr(2);
    if (name.empty())
        return endpoint::local_unnamed();
    return name[0] == '\0' ? endpoint::local_abstract(name.substr(1))
                           : endpoint::local_path(name.substr(0, name.find('\0')));
}

std::string_view visible_in(socket_address const& address) {
    return {reinterpret_cast<char const*>(address.bytes()), address.size()};
}

/// What encode() is to make of an endpoint that was in these octets; nothing where no system call could be given it.
std::optional<std::string> written(endpoint const& value, std::string_view visible) {
    switch (value.type()) {
    case endpoint::kind::ip: {
        std::string octets(visible.substr(0, value.address().is_v4() ? sizeof(sockaddr_in) : sizeof(sockaddr_in6)));
        // The padding of the one, the flow label of the other.
        octets.replace(value.address().is_v4() ? 8 : 4, value.address().is_v4() ? 8 : 4,
                       value.address().is_v4() ? 8 : 4, '\0');
        return octets;
    }
    case endpoint::kind::local_unnamed:
        return std::string(visible.substr(0, 2));
    case endpoint::kind::local_abstract:
        if (visible.size() > sizeof(sockaddr_un))
            return std::nullopt;
        return std::string(visible);
    case endpoint::kind::local_path: {
        std::size_t const size = 2 + value.path().size();
        if (size > sizeof(sockaddr_un))
            return std::nullopt;
        return std::string(visible.substr(0, size)).append(size < sizeof(sockaddr_un) ? 1 : 0, '\0');
    }
    case endpoint::kind::none:
        break;
    }
    return std::nullopt;
}

void check_raw(socket_address const& address, endpoint const& expected) {
    usocket::platform::raw_address raw; // NOLINT(cppcoreguidelines-pro-type-member-init)
    new (&raw) socket_address(address);
    endpoint source(ip_address(1, 2, 3, 4), 5);
    require(decode_source(raw, source) == 0, "a source is not read");
    require(source == (address.length == 0 ? endpoint::local_unnamed() : expected), "another source");
    using usocket::platform::family;
    auto const own = expected.is_local() ? family::local : expected.address().is_v4() ? family::v4 : family::v6;
    if (encode_destination(expected, own, raw) != 0)
        return;
    require(decode_source(raw, source) == 0 && source == expected, "a destination does not come back as a source");
}

void check_address(fuzz::input& in) {
    auto length = static_cast<socklen_t>(in.octet());
    if (length > 200) // the system says so where more was there than fits
        length = static_cast<socklen_t>(in.number(4));
    auto const text = in.text(sizeof(sockaddr_storage));
    auto const about = [&] { return std::to_string(length).append(" octets of ").append(fuzz::quoted(text)); };
    endpoint value;
    for (int const behind : {0x00, 0xff}) { // what is not part of the address is not looked at
        socket_address address;
        std::memset(address.bytes(), behind, sizeof address.storage);
        std::memcpy(address.bytes(), text.data(), text.size());
        if (text.size() < address.size() && length <= sizeof address.storage)
            std::memset(address.bytes() + text.size(), 0, address.size() - text.size());
        address.length = length;
        value = read_endpoint(visible_in(address));
        require(decode(address) == value, "another endpoint", about);
        check_raw(address, value);

        socket_address again;
        auto const expected = written(value, visible_in(address));
        bool const encoded = encode(value, again) == 0;
        require(encoded == expected.has_value(), "what can be encoded", about);
        if (encoded) {
            require(visible_in(again) == *expected, "other octets", about);
            require(decode(again) == value, "another endpoint after encoding", about);
        }
    }
    if (value.path().starts_with('@')) // a path that is written otherwise
        return;
    if (value.type() != endpoint::kind::none)
        require(endpoint::parse(value.to_string()) == value, "an endpoint's text is not read back", about);
}

// ---- notes

/// Octets in memory of exactly their size, so that the sanitizer sees what is read behind them.
class control_data {
public:
    explicit control_data(std::string_view octets) : octets_(std::make_unique<char[]>(octets.size())) {
        std::memcpy(octets_.get(), octets.data(), octets.size());
        message_.msg_control = octets_.get();
        message_.msg_controllen = octets.size();
    }
    [[nodiscard]] msghdr& message() { return message_; }

private:
    std::unique_ptr<char[]> octets_;
    msghdr message_{};
};

/// The system's times have 64 bits of nanoseconds: others are made such.
void tame_times(msghdr& message) {
    auto* const end = static_cast<unsigned char*>(message.msg_control) + message.msg_controllen;
    for (cmsghdr* note = CMSG_FIRSTHDR(&message); note != nullptr; note = CMSG_NXTHDR(&message, note)) {
        timespec time{};
        auto* const data = CMSG_DATA(note);
        if (note->cmsg_level != SOL_SOCKET || note->cmsg_type != SCM_TIMESTAMPNS || end < data + sizeof time)
            continue;
        std::memcpy(&time, data, sizeof time);
        time.tv_sec %= 9'000'000'000;
        time.tv_nsec %= 1'000'000'000;
        std::memcpy(data, &time, sizeof time);
    }
}

void check_any_control(fuzz::input& in) {
    control_data control(in.rest());
    tame_times(control.message());
    static_cast<void>(notes_in(control.message()));
}

template <class Info>
std::string octets_of(Info const& info) {
    return {reinterpret_cast<char const*>(&info), sizeof info};
}

/// Notes as the system puts them, into a room that may be too small, and what is to be understood of them.
class notes_maker {
public:
    explicit notes_maker(std::size_t room) : room_(room) {}

    void step(fuzz::input& in) {
        switch (in.up_to(9)) {
        case 0: {
            auto const size = static_cast<int>(in.number(2));
            if (put(IPPROTO_UDP, 104, octets_of(size)) && size > 0) // UDP_GRO
                expected_.segment = static_cast<std::size_t>(size);
            break;
        }
        case 1:
            put_v4_info(in);
            break;
        case 2:
            put_v6_info(in);
            break;
        case 3:
            put_octet(IPPROTO_IP, IP_TOS, in, expected_.traffic_class);
            break;
        case 4:
            put_octet(IPPROTO_IP, IP_TTL, in, expected_.hop_limit);
            break;
        case 5:
            put_octet(IPPROTO_IPV6, IPV6_TCLASS, in, expected_.traffic_class);
            break;
        case 6:
            put_octet(IPPROTO_IPV6, IPV6_HOPLIMIT, in, expected_.hop_limit);
            break;
        case 7: {
            auto const lost = static_cast<std::uint32_t>(in.number(4));
            if (put(SOL_SOCKET, 40, octets_of(lost))) // SO_RXQ_OVFL
                expected_.lost_before = lost;
            break;
        }
        case 8: {
            auto const since = static_cast<std::int64_t>(in.number(8) >> 1);
            timespec const time{since / 1'000'000'000, since % 1'000'000'000};
            if (put(SOL_SOCKET, SCM_TIMESTAMPNS, octets_of(time)))
                expected_.received_at = usocket::datagram_details::time_point(std::chrono::nanoseconds(since));
            break;
        }
        default: { // one that nobody asked for
            int const level = in.up_to(1) == 0 ? IPPROTO_IP : IPPROTO_IPV6;
            int const type = level == IPPROTO_IP ? IP_RECVOPTS : IPV6_HOPOPTS;
            put(level, type, std::string(in.text(in.up_to(60))));
        }
        }
    }

    [[nodiscard]] std::string const& octets() const { return octets_; }
    [[nodiscard]] datagram_notes const& expected() const { return expected_; }

private:
    /// False: it is not all there.
    bool put(int level, int type, std::string const& data) {
        std::size_t const left = room_ - octets_.size();
        if (left < sizeof(cmsghdr))
            return false;
        cmsghdr header{};
        header.cmsg_level = level;
        header.cmsg_type = type;
        header.cmsg_len = std::min<std::size_t>(left, CMSG_LEN(data.size()));
        there_ = header.cmsg_len - CMSG_LEN(0);
        octets_ += octets_of(header);
        octets_.append(data, 0, there_);
        octets_.resize(std::min<std::size_t>(room_, octets_.size() - header.cmsg_len + CMSG_SPACE(data.size())));
        return there_ == data.size();
    }

    void put_octet(int level, int type, fuzz::input& in, std::optional<std::uint8_t>& expected) {
        auto const value = in.octet();
        std::size_t const before = octets_.size();
        bool const whole = put(level, type, in.once_in(2) ? octets_of(int{value}) : octets_of(value));
        if (octets_.size() != before)
            expected = whole || there_ > 0 ? std::optional(value) : std::nullopt;
    }

    void put_v4_info(fuzz::input& in) {
        in_pktinfo info{};
        info.ipi_ifindex = static_cast<int>(in.number(2));
        info.ipi_addr.s_addr = static_cast<in_addr_t>(in.number(4));
        info.ipi_spec_dst.s_addr = in.once_in(2) ? info.ipi_addr.s_addr : static_cast<in_addr_t>(in.number(4));
        if (!put(IPPROTO_IP, IP_PKTINFO, octets_of(info)))
            return;
        expected_.destination = ip_address::from_v4_integer(ntohl(info.ipi_addr.s_addr));
        expected_.sent_to_many = info.ipi_addr.s_addr != info.ipi_spec_dst.s_addr;
        expected_.interface_number = static_cast<std::uint32_t>(info.ipi_ifindex);
    }

    void put_v6_info(fuzz::input& in) {
        in6_pktinfo info{};
        info.ipi6_ifindex = static_cast<unsigned>(in.number(2));
        auto const text = in.text(sizeof info.ipi6_addr);
        std::memcpy(&info.ipi6_addr, text.data(), text.size());
        if (!put(IPPROTO_IPV6, IPV6_PKTINFO, octets_of(info)))
            return;
        ip_address::v6_octets_type wide{};
        std::memcpy(wide.data(), &info.ipi6_addr, wide.size());
        expected_.destination = ip_address(wide, IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr) ? info.ipi6_ifindex : 0);
        expected_.sent_to_many |= ip_address(wide).is_multicast();
        expected_.interface_number = info.ipi6_ifindex;
    }

    std::size_t const room_;
    std::string octets_{};
    std::size_t there_ = 0; ///< Octets of the last note's data.
    datagram_notes expected_{};
};

void check_notes(fuzz::input& in) {
    notes_maker made(in.octet() * 2U);
    while (!in.empty())
        made.step(in);
    control_data control(made.octets());
    datagram_notes const ours = notes_in(control.message());
    auto const& expected = made.expected();
    auto const about = [&] { return fuzz::quoted(made.octets()); };
    require(ours.segment == expected.segment, "the size of joined datagrams", about);
    require(ours.destination == expected.destination, "a note of the destination", about);
    require(ours.sent_to_many == expected.sent_to_many, "sent to many", about);
    require(ours.interface_number == expected.interface_number, "the interface", about);
    require(ours.traffic_class == expected.traffic_class, "the traffic class", about);
    require(ours.hop_limit == expected.hop_limit, "the hop limit", about);
    require(ours.lost_before == expected.lost_before, "the number of lost datagrams", about);
    require(ours.received_at == expected.received_at, "the time", about);
}

} // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    fuzz::input in(data, size);
    switch (in.up_to(2)) {
    case 0:
        check_address(in);
        break;
    case 1:
        check_any_control(in);
        break;
    default:
        check_notes(in);
    }
    return 0;
}
