// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "platform/datagram.hpp"
#include "platform/windows/sockaddr.hpp"
#include "platform/windows/transfer.hpp"

/// The system moves one message in a call.
namespace usocket::platform {

// ---- receiving

struct message_storage::system {
    system(std::size_t, std::size_t room_each) : room(room_each) {}

    std::vector<std::byte> room;
    received_message message{};
    std::size_t received = 0;
};

message_storage::message_storage(std::size_t count, std::size_t room)
    : system_(std::make_unique<system>(count, room)) {}

message_storage::~message_storage() = default;

std::span<received_message> message_storage::messages() noexcept { return {&system_->message, system_->received}; }

std::span<received_message const> message_storage::messages() const noexcept {
    return {&system_->message, system_->received};
}

void message_storage::clear() noexcept { system_->received = 0; }

transfer message_storage::receive(handle socket, family which, transfer_flags flags, bool) noexcept {
    auto& all = *system_;
    all.received = 0;
    all.message.notes = {};
    auto const got = which == family::local
                         ? receive_from(socket, all.room, all.message.source, flags)
                         : receive_with_notes(socket, {}, all.room, all.message.source, all.message.notes, flags);
    if (got.error != 0)
        return got;
    all.message.size = got.count;
    all.message.octets = std::span(all.room).first(std::min(got.count, all.room.size()));
    all.received = 1;
    return got;
}

bool has_datagram_offload() noexcept { return false; }

bool has_calls_of_many() noexcept { return false; }

int join_datagrams(handle) noexcept { return not_on_windows; }

// ---- sending

namespace {

bool is_chosen_by_system(endpoint const* source) noexcept {
    return source == nullptr || source->type() == endpoint::kind::none ||
           (source->is_ip() && source->address().is_unspecified());
}

/// Why a socket can send from no such address.
int refuses_source(family which, endpoint const& source) noexcept {
    if (which == family::local)
        return WSAEOPNOTSUPP;
    if (!source.is_ip())
        return WSAEINVAL;
    return which == family::v4 && source.address().unmapped().is_v6() ? WSAEADDRNOTAVAIL : 0;
}

/// The note that says where a datagram goes out from.
class source_note {
public:
    explicit source_note(ip_address const& source) noexcept {
        auto const octets = source.octets();
        if (source.is_v4()) {
            IN_PKTINFO info{};
            std::memcpy(&info.ipi_addr, octets.data(), octets.size());
            put(IPPROTO_IP, IP_PKTINFO, info);
        } else {
            IN6_PKTINFO info{};
            std::memcpy(&info.ipi6_addr, octets.data(), octets.size());
            if (source.is_link_local()) // the interface of any other is the route's affair
                info.ipi6_ifindex = source.scope();
            put(IPPROTO_IPV6, IPV6_PKTINFO, info);
        }
    }

    [[nodiscard]] WSABUF control() noexcept { return {static_cast<u_long>(size_), data_.data()}; }

private:
    template <class Info>
    void put(int level, int type, Info const& info) noexcept {
        WSACMSGHDR header{};
        header.cmsg_level = level;
        header.cmsg_type = type;
        header.cmsg_len = WSA_CMSG_LEN(sizeof info);
        std::memcpy(data_.data(), &header, sizeof header);
        std::memcpy(data_.data() + WSA_CMSG_LEN(0), &info, sizeof info);
        size_ = WSA_CMSG_SPACE(sizeof info);
    }

    alignas(WSACMSGHDR) std::array<char, 64> data_{};
    std::size_t size_ = 0;
};
static_assert(WSA_CMSG_SPACE(sizeof(IN6_PKTINFO)) <= 64);

int send_from(handle socket, ip_address const& source, sockaddr* destination, int length, std::span<WSABUF> pieces,
              DWORD& count) noexcept {
    WSAMSG message{};
    message.name = destination;
    message.namelen = length;
    message.lpBuffers = pieces.data();
    message.dwBufferCount = static_cast<DWORD>(pieces.size());
    // An IPv4 datagram of a v6 socket takes an IPv4 note.
    source_note note(source.unmapped());
    message.Control = note.control();
    return outcome(::WSASendMsg(socket, &message, 0, &count, nullptr, nullptr));
}

int send_message(handle socket, family which, outgoing_message const& message) noexcept {
    if (message.segment != 0)
        return WSAEOPNOTSUPP;
    if (message.piece_count > most_pieces)
        return WSAEINVAL;
    std::array<WSABUF, most_pieces> room; // filled as far as it is needed
    auto const pieces = std::span(room).first(message.piece_count);
    std::transform(message.pieces, message.pieces + message.piece_count, pieces.begin(),
                   [](outgoing_piece const& piece) { return to_buffer({piece.data, piece.size}); });
    socket_address address;
    if (message.destination != nullptr) {
        if (int const error = encode_in_form_of(which, *message.destination, address))
            return error;
    }
    auto* const to = message.destination != nullptr ? reinterpret_cast<sockaddr*>(&address.storage) : nullptr;
    DWORD count = 0;
    if (!is_chosen_by_system(message.source)) {
        int const refusal = refuses_source(which, *message.source);
        return refusal != 0 ? refusal
                            : send_error(socket, send_from(socket, message.source->address(), to, address.length,
                                                           pieces, count));
    }
    int const result = ::WSASendTo(socket, pieces.data(), static_cast<DWORD>(pieces.size()), &count, 0, to,
                                   address.length, nullptr, nullptr);
    return send_error(socket, outcome(result));
}

} // namespace

transfer send_messages(handle socket, family which, std::span<outgoing_message const> messages,
                       transfer_flags) noexcept {
    transfer total;
    for (auto const& message : messages.first(std::min(messages.size(), most_messages))) {
        int const error = send_message(socket, which, message);
        if (error != 0) {
            if (total.count == 0)
                total.error = error;
            break;
        }
        ++total.count;
    }
    return total;
}

} // namespace usocket::platform
