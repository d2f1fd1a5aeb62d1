// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string_view>

#include <usocket/ip_address.hpp>

namespace usocket::detail {

/// What a text that is no address in strict notation turns out to be: an address on a named interface, nothing that
/// may be looked up (`problem` says why), or, with neither set, a name for the resolver.
struct judged_text {
    std::optional<ip_address> address{};
    std::string_view problem{};
};

/// Judges the text by its form. Resolvers are lenient each in its own way ("127.1", "0x7f.1", " 80", "fe80::1%eth0"):
/// what they would disagree on never reaches them. May raise std::bad_alloc.
[[nodiscard]] judged_text judge_host_text(std::string_view text);

} // namespace usocket::detail
