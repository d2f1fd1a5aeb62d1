// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstring>

#include <netinet/in.h>
#include <sys/socket.h>

#include <usocket/ip_address.hpp>

namespace usocket::platform {

/// The control data of a message that is sent: the address that it comes from.
class outgoing_notes {
public:
    void add_source(ip_address const& source) noexcept {
        auto const octets = source.octets();
        if (source.is_v4()) {
#ifdef IP_SENDSRCADDR
            in_addr info{};
            std::memcpy(&info, octets.data(), octets.size());
            add(IPPROTO_IP, IP_SENDSRCADDR, info);
#else
            in_pktinfo info{};
            std::memcpy(&info.ipi_spec_dst, octets.data(), octets.size());
            add(IPPROTO_IP, IP_PKTINFO, info);
#endif
        } else {
            in6_pktinfo info{};
            std::memcpy(&info.ipi6_addr, octets.data(), octets.size());
            if (source.is_link_local()) // the interface of any other is the route's affair
                info.ipi6_ifindex = source.scope();
            add(IPPROTO_IPV6, IPV6_PKTINFO, info);
        }
    }

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
        header.cmsg_len = static_cast<decltype(header.cmsg_len)>(CMSG_LEN(sizeof info));
        std::memcpy(data_.data(), &header, sizeof header);
        std::memcpy(data_.data() + CMSG_LEN(0), &info, sizeof info);
        size_ = CMSG_SPACE(sizeof info);
    }

    alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(in6_pktinfo))> data_{};
    std::size_t size_ = 0;
};

} // namespace usocket::platform
