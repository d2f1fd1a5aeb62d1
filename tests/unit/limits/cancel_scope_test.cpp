// SPDX-License-Identifier: MIT
#include <usocket/cancel_scope.hpp>

#include <thread>

#include <gtest/gtest.h>
#include <usocket/error.hpp>
#include <usocket/stop_token.hpp>

#include "limits/limit.hpp"
#include "support/handle_pair.hpp"

namespace u = usocket;
using namespace std::chrono_literals;
using u::detail::limit;

namespace {

/// Something to wait for that never comes.
class silent_socket {
public:
    silent_socket() { EXPECT_EQ(u::test::open_handle_pair(u::platform::socket_type::stream, pair_), 0); }
    ~silent_socket() {
        u::platform::close_handle(pair_[0]);
        u::platform::close_handle(pair_[1]);
    }
    silent_socket(silent_socket const&) = delete;
    silent_socket& operator=(silent_socket const&) = delete;
    [[nodiscard]] u::platform::handle handle() const { return pair_[0]; }

private:
    u::platform::handle pair_[2]{};
};

} // namespace

TEST(cancel_scope, without_one_nothing_is_in_force) {
    EXPECT_TRUE(limit::none({}));
    EXPECT_FALSE(limit::none(1s));
    EXPECT_EQ(u::time_remaining(), std::nullopt);
}

TEST(cancel_scope, is_in_force_while_it_lives) {
    {
        u::cancel_scope const scope;
        EXPECT_FALSE(limit::none({}));
        EXPECT_EQ(u::time_remaining(), std::nullopt);
        EXPECT_FALSE(limit().refused());
    }
    EXPECT_TRUE(limit::none({}));
}

TEST(cancel_scope, a_passed_deadline_refuses_at_once) {
    u::cancel_scope const scope{0s};
    EXPECT_EQ(limit().refused(), u::errc::deadline_timeout);
    EXPECT_EQ(limit().refused(), std::errc::timed_out);
    EXPECT_EQ(u::time_remaining(), 0ns);
}

TEST(cancel_scope, negative_and_huge_lengths) {
    u::cancel_scope const huge{std::chrono::hours::max()};
    EXPECT_EQ(huge.deadline(), std::nullopt);
    EXPECT_FALSE(limit().refused());
    u::cancel_scope const long_but_finite{std::chrono::hours(24 * 365 * 290)};
    EXPECT_FALSE(limit().refused());
    u::cancel_scope const negative{-5s};
    EXPECT_EQ(limit().refused(), u::errc::deadline_timeout);
}

TEST(cancel_scope, the_earliest_deadline_wins) {
    u::cancel_scope const outer{1h};
    u::cancel_scope const inner{2h};
    EXPECT_LE(*u::time_remaining(), 1h);
    EXPECT_GT(*u::time_remaining(), 59min);
    u::cancel_scope const innermost{std::chrono::steady_clock::now() + 1min};
    EXPECT_LE(*u::time_remaining(), 1min);
}

TEST(cancel_scope, an_outer_cancellation_holds_inside) {
    u::cancel_scope outer;
    u::cancel_scope const inner{1h};
    outer.cancel();
    EXPECT_TRUE(outer.cancelled());
    EXPECT_FALSE(inner.cancelled());
    EXPECT_EQ(limit().refused(), u::errc::interrupted);
    EXPECT_EQ(limit().refused(), std::errc::operation_canceled);
}

TEST(cancel_scope, ends_with_its_block_even_when_cancelled) {
    {
        u::cancel_scope scope;
        scope.cancel();
    }
    EXPECT_TRUE(limit::none({}));
    u::cancel_scope const next{1h};
    EXPECT_FALSE(limit().refused());
}

TEST(cancel_scope, a_deadline_ends_a_wait_and_never_early) {
    silent_socket const socket;
    auto const begin = std::chrono::steady_clock::now();
    u::cancel_scope const scope{20ms};
    EXPECT_EQ(limit().wait_readable(socket.handle()), u::errc::deadline_timeout);
    EXPECT_GE(std::chrono::steady_clock::now() - begin, 20ms);
}

