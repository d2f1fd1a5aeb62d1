// SPDX-License-Identifier: MIT
//
// Conditions and memory: what is allocated, and what happens when there is none.
#include <usocket/conditions.hpp>

#include <cstddef>
#include <cstdlib>
#include <limits>
#include <new>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "conditions/raise.hpp"

namespace {

constexpr auto never = std::numeric_limits<std::size_t>::max();

// Of this thread, so that no other is disturbed.
thread_local std::size_t live = 0;
thread_local std::size_t made = 0;
thread_local std::size_t until_failure = never;

} // namespace

// Not inlined: the compiler would take malloc and operator delete for a mismatched pair.
[[gnu::noinline]] void* operator new(std::size_t size) {
    if (until_failure != never && until_failure-- == 0)
        throw std::bad_alloc();
    auto* const memory = std::malloc(size == 0 ? 1 : size);
    if (memory == nullptr)
        throw std::bad_alloc();
    ++live;
    ++made;
    return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    live -= memory != nullptr;
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }

namespace {

namespace u = usocket;

/// Raises a condition with every part that takes memory.
void raise_everything() {
    static std::string const path(200, 'p');
    static auto const local = u::endpoint::local_path(path);
    static u::connect_attempt const attempts[] = {
        {.remote = local, .reason = u::detail::make_code(u::errc::address_not_available)},
        {.remote = u::endpoint(u::ip_address::loopback_v4(), 1),
         .reason = u::detail::make_code(u::errc::connection_refused)},
        {.remote = local, .reason = u::detail::make_code(u::errc::no_buffers)},
    };
    u::raise_condition({.code = u::detail::make_code(u::errc::connection_refused),
                        .operation = "socket_connect",
                        .local = local,
                        .remote = local,
                        .host_or_ip = "a host name that is too long to be kept inside of a string\n",
                        .detail = "a detail that is too long to be kept inside of a string",
                        .bytes_transferred = 12,
                        .attempts = attempts});
}

TEST(condition_allocation, a_failure_while_a_condition_is_made_leaves_as_bad_alloc_and_leaks_nothing) {
    EXPECT_THROW(raise_everything(), u::connection_refused_error); // makes the static objects
    std::size_t failures = 0;
    for (bool raised = false; !raised; ++failures) {
        auto const before = live;
        try {
            until_failure = failures;
            raise_everything();
        } catch (std::bad_alloc const&) {
            until_failure = never;
        } catch (u::connection_refused_error const&) {
            until_failure = never;
            raised = true;
        }
        EXPECT_EQ(live, before) << "after failure " << failures;
    }
    EXPECT_GT(failures, 10U) << "every allocation failed once";
}

TEST(condition_allocation, copying_allocates_nothing) {
    u::ns_try_again_error const condition({.code = {1, u::resolver_category()}, .operation = "get_host_by_name"});
    auto const before = made;
    auto copy = condition;
    copy = condition;
    auto const moved = std::move(copy);
    EXPECT_EQ(made, before);
    EXPECT_EQ(moved.operation(), "get_host_by_name");
}

TEST(condition_allocation, a_record_is_one_block) {
    std::string const text(100, 'x');
    u::endpoint const peer(u::ip_address::loopback_v4(), 1);
    u::connect_attempt const attempts[] = {{.remote = peer, .reason = u::detail::make_code(u::errc::timeout)}};
    u::condition_info const info{.code = u::detail::make_code(u::errc::timeout),
                                 .operation = text,
                                 .remote = peer,
                                 .host_or_ip = text,
                                 .detail = text,
                                 .attempts = attempts};
    auto const before = live;
    std::optional<u::detail::condition_record> record(info);
    EXPECT_EQ(live, before + 1);
    record.reset();
    EXPECT_EQ(live, before);
}

} // namespace
