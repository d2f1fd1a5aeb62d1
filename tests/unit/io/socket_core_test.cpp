// SPDX-License-Identifier: MIT
#include "io/socket_core.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>

#include <gtest/gtest.h>
#include <usocket/cancel_scope.hpp>

#include "io/receive.hpp"
#include "io/send.hpp"
#include "support/handle_pair.hpp"

namespace u = usocket;
namespace d = usocket::detail;
using namespace std::chrono_literals;

namespace {

struct core_pair {
    explicit core_pair(u::platform::socket_type type = u::platform::socket_type::stream) {
        u::platform::handle handles[2];
        EXPECT_EQ(u::test::open_handle_pair(type, handles), 0);
        auto const kind = type == u::platform::socket_type::stream ? u::socket_kind::stream : u::socket_kind::datagram;
        ours = std::make_unique<d::socket_core>(handles[0], kind, u::test::family_of_pairs);
        theirs = std::make_unique<d::socket_core>(handles[1], kind, u::test::family_of_pairs);
    }
    std::unique_ptr<d::socket_core> ours;
    std::unique_ptr<d::socket_core> theirs;
};

std::span<std::byte const> bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

} // namespace

TEST(socket_core, has_what_a_transfer_looks_at_in_one_line_of_the_caches) {
    core_pair const pair;
    auto const at = [](void const* part) { return reinterpret_cast<std::uintptr_t>(part); };
    auto const begin = at(pair.ours.get());
    EXPECT_EQ(begin % 64, 0U);
    // With larger handles, as on Windows, the end of the peer's address is beyond.
    std::size_t const larger = sizeof(u::platform::handle) - sizeof(int);
    EXPECT_LE(at(&pair.ours->remote_address() + 1), begin + 64 + 2 * larger);
}

TEST(socket_core, close_is_idempotent) {
    core_pair const pair;
    EXPECT_TRUE(pair.ours->is_open());
    EXPECT_FALSE(pair.ours->close());
    EXPECT_FALSE(pair.ours->is_open());
    EXPECT_EQ(pair.ours->handle(), u::platform::invalid_handle);
    EXPECT_FALSE(pair.ours->close());
}

TEST(socket_core, a_closed_socket_is_an_invalid_socket) {
    core_pair const pair;
    std::byte octet{};
    ASSERT_FALSE(pair.ours->close());
    EXPECT_EQ(d::receive(*pair.ours, {&octet, 1}, {}).error, u::errc::invalid_socket);
    EXPECT_EQ(d::send_all(*pair.ours, {&octet, 1}, {}, {}).error, u::errc::invalid_socket);
    EXPECT_EQ(d::send_now(*pair.ours, {&octet, 1}).error, u::errc::invalid_socket);
}

TEST(socket_core, release_gives_the_handle_away_once) {
    core_pair const pair;
    auto const handle = pair.ours->release();
    EXPECT_NE(handle, u::platform::invalid_handle);
    EXPECT_EQ(pair.ours->release(), u::platform::invalid_handle);
    EXPECT_FALSE(pair.ours->is_open());
    EXPECT_EQ(u::platform::close_handle(handle), 0); // still ours: it was not closed
}

TEST(socket_core, the_last_call_in_flight_closes_the_handle) {
    core_pair const pair;
    {
        d::socket_core::use const in_use(*pair.ours);
        ASSERT_TRUE(in_use);
        ASSERT_FALSE(pair.ours->close());
        EXPECT_FALSE(pair.ours->is_open());
        u::endpoint end;
        EXPECT_EQ(u::platform::local_endpoint(in_use.handle(), end), 0) << "the handle went under a call";
    }
    std::byte octet{};
    EXPECT_EQ(d::receive(*pair.theirs, {&octet, 1}, {}).count, 0U);
}

class close_against : public testing::TestWithParam<bool> {
protected:
    u::time_limit timeout() const { return GetParam() ? u::time_limit(1h) : u::time_limit(); }
};
INSTANTIATE_TEST_SUITE_P(limits, close_against, testing::Bool(),
                         [](auto const& instance) { return instance.param ? "bounded" : "unbounded"; });

TEST_P(close_against, a_blocked_receive) {
    for (int round = 0; round < 100; ++round) {
        core_pair const pair;
        std::thread closer([&] { EXPECT_FALSE(pair.ours->close()); });
        std::byte octet{};
        EXPECT_EQ(d::receive(*pair.ours, {&octet, 1}, timeout()).error, u::errc::invalid_socket);
        closer.join();
    }
}

TEST_P(close_against, a_blocked_datagram_receive) {
    for (int round = 0; round < 100; ++round) {
        u::platform::handle handle{};
        ASSERT_EQ(u::platform::open_socket(u::platform::family::v4, u::platform::socket_type::datagram, false, handle),
                  0);
        d::socket_core core(handle, u::socket_kind::datagram, u::platform::family::v4);
        ASSERT_EQ(u::platform::bind(handle, {u::ip_address::loopback_v4(), 0}), 0);
        std::thread closer([&] { EXPECT_FALSE(core.close()); });
        std::byte octet{};
        u::endpoint source;
        EXPECT_EQ(d::receive_from(core, {&octet, 1}, source, timeout()).error, u::errc::invalid_socket);
        closer.join();
    }
}

