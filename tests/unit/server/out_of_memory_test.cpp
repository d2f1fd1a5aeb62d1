// SPDX-License-Identifier: MIT
//
// A server whose threads run out of memory once, at each of their allocations in turn, must go on serving; one that
// runs out of it while it starts says so. The program has an operator new of its own.
#include <usocket/server.hpp>
#include <usocket/usocket.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <new>

#include <gtest/gtest.h>

namespace u = usocket;
using namespace std::chrono_literals;

namespace {

/// How many allocations of other threads than the test's still succeed before one fails; negative: none fails.
std::atomic<int> until_failure{-1};
thread_local bool is_tests_own = false;

bool fails_now() noexcept { return !is_tests_own && until_failure >= 0 && until_failure.fetch_sub(1) == 0; }

void* allocate(std::size_t size) noexcept { return fails_now() ? nullptr : std::malloc(size == 0 ? 1 : size); }

/// Whether the server answers a client.
bool is_served(u::server const& server, u::time_limit patience) {
    auto client = u::socket_connect("127.0.0.1", server.port());
    std::array<std::byte, 1> room{};
    std::error_code ec;
    return u::socket_receive(client, room, {.timeout = patience}, ec).size == 1;
}

} // namespace

// Not inlined: the compiler would take malloc and operator delete for a mismatched pair.
[[gnu::noinline]] void* operator new(std::size_t size) {
    if (void* const memory = allocate(size))
        return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t size, std::nothrow_t const&) noexcept { return allocate(size); }
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment, std::nothrow_t const&) noexcept {
    void* memory = nullptr;
    return fails_now() || ::posix_memalign(&memory, static_cast<std::size_t>(alignment), size) != 0 ? nullptr : memory;
}
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
    if (void* const memory = operator new(size, alignment, std::nothrow))
        return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

TEST(server_out_of_memory, a_start_without_memory_says_so) {
    is_tests_own = false;
    bool started = false;
    for (int allocation = 0; !started && allocation < 1000; ++allocation) {
        until_failure = allocation;
        std::error_code ec;
        auto const server =
            u::socket_server("127.0.0.1", u::auto_port, [](u::stream_usocket&) {}, {.in_new_thread = true}, ec);
        started = until_failure >= 0;
        until_failure = -1;
        ASSERT_TRUE(!ec || (ec == u::errc::out_of_memory && !started)) << ec << " at allocation " << allocation;
    }
    EXPECT_TRUE(started);
}

TEST(server_out_of_memory, no_place_is_lost) {
    is_tests_own = true;
    u::server_options const one_at_a_time{.in_new_thread = true};
    u::server_options const threads{.in_new_thread = true,
                                    .multi_threading = true,
                                    .limits = {.max_connections = 1, .max_connections_per_client = 1}};
    u::server_options const pool{.in_new_thread = true,
                                 .pool = u::server_pool{.threads = 1, .queue = 0},
                                 .limits = {.max_connections_per_client = 1}};
    int failures = 0;
    for (auto const& options : {one_at_a_time, threads, pool}) {
        for (int allocation = 0; allocation < 12; ++allocation) {
            auto server = u::socket_server(
                "127.0.0.1", u::auto_port, [](u::stream_usocket& client) { u::socket_send(client, "x"); }, options);
            ASSERT_TRUE(is_served(server, 20s));
            until_failure = allocation;
            is_served(server, 20s); // or refused
            failures += until_failure < 0 ? 1 : 0;
            until_failure = -1;
            // The last one's place may be given back a moment after it was answered, and be refused until then.
            bool served = false;
            auto const patience_ends = std::chrono::steady_clock::now() + 20s;
            while (!served && std::chrono::steady_clock::now() < patience_ends)
                served = is_served(server, 1s);
            ASSERT_TRUE(served) << "after a failure of allocation " << allocation;
        }
    }
    EXPECT_GE(failures, 6) << "allocations that were made to fail";
}
