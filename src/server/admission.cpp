// SPDX-License-Identifier: MIT
#include "server/admission.hpp"

#include <algorithm>
#include <utility>

namespace usocket::detail {

namespace {

/// The smaller of two limits, either of which may be none.
std::optional<std::size_t> tighter(std::optional<std::size_t> a, std::optional<std::size_t> b) noexcept {
    if (a && b)
        return std::min(*a, *b);
    return a ? a : b;
}

} // namespace

admission::admission(std::optional<std::size_t> most, server_limits const& limits) noexcept
    : most_(tighter(most, limits.max_connections)), most_per_client_(limits.max_connections_per_client),
      per_second_(limits.accepts_per_second) {}

admission::turn admission::enter(time_point now) noexcept {
    std::lock_guard const lock(mutex_);
    if (most_ && present_ >= *most_) {
        somebody_waits_ = true;
        return {turn::kind::full};
    }
    if (per_second_) {
        using namespace std::chrono_literals;
        std::size_t const a_second = std::chrono::nanoseconds(1s).count();
        std::chrono::nanoseconds const each(a_second / std::min(*per_second_, a_second));
        auto const next = std::max(used_until_.value_or(now), now) + each;
        if (next - now > 1s)
            return {turn::kind::later, next - now - 1s};
        used_until_ = next;
    }
    ++present_;
    return {turn::kind::now};
}

ip_address admission::key(endpoint const& client) noexcept { return client.address().unmapped(); }

bool admission::admit(endpoint const& client) {
    if (!most_per_client_)
        return true;
    std::lock_guard const lock(mutex_);
    auto& count = clients_[key(client)];
    if (count >= *most_per_client_)
        return false;
    ++count;
    return true;
}

void admission::forget(endpoint const& client) noexcept {
    if (!most_per_client_)
        return;
    std::lock_guard const lock(mutex_);
    auto const found = clients_.find(key(client));
    if (found != clients_.end() && --found->second == 0)
        clients_.erase(found);
}

bool admission::leave() noexcept {
    std::lock_guard const lock(mutex_);
    --present_;
    return std::exchange(somebody_waits_, false);
}

} // namespace usocket::detail