TEST(cancel_scope, an_operations_own_timeout_is_told_apart) {
    silent_socket const socket;
    u::cancel_scope const scope{1h};
    EXPECT_EQ(limit(1ms).wait_readable(socket.handle()), u::errc::timeout);
    EXPECT_EQ(limit(1ms).wait_readable(socket.handle()), std::errc::timed_out);
}

TEST(cancel_scope, another_thread_cancels_a_wait) {
    silent_socket const socket;
    for (int round = 0; round < 200; ++round) {
        u::cancel_scope scope{1h};
        std::thread canceller([&scope] { scope.cancel(); });
        EXPECT_EQ(limit().wait_readable(socket.handle()), u::errc::interrupted);
        canceller.join();
    }
}

TEST(cancel_scope, another_thread_moves_the_deadline_of_a_wait) {
    silent_socket const socket;
    for (int round = 0; round < 50; ++round) {
        u::cancel_scope scope{1h};
        std::thread mover([&scope] { scope.set_deadline(std::chrono::steady_clock::now()); });
        EXPECT_EQ(limit().wait_readable(socket.handle()), u::errc::deadline_timeout);
        mover.join();
    }
}

TEST(cancel_scope, a_removed_deadline_no_longer_holds) {
    u::cancel_scope scope{0s};
    EXPECT_TRUE(limit().refused());
    scope.set_deadline(std::nullopt);
    EXPECT_FALSE(limit().refused());
    EXPECT_EQ(scope.deadline(), std::nullopt);
}

TEST(cancel_scope, is_of_one_thread_only) {
    u::cancel_scope const scope{0s};
    std::thread([] {
        EXPECT_TRUE(limit::none({}));
        EXPECT_FALSE(limit().refused());
    }).join();
}

TEST(cancel_scope, a_stop_token_cancels_it) {
    std::stop_source source;
    u::cancel_scope const scope{source.get_token()};
    EXPECT_FALSE(limit().refused());
    source.request_stop();
    EXPECT_TRUE(scope.cancelled());
    EXPECT_EQ(limit().refused(), u::errc::interrupted);
}

TEST(cancel_scope, a_token_that_is_stopped_already) {
    std::stop_source source;
    source.request_stop();
    u::cancel_scope const scope{source.get_token(), 1h};
    EXPECT_EQ(limit().refused(), u::errc::interrupted);
}

TEST(cancel_scope, a_stop_while_the_scope_ends_is_safe) {
    for (int round = 0; round < 500; ++round) {
        std::stop_source source;
        std::thread stopper([&source] { source.request_stop(); });
        {
            u::cancel_scope const scope{source.get_token()};
        }
        stopper.join();
    }
}

TEST(limit, waits_until_something_is_ready) {
    u::platform::handle pair[2];
    ASSERT_EQ(u::test::open_handle_pair(u::platform::socket_type::stream, pair), 0);
    std::byte const octet{1};
    std::thread writer(
        [&] { EXPECT_EQ(u::platform::send(pair[1], {&octet, 1}, u::platform::transfer_flags::none).count, 1U); });
    EXPECT_FALSE(limit(1h).wait_readable(pair[0]));
    writer.join();
    u::platform::close_handle(pair[0]);
    u::platform::close_handle(pair[1]);
}

TEST(limit, an_earlier_point_in_time_is_no_error) {
    silent_socket const socket;
    u::platform::poll_entry entry{.socket = socket.handle(), .want_read = true};
    auto const soon = std::chrono::steady_clock::now() + 5ms;
    EXPECT_FALSE(limit(1h).wait_until({&entry, 1}, soon));
    EXPECT_FALSE(entry.readable);
    EXPECT_GE(std::chrono::steady_clock::now(), soon);
}

TEST(cancel_scope, tells_work_that_never_blocks_when_to_end) {
    EXPECT_FALSE(u::scope_ended());
    {
        u::cancel_scope outer;
        u::cancel_scope inner{1h};
        EXPECT_FALSE(u::scope_ended());
        inner.set_deadline(u::time_point::min());
        EXPECT_EQ(u::scope_ended(), u::errc::deadline_timeout);
        outer.cancel();
        EXPECT_EQ(u::scope_ended(), u::errc::interrupted);
    }
    EXPECT_FALSE(u::scope_ended());
}
