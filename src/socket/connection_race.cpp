// SPDX-License-Identifier: MIT
#include "socket/connection_race.hpp"

#include <algorithm>

namespace usocket::detail {

std::vector<ip_address> interleave_families(std::vector<ip_address> const& addresses) {
    std::vector<ip_address> first;
    std::vector<ip_address> second;
    for (auto const& address : addresses)
        (address.is_v4() == addresses.front().is_v4() ? first : second).push_back(address);
    std::vector<ip_address> result;
    result.reserve(addresses.size());
    for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
        if (i < first.size())
            result.push_back(first[i]);
        if (i < second.size())
            result.push_back(second[i]);
    }
    return result;
}

connection_race::connection_race(std::size_t candidates, std::chrono::milliseconds delay) noexcept
    : candidates_(candidates), delay_(std::max(delay, std::chrono::milliseconds(10))) {}

connection_race::step connection_race::next(time_point now) noexcept {
    bool const more = started_ < candidates_;
    bool const room = running_ < most_at_once;
    if (more && room && (!next_start_ || *next_start_ <= now)) {
        next_start_ = now + delay_;
        ++running_;
        return {.what = step::kind::start, .candidate = started_++};
    }
    if (running_ == 0)
        return {.what = step::kind::lost};
    return {.what = step::kind::wait, .until = more && room ? next_start_ : std::nullopt};
}

void connection_race::failed() noexcept {
    --running_;
    next_start_.reset();
}

} // namespace usocket::detail
