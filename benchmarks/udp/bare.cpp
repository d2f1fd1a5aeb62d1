// SPDX-License-Identifier: MIT
#include <netinet/udp.h>
#include <sys/uio.h>

#include "udp/contender.hpp"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

namespace udp_bench {
namespace {

// Each learns what the library tells: the source of each datagram, and whether it fitted (MSG_TRUNC).

/// A call for each.
class single final : public contender {
public:
    explicit single(burst const&) : buffer_(largest_datagram) {}

    void send(datagrams const& all) override {
        for (std::size_t i = 0; i < all.count(); ++i) {
            if (::sendto(pair_.sender, all.data(i), all.size(i), 0, reinterpret_cast<sockaddr const*>(&pair_.where),
                         sizeof pair_.where) != static_cast<ssize_t>(all.size(i)))
                peer::give_up("sendto");
        }
    }
    void receive(datagrams const& all) override {
        for (std::size_t i = 0; i < all.count(); ++i) {
            sockaddr_storage source; // NOLINT(cppcoreguidelines-pro-type-member-init): filled by the call
            socklen_t length = sizeof source;
            ssize_t const size = ::recvfrom(pair_.receiver, buffer_.data(), buffer_.size(), MSG_DONTWAIT | MSG_TRUNC,
                                            reinterpret_cast<sockaddr*>(&source), &length);
            if (size < 0)
                all.lost(i);
            all.check(i, buffer_.data(), static_cast<std::size_t>(size));
        }
    }

private:
    bare_pair pair_;
    std::vector<char> buffer_;
};

/// Messages and their addresses for calls of many.
class message_list {
public:
    explicit message_list(std::size_t count) : headers_(count), vectors_(count), addresses_(count) {
        for (std::size_t i = 0; i < count; ++i) {
            headers_[i].msg_hdr.msg_iov = &vectors_[i];
            headers_[i].msg_hdr.msg_iovlen = 1;
            headers_[i].msg_hdr.msg_name = &addresses_[i];
            headers_[i].msg_hdr.msg_namelen = sizeof addresses_[i];
        }
    }
    [[nodiscard]] mmsghdr* headers() noexcept { return headers_.data(); }
    [[nodiscard]] msghdr& header(std::size_t index) noexcept { return headers_[index].msg_hdr; }
    [[nodiscard]] iovec& vector(std::size_t index) noexcept { return vectors_[index]; }
    [[nodiscard]] sockaddr_in& address(std::size_t index) noexcept { return addresses_[index]; }

private:
    std::vector<mmsghdr> headers_;
    std::vector<iovec> vectors_;
    std::vector<sockaddr_in> addresses_;
};

/// All in a call.
class many final : public contender {
public:
    explicit many(burst const& what) : out_(what.count), in_(what.count) {
        room_.resize(what.count * distance);
        for (std::size_t i = 0; i < what.count; ++i) {
            out_.address(i) = pair_.where;
            in_.vector(i) = {room_.data() + i * distance, largest_datagram};
        }
    }
    void send(datagrams const& all) override {
        for (std::size_t i = 0; i < all.count(); ++i)
            out_.vector(i) = {const_cast<char*>(all.data(i)), all.size(i)};
        if (::sendmmsg(pair_.sender, out_.headers(), static_cast<unsigned>(all.count()), 0) !=
            static_cast<int>(all.count()))
            peer::give_up("sendmmsg");
    }
    void receive(datagrams const& all) override {
        int const received = ::recvmmsg(pair_.receiver, in_.headers(), static_cast<unsigned>(all.count()),
                                        MSG_DONTWAIT | MSG_TRUNC, nullptr);
        if (received != static_cast<int>(all.count()))
            all.lost(static_cast<std::size_t>(std::max(received, 0)));
        for (std::size_t i = 0; i < all.count(); ++i)
            all.check(i, room_.data() + i * distance, in_.headers()[i].msg_len);
    }

private:
    static constexpr std::size_t distance = 65536 + 192;

    bare_pair pair_;
    message_list out_;
    message_list in_;
    std::vector<char> room_;
};

/// As few and as large messages as possible, which the system splits and joins.
class offload final : public contender {
public:
    explicit offload(burst const&) : buffer_(largest_datagram) {
        int const on = 1;
        if (::setsockopt(pair_.receiver, IPPROTO_UDP, UDP_GRO, &on, sizeof on) != 0)
            peer::give_up("UDP_GRO");
    }
    void send(datagrams const& all) override {
        std::size_t const size = all.size(0);
        std::size_t const most = std::min<std::size_t>(64, 65507 / size);
        for (std::size_t i = 0; i < all.count(); i += most) {
            std::size_t const count = std::min(most, all.count() - i);
            iovec vector{const_cast<char*>(all.data(i)), count * size};
            alignas(cmsghdr) char control[CMSG_SPACE(sizeof(std::uint16_t))] = {};
            msghdr message{};
            message.msg_name = &pair_.where;
            message.msg_namelen = sizeof pair_.where;
            message.msg_iov = &vector;
            message.msg_iovlen = 1;
            message.msg_control = control;
            message.msg_controllen = sizeof control;
            cmsghdr* const note = CMSG_FIRSTHDR(&message);
            note->cmsg_level = IPPROTO_UDP;
            note->cmsg_type = UDP_SEGMENT;
            note->cmsg_len = CMSG_LEN(sizeof(std::uint16_t));
            auto const segment = static_cast<std::uint16_t>(size);
            std::memcpy(CMSG_DATA(note), &segment, sizeof segment);
            if (::sendmsg(pair_.sender, &message, 0) != static_cast<ssize_t>(count * size))
                peer::give_up("sendmsg with UDP_SEGMENT");
        }
    }
    void receive(datagrams const& all) override {
        for (std::size_t i = 0; i < all.count();) {
            sockaddr_in source{};
            iovec vector{buffer_.data(), buffer_.size()};
            alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
            msghdr message{};
            message.msg_name = &source;
            message.msg_namelen = sizeof source;
            message.msg_iov = &vector;
            message.msg_iovlen = 1;
            message.msg_control = control;
            message.msg_controllen = sizeof control;
            ssize_t const size = ::recvmsg(pair_.receiver, &message, MSG_DONTWAIT | MSG_TRUNC);
            if (size < 0)
                all.lost(i);
            int segment = static_cast<int>(size);
            if (cmsghdr const* const note = CMSG_FIRSTHDR(&message);
                note != nullptr && note->cmsg_level == IPPROTO_UDP && note->cmsg_type == UDP_GRO)
                std::memcpy(&segment, CMSG_DATA(note), sizeof segment);
            for (ssize_t at = 0; at < size; at += segment)
                all.check(i++, buffer_.data() + at, static_cast<std::size_t>(std::min<ssize_t>(segment, size - at)));
        }
    }

private:
    bare_pair pair_;
    std::vector<char> buffer_;
};

} // namespace

entry bare_single() { return {"bare sendto/recvfrom", make<single>}; }
entry bare_many() { return {"bare mmsg", make<many>}; }
entry bare_offload() { return {"bare GSO/GRO", make<offload>}; }

} // namespace udp_bench