TEST_P(close_against, a_blocked_send) {
    std::string const flood(16 << 20, 'x'); // more than any system keeps
    for (int round = 0; round < 20; ++round) {
        core_pair const pair;
        std::thread closer([&] { EXPECT_FALSE(pair.ours->close()); });
        auto const result = d::send_all(*pair.ours, bytes(flood), bytes(flood), timeout());
        EXPECT_EQ(result.error, u::errc::invalid_socket);
        EXPECT_LT(result.count, 2 * flood.size());
        closer.join();
    }
}

TEST(transfer, counts_are_exact_when_a_limit_passes) {
    core_pair const pair;
    std::string const flood(4 << 20, 'x');
    auto const sent = d::send_all(*pair.ours, bytes(flood), {}, 10ms);
    ASSERT_EQ(sent.error, u::errc::timeout);
    ASSERT_TRUE(sent.elapsed);
    EXPECT_GE(*sent.elapsed, 10ms);
    ASSERT_FALSE(pair.ours->close());
    std::size_t received = 0;
    std::string buffer(65536, '\0');
    while (auto const part = d::receive(*pair.theirs, std::as_writable_bytes(std::span(buffer)), {}).count)
        received += part;
    EXPECT_EQ(received, sent.count);
}

TEST(transfer, a_loss_is_noted_while_the_call_still_counts) {
    core_pair const pair;
    int error = 0;
    ASSERT_GT(d::bare_send(*pair.ours, bytes("never read"), error), 0);
    EXPECT_FALSE(pair.theirs->close());
    std::array<std::byte, 8> room{};
    std::ptrdiff_t count = -1;
    for (int tries = 0; tries < 1000; ++tries) {
        count = d::bare_receive(*pair.ours, room, error, nullptr);
        if (count >= 0 || !u::platform::is_would_block(error)) // as where no handle blocks
            break;
        std::this_thread::yield();
    }
    if (u::test::family_of_pairs == u::platform::family::local) {
        EXPECT_EQ(count, -1);
    }
    if (count < 0 && !u::platform::is_would_block(error)) {
        EXPECT_NE(pair.ours->lost(), 0);
    }
}

TEST(transfer, gathers_and_scatters) {
    core_pair const pair;
    EXPECT_EQ(d::send_all(*pair.ours, bytes("hello "), bytes("world"), {}).count, 11U);
    std::string first(4, '\0');
    std::string second(100, '\0');
    auto const got = d::receive_scattered(*pair.theirs, std::as_writable_bytes(std::span(first)),
                                          std::as_writable_bytes(std::span(second)), {});
    EXPECT_EQ(got.count, 11U);
    EXPECT_EQ(first + second.substr(0, 7), "hello world");
}

TEST(transfer, a_zero_timeout_tries_once) {
    core_pair const pair;
    std::byte octet{};
    EXPECT_EQ(d::receive(*pair.ours, {&octet, 1}, 0s).error, u::errc::timeout);
    ASSERT_EQ(d::send_all(*pair.theirs, bytes("x"), {}, 0s).count, 1U);
    EXPECT_EQ(d::receive(*pair.ours, {&octet, 1}, 0s).count, 1U);
}

TEST(transfer, a_passed_deadline_does_not_even_try) {
    core_pair const pair;
    ASSERT_EQ(d::send_all(*pair.theirs, bytes("x"), {}, {}).count, 1U);
    std::byte octet{};
    {
        u::cancel_scope const scope{0s};
        EXPECT_EQ(d::receive(*pair.ours, {&octet, 1}, {}).error, u::errc::deadline_timeout);
    }
    EXPECT_EQ(d::receive(*pair.ours, {&octet, 1}, {}).count, 1U) << "nothing was lost";
}

TEST(transfer, a_handle_made_non_blocking_is_waited_for) {
    core_pair const pair;
    ASSERT_EQ(u::platform::set_non_blocking(pair.ours->handle(), true), 0);
    std::thread writer([&] { EXPECT_EQ(d::send_all(*pair.theirs, bytes("x"), {}, {}).count, 1U); });
    std::byte octet{};
    EXPECT_EQ(d::receive(*pair.ours, {&octet, 1}, {}).count, 1U);
    writer.join();
}

TEST(transfer, an_empty_datagram_is_data) {
    core_pair const pair(u::platform::socket_type::datagram);
    EXPECT_FALSE(d::send_datagram(*pair.ours, {}, nullptr, {}).error);
    std::byte octet{};
    u::endpoint source;
    auto const got = d::receive_from(*pair.theirs, {&octet, 1}, source, {});
    EXPECT_FALSE(got.error);
    EXPECT_EQ(got.count, 0U);
}
