// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>

#include <usocket/server_options.hpp>

namespace usocket::detail {

/// A count that any thread reads.
class counter {
public:
    /// From any thread.
    void add(std::uint64_t amount = 1) noexcept { value_.fetch_add(amount, std::memory_order_relaxed); }
    void subtract(std::uint64_t amount = 1) noexcept { value_.fetch_sub(amount, std::memory_order_relaxed); }
    /// From the one thread that changes it: a locked operation less.
    void add_alone(std::uint64_t amount = 1) noexcept {
        value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
    }
    [[nodiscard]] std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

/// server_counters under way: one for all connections of a server, and one for each of its datagram sockets.
struct tally {
    counter accepted{};
    counter refused{};
    counter active{};
    counter served{};
    counter drained{};
    counter failed{};
    counter cancelled{};
    counter truncated{};
    counter received{};
    counter sent{};
    counter accept_failures{};

    void add_to(server_counters& sum) const noexcept {
        sum.accepted += accepted.value();
        sum.refused += refused.value();
        sum.active += active.value();
        sum.served += served.value();
        sum.drained += drained.value();
        sum.failed += failed.value();
        sum.cancelled += cancelled.value();
        sum.truncated += truncated.value();
        sum.received += received.value();
        sum.sent += sent.value();
        sum.accept_failures += accept_failures.value();
    }
};

} // namespace usocket::detail
