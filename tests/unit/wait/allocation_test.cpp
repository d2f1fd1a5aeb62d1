// SPDX-License-Identifier: MIT
//
// Waiting and memory: a wait takes none, a member little, and running out of it harms nothing.
#include <usocket/wait.hpp>

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <limits>
#include <new>
#include <utility>
#include <vector>

#include <malloc.h>

#include <gtest/gtest.h>

#include <usocket/cancel_scope.hpp>
#include <usocket/conditions.hpp>
#include <usocket/local.hpp>
#include <usocket/transfer.hpp>

#include "conformance/wait_backends.hpp"

namespace {

constexpr auto never = std::numeric_limits<std::size_t>::max();

// Of this thread, so that no other is disturbed.
thread_local std::size_t made = 0;
thread_local std::size_t live_bytes = 0;
thread_local std::size_t until_failure = never;

} // namespace

// Not inlined: the compiler would take malloc and operator delete for a mismatched pair.
[[gnu::noinline]] void* operator new(std::size_t size) {
    if (until_failure != never && until_failure-- == 0)
        throw std::bad_alloc();
    auto* const memory = std::malloc(size == 0 ? 1 : size);
    if (memory == nullptr)
        throw std::bad_alloc();
    ++made;
    live_bytes += malloc_usable_size(memory);
    return memory;
}
[[gnu::noinline]] void* operator new(std::size_t size, std::nothrow_t const&) noexcept {
    try {
        return operator new(size);
    } catch (std::bad_alloc const&) {
        return nullptr;
    }
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    live_bytes -= malloc_usable_size(memory);
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }
// Sanitizers have forms for arrays that do not end up in those above.
void* operator new[](std::size_t size) { return operator new(size); }
void* operator new[](std::size_t size, std::nothrow_t const& tag) noexcept { return operator new(size, tag); }
void operator delete[](void* memory) noexcept { operator delete(memory); }
void operator delete[](void* memory, std::size_t) noexcept { operator delete(memory); }

namespace usocket {
namespace {

using namespace std::chrono_literals;

using pairs = std::vector<std::pair<stream_usocket, stream_usocket>>;

pairs make_pairs(std::size_t count) {
    pairs made_pairs;
    for (std::size_t i = 0; i < count; ++i)
        made_pairs.push_back(make_socket_pair());
    return made_pairs;
}

/// On each backend, but for the wait on one socket, which has none.
struct wait_allocation : testing::TestWithParam<backend> {
    [[nodiscard]] static wait_list make_list() { return wait_list({.backend = GetParam()}); }
};

TEST_P(wait_allocation, a_wait_takes_no_memory) {
    auto sockets = make_pairs(100);
    auto list = make_list();
    for (auto& [near, far] : sockets)
        add_waiter(list, near, readiness::read_write);
    auto const before = made;
    for (bool const ready_only : {true, false, true}) {
        EXPECT_EQ(wait_for_input(list, {.timeout = 20s, .ready_only = ready_only}).sockets.size(), 100U);
        for (auto& [near, far] : sockets) {
            add_waiter(list, near, readiness::none);
            add_waiter(list, near, readiness::read);
        }
        cancel_scope const scope{20s};
        list.wake();
        EXPECT_EQ(wait_for_input(list, {.ready_only = ready_only}).sockets.size(), ready_only ? 0U : 100U);
        for (auto& [near, far] : sockets)
            add_waiter(list, near, readiness::write);
    }
    for (auto& [near, far] : sockets)
        remove_waiter(list, near);
    list.wake();
    EXPECT_EQ(wait_for_input(list).sockets.size(), 0U);
    EXPECT_EQ(made - before, 0U);
}

TEST(wait_allocation_of_one, waiting_on_one_socket_takes_only_its_result) {
    auto [near, far] = make_socket_pair();
    socket_send(far, "x");
    auto const before = made;
    EXPECT_EQ(wait_for_input(near).sockets.size(), 1U);
    EXPECT_EQ(made - before, 1U);
}

TEST_P(wait_allocation, a_member_takes_at_most_64_bytes) {
    std::size_t const count = GetParam() == backend::select ? 400 : 4000; // of pairs: its handles are below 1024
    auto sockets = make_pairs(count);
    auto list = make_list();
    auto const before = live_bytes;
    for (auto& [near, far] : sockets)
        add_waiter(list, near);
    EXPECT_LE(live_bytes - before, count * 64);
    EXPECT_EQ(wait_for_input(list, {.timeout = 0s}).sockets.size(), count);
    EXPECT_LE(live_bytes - before, count * 64);
}

TEST_P(wait_allocation, a_list_that_cannot_grow_stays_as_it_was) {
    auto sockets = make_pairs(60);
    for (std::size_t nth = 0; nth < 12; ++nth) {
        bool failed = false;
        try {
            until_failure = nth;
            auto list = make_list();
            std::size_t count = 0;
            for (auto& [near, far] : sockets) {
                std::error_code code;
                add_waiter(list, near, readiness::write, code);
                if (code) {
                    EXPECT_EQ(code, errc::out_of_memory);
                    failed = true;
                    EXPECT_FALSE(list.contains(near));
                    add_waiter(list, near, readiness::write);
                }
                ++count;
                EXPECT_EQ(list.size(), count);
            }
            until_failure = never;
            EXPECT_EQ(wait_for_input(list, {.ready_only = true}).sockets.size(), count);
        } catch (out_of_memory_error const&) {
            failed = true; // while the list was made
        }
        until_failure = never;
        EXPECT_TRUE(failed) << "allocation " << nth;
        for (auto& [near, far] : sockets) {
            wait_list one = make_wait_list({&near}); // it is free
            EXPECT_TRUE(one.contains(near));
        }
    }
}

TEST_P(wait_allocation, waiting_and_leaving_need_no_memory) {
    auto sockets = make_pairs(10);
    auto list = make_list();
    for (auto& [near, far] : sockets)
        add_waiter(list, near);
    socket_send(sockets[3].second, "x");
    until_failure = 0;
    auto const found = wait_for_input(list, {.ready_only = true}).sockets.size();
    auto moved = std::move(sockets[3].first);
    socket_close(moved);
    remove_waiter(list, sockets[4].first);
    list.wake();
    remove_all_waiters(list);
    {
        wait_list const gone = std::move(list);
    }
    until_failure = never;
    EXPECT_EQ(found, 1U);
}

INSTANTIATE_TEST_SUITE_P(backends, wait_allocation, testing::ValuesIn(test::supported_backends()), test::backend_name);

} // namespace
} // namespace usocket
