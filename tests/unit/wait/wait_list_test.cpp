// SPDX-License-Identifier: MIT
//
// The list as an object; what waits find is in tests/conformance/.
#include <usocket/wait.hpp>

#include <chrono>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <usocket/conditions.hpp>
#include <usocket/transfer.hpp>

#include "wait/wait_set.hpp"

#include "support/pairs.hpp"

namespace usocket {
namespace {

using namespace std::chrono_literals;

static_assert(!std::is_copy_constructible_v<wait_list> && !std::is_copy_assignable_v<wait_list>);
static_assert(std::is_nothrow_move_constructible_v<wait_list> && std::is_nothrow_move_assignable_v<wait_list>);

TEST(wait_list, starts_empty) {
    wait_list const list;
    EXPECT_TRUE(list.empty());
    EXPECT_EQ(list.size(), 0U);
}

TEST(wait_list, is_made_of_sockets) {
    auto [near, far] = test::connected_pair();
    auto const list = make_wait_list({&near, &far, &near});
    EXPECT_EQ(list.size(), 2U);
    EXPECT_TRUE(list.contains(near));
    EXPECT_TRUE(list.contains(far));
}

TEST(wait_list, is_not_made_of_nothing) {
    auto [near, far] = test::connected_pair();
    EXPECT_THROW(static_cast<void>(make_wait_list({&near, nullptr})), invalid_argument_error);
    auto const list = make_wait_list({&near});
    EXPECT_TRUE(list.contains(near)) << "the failed one let go of it";
}

TEST(wait_list, is_made_without_raising) {
    auto [near, far] = test::connected_pair();
    std::error_code ec = std::make_error_code(std::errc::io_error);
    auto list = make_wait_list({&near}, {}, ec);
    EXPECT_FALSE(ec);
    EXPECT_TRUE(list.contains(near));
    auto const second = make_wait_list({&near, &far}, {}, ec);
    EXPECT_EQ(ec, errc::invalid_argument);
    EXPECT_TRUE(second.empty());
    auto const third =
        make_wait_list({&far}, {.backend = supports(backend::kqueue) ? backend::wsapoll : backend::kqueue}, ec);
    EXPECT_EQ(ec, errc::unsupported);
    EXPECT_FALSE(third.contains(far));
}

TEST(wait_list, takes_no_closed_socket) {
    wait_list list;
    auto [near, far] = test::connected_pair();
    socket_close(near);
    EXPECT_THROW(add_waiter(list, near), invalid_socket_error);
    stream_usocket const moved = std::move(far);
    std::error_code code;
    add_waiter(list, far, readiness::read, code);
    EXPECT_EQ(code, errc::invalid_socket);
    EXPECT_FALSE(list.contains(far));
    remove_waiter(list, far);
    EXPECT_TRUE(list.empty());
}

TEST(wait_list, takes_no_member_of_another) {
    auto [near, far] = test::connected_pair();
    auto const first = make_wait_list({&near});
    wait_list second;
    std::error_code code;
    add_waiter(second, near, readiness::read, code);
    EXPECT_EQ(code, errc::invalid_argument);
    try {
        add_waiter(second, near);
        FAIL();
    } catch (invalid_argument_error const& error) {
        EXPECT_EQ(std::string(error.what()).rfind("add_waiter", 0), 0U) << error.what();
        EXPECT_NE(std::string(error.what()).find("another wait list"), std::string::npos) << error.what();
    }
    EXPECT_TRUE(first.contains(near));
    EXPECT_FALSE(second.contains(near));
}

TEST(wait_list, a_moved_from_list_is_empty_and_refuses) {
    auto [near, far] = test::connected_pair();
    auto list = make_wait_list({&near});
    auto const moved = std::move(list);
    EXPECT_TRUE(moved.contains(near));
    EXPECT_EQ(list.size(), 0U);
    EXPECT_FALSE(list.contains(near));
    EXPECT_NE(list.backend(), backend::native);
    list.wake();
    remove_waiter(list, near);
    remove_all_waiters(list);
    EXPECT_TRUE(moved.contains(near));
    EXPECT_THROW(add_waiter(list, far), invalid_argument_error);
    EXPECT_THROW(static_cast<void>(wait_for_input(list)), invalid_argument_error);
    list = wait_list();
    add_waiter(list, far);
    EXPECT_TRUE(list.contains(far));
}

TEST(wait_list, self_move_changes_nothing) {
    auto [near, far] = test::connected_pair();
    auto list = make_wait_list({&near});
    auto& same = list;
    list = std::move(same);
    EXPECT_TRUE(list.contains(near));
}

TEST(wait_list, a_wake_dies_with_its_list) {
    {
        wait_list().wake();
    }
    wait_list list; // in the memory of the other
    auto const start = std::chrono::steady_clock::now();
    EXPECT_FALSE(wait_for_input(list, {.timeout = 2ms}).remaining);
    EXPECT_GE(std::chrono::steady_clock::now() - start, 2ms);
}

TEST(wait_list, states_are_kept_by_changes_and_reset_by_the_next_wait) {
    auto [near, far] = test::connected_pair();
    auto list = make_wait_list({&near});
    socket_send(far, "x");
    EXPECT_EQ(wait_for_input(list, {.ready_only = true}).sockets.size(), 1U);
    add_waiter(list, near, readiness::read_write);
    EXPECT_EQ(near.state(), readiness::read);
    add_waiter(list, near, readiness::none);
    EXPECT_TRUE(wait_for_input(list, {.timeout = 0s, .ready_only = true}).sockets.empty());
    EXPECT_EQ(near.state(), readiness::none);
}

// A member costs at most 64 bytes on the systems that count.
static_assert(sizeof(platform::handle) > 4 ||
              (sizeof(detail::wait_member) + sizeof(usocket*) + sizeof(detail::member_place) + 12) * 9 / 8 <= 64);

} // namespace
} // namespace usocket
