// SPDX-License-Identifier: MIT
#include "chaos/refusals.hpp"

namespace chaos {
namespace {

constexpr refusal of_v4[] = {
    {"reject with icmp type net-unreachable", u::errc::network_unreachable, false},
    {"reject with icmp type host-unreachable", u::errc::host_unreachable, false},
    {"reject with icmp type prot-unreachable", u::errc::protocol_not_supported, true},
    {"reject with icmp type port-unreachable", u::errc::connection_refused, true},
    {"reject with icmp type net-prohibited", u::errc::network_unreachable, true},
    {"reject with icmp type host-prohibited", u::errc::host_unreachable, true},
    {"reject with icmp type admin-prohibited", u::errc::host_unreachable, true},
};

constexpr refusal of_v6[] = {
    {"reject with icmpv6 type no-route", u::errc::network_unreachable, false},
    {"reject with icmpv6 type addr-unreachable", u::errc::host_unreachable, false},
    {"reject with icmpv6 type port-unreachable", u::errc::connection_refused, true},
    {"reject with icmpv6 type admin-prohibited", u::errc::operation_not_permitted, true},
    {"reject with icmpv6 type policy-fail", u::errc::operation_not_permitted, true},
    {"reject with icmpv6 type reject-route", u::errc::operation_not_permitted, true},
};

} // namespace

std::span<refusal const> refusals_by_notice(family of) {
    return of == family::v4 ? std::span<refusal const>(of_v4) : std::span<refusal const>(of_v6);
}

} // namespace chaos
