// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "platform/socket_options.hpp"

/// How a system calls the options: each system has files of its own that define these.
namespace usocket::platform {

/// An option that is an int in the system's calls.
struct system_option {
    option_id id{};
    int level = 0;
    int name = 0;
    bool is_unsigned = false;
    int v6_level = -1; ///< Where IPv6 has a level and a name of its own.
    int v6_name = -1;

    [[nodiscard]] bool has_v6() const noexcept { return v6_level >= 0; }
};

/// Null for an option that the system lacks, or that is no int there.
[[nodiscard]] system_option const* find_system_option(option_id) noexcept;

/// Whether the system has an option that is no int there, or needs more than one call.
[[nodiscard]] bool has_special_option(option_id) noexcept;
[[nodiscard]] int get_special_option(handle, family, option_id, std::int64_t& value) noexcept;
[[nodiscard]] int set_special_option(handle, family, option_id, std::int64_t value) noexcept;

[[nodiscard]] int get_int(handle, int level, int name, int& value) noexcept;
[[nodiscard]] int set_int(handle, int level, int name, int value) noexcept;

/// The outcome of setting the IPv4 half of an option on a v6 socket: a system without that half is no failure.
[[nodiscard]] int forgive_missing_v4(int error) noexcept;

} // namespace usocket::platform
