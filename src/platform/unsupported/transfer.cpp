// SPDX-License-Identifier: MIT
#include "platform/datagram.hpp"
#include "platform/platform.hpp"
#include "platform/unsupported/not_here.hpp"

namespace usocket::platform {

int last_error() noexcept { return not_here; }

std::ptrdiff_t receive_raw(handle, std::span<std::byte>, transfer_flags) { return -1; }

transfer receive_scattered(handle, std::span<std::byte>, std::span<std::byte>, transfer_flags) noexcept {
    return {0, not_here};
}

std::ptrdiff_t receive_from_raw(handle, std::span<std::byte>, transfer_flags, raw_address&) { return -1; }

int decode_source(raw_address const&, endpoint&) noexcept { return not_here; }
void decode_ip_source(raw_address const&, ip_address&, std::uint16_t&) noexcept {}
int encode_destination(endpoint const&, family, raw_address&) noexcept { return not_here; }

std::ptrdiff_t send_to_raw(handle, std::span<std::byte const>, transfer_flags, raw_address const&) { return -1; }
std::ptrdiff_t send_raw(handle, std::span<std::byte const>, transfer_flags) { return -1; }

transfer send_gathered(handle, std::span<std::byte const>, std::span<std::byte const>, transfer_flags) noexcept {
    return {0, not_here};
}

// ---- datagrams with notes, and in numbers

transfer receive_with_notes(handle, std::span<std::byte>, std::span<std::byte>, endpoint&, datagram_notes&,
                            transfer_flags) noexcept {
    return {0, not_here};
}

bool has_datagram_offload() noexcept { return false; }
bool has_calls_of_many() noexcept { return false; }
int join_datagrams(handle) noexcept { return not_here; }

transfer send_messages(handle, family, std::span<outgoing_message const>, transfer_flags) noexcept {
    return {0, not_here};
}

struct message_storage::system {};

message_storage::message_storage(std::size_t, std::size_t) {}
message_storage::~message_storage() = default;

transfer message_storage::receive(handle, family, transfer_flags, bool) noexcept { return {0, not_here}; }
std::span<received_message> message_storage::messages() noexcept { return {}; }
std::span<received_message const> message_storage::messages() const noexcept { return {}; }
void message_storage::clear() noexcept {}

} // namespace usocket::platform
