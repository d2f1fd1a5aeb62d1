// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include <usocket/error.hpp>

#include "chaos/link.hpp"

namespace chaos {

/// A way in which the far side refuses what comes, in the words of nftables.
struct refusal {
    char const* words;
    u::errc means;
    bool is_final; ///< A connected datagram socket is told.
};

/// Those by ICMP, of each kind that the family has.
[[nodiscard]] std::span<refusal const> refusals_by_notice(family of);

} // namespace chaos
