// SPDX-License-Identifier: MIT
#include <atomic>

#include <pthread.h>

#include "platform/platform.hpp"

namespace usocket::platform {
namespace {

constinit std::atomic<std::uint32_t> generation{0};

void count_in_child() noexcept { generation.fetch_add(1, std::memory_order_relaxed); }

} // namespace

std::uint32_t fork_generation() noexcept {
    [[maybe_unused]] static int const registered = ::pthread_atfork(nullptr, nullptr, count_in_child);
    return generation.load(std::memory_order_relaxed);
}

} // namespace usocket::platform
