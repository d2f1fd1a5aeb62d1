// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>

#include <usocket/ip_address.hpp>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

namespace usocket::platform {

/// The control data of a message that is sent.
class outgoing_notes {
public:
    // Left as it is: no more of it is read than was written.
    outgoing_notes() noexcept {} // NOLINT(cppcoreguidelines-pro-type-member-init,modernize-use-equals-default)

    void add_source(ip_address const& source) noexcept {
        auto const octets = source.octets();
        if (source.is_v4()) {
            in_pktinfo info{};
            std::memcpy(&info.ipi_spec_dst, octets.data(), octets.size());
            add(IPPROTO_IP, IP_PKTINFO, info);
        } else {
            in6_pktinfo info{};
            std::memcpy(&info.ipi6_addr, octets.data(), octets.size());
            if (source.is_link_local()) // the interface of any other is the route's affair
                info.ipi6_ifindex = source.scope();
            add(IPPROTO_IPV6, IPV6_PKTINFO, info);
        }
    }
    void add_segment(std::size_t size) noexcept { add(IPPROTO_UDP, UDP_SEGMENT, static_cast<std::uint16_t>(size)); }

    /// The notes must outlive the message's call.
    void attach_to(msghdr& message) noexcept {
        message.msg_control = size_ != 0 ? data_.data() : nullptr;
        message.msg_controllen = static_cast<decltype(message.msg_controllen)>(size_);
    }

private:
    template <class Info>
    void add(int level, int type, Info const& info) noexcept {
        cmsghdr header{};
        header.cmsg_level = level;
        header.cmsg_type = type;
        header.cmsg_len = CMSG_LEN(sizeof info);
        std::memcpy(data_.data() + size_, &header, sizeof header);
        std::memcpy(data_.data() + size_ + CMSG_LEN(0), &info, sizeof info);
        size_ += CMSG_SPACE(sizeof info);
    }

    alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(in6_pktinfo)) + CMSG_SPACE(sizeof(std::uint16_t))> data_;
    std::size_t size_ = 0;
};

} // namespace usocket::platform
