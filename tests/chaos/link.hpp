// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include <usocket/usocket.hpp>

#include "chaos/namespaces.hpp"
#include "chaos/shuttle.hpp"

namespace chaos {

namespace u = usocket;

enum class family : std::uint8_t { v4, v6 };

struct link_options {
    family of = family::v4;
    unsigned mtu = 1500;
    bool large = false; ///< Packets pass before they are split.
    std::uint64_t seed = 1;
};

/// Two networks, `near` and `far`, and a link between them that can be as bad as one likes. Retransmission begins after
/// 20 ms rather than 200.
class link {
public:
    link(link_options const& options, figures& counts);

    [[nodiscard]] network const& near() const noexcept { return near_; }
    [[nodiscard]] network const& far() const noexcept { return far_; }
    [[nodiscard]] family of() const noexcept { return options_.of; }
    [[nodiscard]] unsigned mtu() const noexcept { return options_.mtu; }
    [[nodiscard]] bool is_large() const noexcept { return options_.large; }

    /// Both families are there where the MTU allows IPv6.
    [[nodiscard]] static u::ip_address near_address(family of) { return address(of, 1); }
    /// The far side has several, from 2 to 9.
    [[nodiscard]] static u::ip_address far_address(family of, unsigned which = 2) { return address(of, which); }
    [[nodiscard]] u::ip_address near_address() const { return near_address(options_.of); }
    [[nodiscard]] u::ip_address far_address() const { return far_address(options_.of); }

    void set(weather const& now) { shuttle_.set(now); }
    /// Everything vanishes, in both directions, or no longer.
    void black_hole(bool on) noexcept {
        shuttle_.drop(0, on);
        shuttle_.drop(1, on);
    }
    void black_hole_to_far(bool on) noexcept { shuttle_.drop(0, on); }
    void black_hole_to_near(bool on) noexcept { shuttle_.drop(1, on); }

    /// What becomes of what comes in there, as nftables says it; replaces the rules before. Empty: it is let in.
    void rules(network const& where, std::string const& lines) const;
    /// The interface goes down, or comes up with the addresses and routes that it had.
    void interface_down(network const& where) const;
    void interface_up(network const& where) const;

private:
    [[nodiscard]] static u::ip_address address(family of, unsigned which);
    void configure(network const& where, unsigned first, unsigned last) const;
    [[nodiscard]] std::string routes(unsigned first) const;
    [[nodiscard]] bool has_v6() const noexcept { return options_.mtu >= 1280; }

    link_options options_;
    network near_;
    network far_;
    shuttle shuttle_;
};

} // namespace chaos
