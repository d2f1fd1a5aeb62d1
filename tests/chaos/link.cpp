// SPDX-License-Identifier: MIT
#include "chaos/link.hpp"

#include <array>
#include <optional>

namespace chaos {
namespace {

network make_network() {
    std::optional<network> made;
    start_thread([&] { made.emplace(); }).join();
    return std::move(*made);
}

std::array<descriptor, 2> make_devices(network const& near, network const& far, bool large) {
    std::array<descriptor, 2> devices;
    near.in([&] { devices[0] = open_interface("wire", large); });
    far.in([&] { devices[1] = open_interface("wire", large); });
    return devices;
}

constexpr std::size_t size_of_header = 10; // virtio_net_hdr

} // namespace

link::link(link_options const& options, figures& counts)
    : options_(options), near_(make_network()), far_(make_network()),
      shuttle_(make_devices(near_, far_, options.large), options.large ? size_of_header : 0, options.seed, counts) {
    configure(near_, 1, 1);
    configure(far_, 2, 9);
}

u::ip_address link::address(family of, unsigned which) {
    auto const last = static_cast<std::uint8_t>(which);
    if (of == family::v4)
        return {10, 77, 0, last};
    u::ip_address::v6_octets_type octets{0xfd, 0x77};
    octets[15] = last;
    return octets;
}

std::string link::routes(unsigned first) const {
    std::string lines("route replace 10.77.0.0/24 dev wire proto kernel scope link rto_min 20ms src ");
    lines.append(address(family::v4, first).to_string()).append("\n");
    if (has_v6()) // at a better metric than the one that comes with the address
        lines.append("route replace fd77::/64 dev wire metric 64 rto_min 20ms\n");
    return lines;
}

void link::configure(network const& where, unsigned first, unsigned last) const {
    where.set("ipv6/conf/wire/keep_addr_on_down", "1");
    where.set("ipv6/conf/wire/addr_gen_mode", "1"); // no chatter of link-local addresses
    where.set("ipv6/icmp/ratelimit", "0");
    where.set("ipv4/icmp_ratelimit", "0");
    where.set("ipv4/icmp_msgs_per_sec", "100000");
    where.set("ipv4/icmp_msgs_burst", "10000");
    std::string lines("link set lo up\nlink set wire txqueuelen 10000 mtu ");
    lines.append(std::to_string(options_.mtu)).append(" up\n");
    for (unsigned i = first; i <= last; ++i) {
        lines.append("addr add ").append(address(family::v4, i).to_string()).append("/24 dev wire\n");
        if (has_v6())
            lines.append("addr add ").append(address(family::v6, i).to_string()).append("/64 dev wire nodad\n");
    }
    lines.append(routes(first));
    where.command("ip -batch - <<'END'\n" + lines + "END");
}

void link::rules(network const& where, std::string const& lines) const {
    std::string text("nft -f - <<'END'\nflush ruleset\n");
    if (!lines.empty())
        text.append("table inet chaos {\n chain input {\n type filter hook input priority 0;\n")
            .append(lines)
            .append("\n}\n}\n");
    where.command(text.append("END"));
}

void link::interface_down(network const& where) const { where.command("ip link set wire down"); }

void link::interface_up(network const& where) const {
    where.command("ip -batch - <<'END'\nlink set wire up\n" + routes(&where == &near_ ? 1 : 2) + "END");
}

} // namespace chaos
