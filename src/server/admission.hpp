// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>

#include <usocket/endpoint.hpp>
#include <usocket/server_options.hpp>
#include <usocket/time_limit.hpp>

namespace usocket::detail {

/// Decides when the next connection may be accepted, and which clients have too many; keeps no socket and reads no
/// clock. From any thread.
class admission {
public:
    /// What to do before accepting.
    struct turn {
        enum class kind : std::uint8_t {
            now,   ///< Accept: a place is taken, which leave() gives back.
            later, ///< Ask again in a while, as the rate allows.
            full,  ///< Ask again when a place is given back.
        };
        kind what = kind::now;
        time_limit pause{}; ///< For `later`.
    };

    /// `most` at a time, unset for any number.
    admission(std::optional<std::size_t> most, server_limits const& limits) noexcept;

    /// Whether there is a number of places.
    [[nodiscard]] bool is_limited() const noexcept { return most_.has_value(); }

    [[nodiscard]] turn enter(time_point now) noexcept;
    /// Whether the client may have one more; then forget() takes it back. May raise std::bad_alloc.
    [[nodiscard]] bool admit(endpoint const& client);
    void forget(endpoint const& client) noexcept;
    /// Gives a place back. Whether somebody was told that all are taken since the last time.
    [[nodiscard]] bool leave() noexcept;

private:
    /// Clients are told apart by address; local ones are all the same.
    [[nodiscard]] static ip_address key(endpoint const& client) noexcept;

    std::mutex mutex_{};
    std::optional<std::size_t> const most_;
    std::optional<std::size_t> const most_per_client_;
    std::optional<std::size_t> const per_second_;
    std::size_t present_ = 0;
    bool somebody_waits_ = false;
    std::unordered_map<ip_address, std::size_t> clients_{};
    /// Accepting is free from this point in time minus a second's worth on: a bucket of tokens as one number.
    std::optional<time_point> used_until_{};
};

} // namespace usocket::detail
