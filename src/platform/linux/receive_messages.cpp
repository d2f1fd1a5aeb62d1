// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cerrno>
#include <vector>

#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "platform/datagram.hpp"
#include "platform/posix/datagram_notes.hpp"
#include "platform/posix/sockaddr.hpp"
#include "platform/posix/transfer.hpp"

#ifndef UDP_GRO
#define UDP_GRO 104
#endif

namespace usocket::platform {

struct message_storage::system {
    struct control {
        alignas(cmsghdr) std::byte octets[room_for_notes];
    };

    // Were they a power of two apart, the beginnings of all messages would compete for the same places of the cache.
    static constexpr std::size_t page = 4096;
    static constexpr std::size_t shift = 192;

    system(std::size_t count, std::size_t room_of_each)
        : room_each(room_of_each), distance((room_of_each + page - 1) / page * page + shift),
          room(std::make_unique_for_overwrite<std::byte[]>(count * distance)),
          controls(std::make_unique_for_overwrite<control[]>(count)), addresses(count), vectors(count), headers(count),
          messages(count) {
        for (std::size_t i = 0; i < count; ++i) {
            vectors[i] = {&room[i * distance], room_each};
            msghdr& header = headers[i].msg_hdr;
            header = {};
            header.msg_name = addresses[i].fill();
            header.msg_iov = &vectors[i];
            header.msg_iovlen = 1;
        }
    }

    /// Sets what the system has written to. Handles could come along with local datagrams, as notes.
    void prepare(bool with_notes) noexcept {
        std::size_t const changed = with_notes == takes_notes ? written : headers.size();
        for (std::size_t i = 0; i < changed; ++i) {
            msghdr& header = headers[i].msg_hdr;
            header.msg_namelen = sizeof addresses[i].storage;
            header.msg_control = with_notes ? controls[i].octets : nullptr;
            header.msg_controllen = with_notes ? sizeof controls[i].octets : 0;
        }
        takes_notes = with_notes;
        written = 0;
    }

    [[nodiscard]] transfer failed(transfer const& why) noexcept {
        written = 1; // it may have begun
        return why;
    }

    /// False: there is no memory for the sender's name.
    [[nodiscard]] bool read(std::size_t from, std::size_t to) noexcept {
        received_message& message = messages[to];
        msghdr& header = headers[from].msg_hdr;
        message.size = headers[from].msg_len;
        message.octets = {&room[from * distance], std::min(message.size, room_each)};
        message.notes = header.msg_controllen != 0 ? notes_in(header) : datagram_notes();
        addresses[from].length = header.msg_namelen;
        if (header.msg_namelen == 0) { // how Linux reports a local sender without a name
            message.source = endpoint::local_unnamed();
            return true;
        }
        return decode_into(addresses[from], message.source) == 0;
    }

    std::size_t const room_each;
    std::size_t const distance;
    std::unique_ptr<std::byte[]> room;
    std::unique_ptr<control[]> controls;
    std::vector<socket_address> addresses;
    std::vector<iovec> vectors;
    std::vector<mmsghdr> headers;
    std::vector<received_message> messages;
    std::size_t received = 0;
    std::size_t written = headers.size(); ///< So many entries need to be prepared.
    bool takes_notes = false;
    bool was_joined = false; ///< The last message received.
};

message_storage::message_storage(std::size_t count, std::size_t room)
    : system_(std::make_unique<system>(count, room)) {}

message_storage::~message_storage() = default;

std::span<received_message> message_storage::messages() noexcept {
    return std::span(system_->messages).first(system_->received);
}

std::span<received_message const> message_storage::messages() const noexcept {
    return std::span(system_->messages).first(system_->received);
}

void message_storage::clear() noexcept { system_->received = 0; }

transfer message_storage::receive(handle socket, family which, transfer_flags flags, bool one_by_one) noexcept {
    auto& all = *system_;
    all.received = 0;
    all.prepare(which != family::local);
    int const mode = to_system(flags) | MSG_TRUNC; // with that, sizes are the datagrams' own
    std::size_t count = 1;
    if (one_by_one || all.was_joined) {
        auto& first = all.headers.front();
        auto const got = to_transfer(::recvmsg(socket, &first.msg_hdr, mode));
        if (got.error != 0)
            return all.failed(got);
        first.msg_len = static_cast<unsigned>(got.count);
    } else {
        auto const got = to_transfer(::recvmmsg(socket, all.headers.data(), static_cast<unsigned>(all.headers.size()),
                                                either_sign{mode | MSG_WAITFORONE}, nullptr));
        if (got.error != 0)
            return all.failed(got);
        count = got.count;
    }
    all.written = std::min(count + 1, all.headers.size()); // it may have begun with another
    transfer total;
    for (std::size_t i = 0; i < count; ++i) {
        if (!all.read(i, all.received))
            continue;
        total.count += all.messages[all.received].size;
        ++all.received;
    }
    if (all.received == 0 && count != 0)
        total.error = ENOMEM;
    all.was_joined = all.received != 0 && all.messages[all.received - 1].notes.segment != 0;
    return total;
}

namespace {

/// Whether a UDP socket takes the option with a value that changes nothing.
bool has_udp_option(int name) noexcept {
    int const probe = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (probe < 0)
        return false;
    int const off = 0;
    bool const has = ::setsockopt(probe, IPPROTO_UDP, name, &off, sizeof off) == 0;
    close_handle(probe);
    return has;
}

} // namespace

bool has_datagram_offload() noexcept {
    static bool const has = has_udp_option(UDP_GRO);
    return has;
}

bool has_calls_of_many() noexcept { return true; }

int join_datagrams(handle socket) noexcept {
    int const on = 1;
    return ::setsockopt(socket, IPPROTO_UDP, UDP_GRO, &on, sizeof on) == 0 ? 0 : errno;
}

} // namespace usocket::platform
