// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace usocket::test {

// A script is one octet that says how it is run, and three for each operation: which one, at which place, with which
// argument. The numbers of operations do not change, so that scripts that were kept mean the same later.

/// How a script is run, from its first octet.
struct script_manner {
    bool exposed = false; ///< It uses native_handle(), and may read past the library.
    bool observed = true; ///< Each wait is compared with what the system says. Asking may hide what it asks for.
    bool patient = true;  ///< Reading waits until what was sent has arrived.
};

enum class script_action : std::uint8_t {
    make_local,
    make_local_datagram,
    make_tcp,
    make_udp,
    make_listener,
    add,
    remove,
    peer_writes,
    peer_fills,
    receive,
    drain,
    read_line,
    read_some,
    count_available,
    writes,
    fills,
    peer_reads,
    peer_drains,
    peer_closes,
    peer_resets,
    peer_shuts,
    shuts,
    close,
    destroy,
    move,
    move_assign,
    close_and_remake,
    remove_all,
    wake,
    connect,
    accept,
    remake_list,
    move_list,
    wait_without_list,
    receive_past,
    urgent,
    pass_handle,
    peek,
    low_water,
    unget,
    look_in_stream,
    release,
    wait_for_all,
    wait, ///< And every higher number.
};

struct script_operation {
    script_action action{};
    std::size_t place = 0;
    std::uint8_t argument = 0;

    [[nodiscard]] std::size_t octets() const noexcept;
};

struct wait_script {
    script_manner manner{};
    std::vector<script_operation> operations{};
};

[[nodiscard]] wait_script read_script(std::span<std::uint8_t const> octets, std::size_t places);
[[nodiscard]] std::string_view name_of(script_action action) noexcept;
/// The octets of a script that a seed stands for.
[[nodiscard]] std::vector<std::uint8_t> random_script(unsigned seed);

} // namespace usocket::test
