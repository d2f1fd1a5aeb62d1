// SPDX-License-Identifier: MIT
//
// The system's handles behind the members: duplicated, closed by others, as many as there can be, and higher than
// select takes.
#include <usocket/wait.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/select.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <usocket/cancel_scope.hpp>
#include <usocket/conditions.hpp>
#include <usocket/local.hpp>
#include <usocket/transfer.hpp>

#include "conformance/wait_backends.hpp"
#include "support/descriptor_limit.hpp"

namespace usocket::test {
namespace {

using namespace std::chrono_literals;

class wait_handles_conformance : public wait_test {
protected:
    [[nodiscard]] static bool finds(wait_list& list, usocket& socket) {
        auto const found = ready(list);
        return std::find(found.begin(), found.end(), &socket) != found.end();
    }
};

TEST_P(wait_handles_conformance, a_closed_member_whose_handle_was_duplicated_is_forgotten) {
    auto [near, far] = make_socket_pair();
    auto [other, peer_of_other] = make_socket_pair();
    auto list = make_list({&near, &other});
    int const duplicate = ::dup(near.native_handle());
    ASSERT_GE(duplicate, 0);
    socket_send(far, "x");
    EXPECT_EQ(ready(list), sockets{&near});
    socket_close(near);
    EXPECT_EQ(ready_now(list), sockets{}) << "the connection lives on, with input";
    auto [next, peer_of_next] = make_socket_pair();
    add_waiter(list, next);
    EXPECT_EQ(ready_now(list), sockets{});
    ::close(duplicate);
    EXPECT_EQ(ready_now(list), sockets{});
    socket_send(peer_of_next, "x");
    EXPECT_EQ(ready(list), sockets{&next});
}

TEST_P(wait_handles_conformance, a_handle_closed_by_others_does_not_disturb_the_other_members) {
    auto [stolen, peer_of_stolen] = make_socket_pair();
    auto [near, far] = make_socket_pair();
    auto [quiet, peer_of_quiet] = make_socket_pair();
    auto list = make_list({&stolen, &near, &quiet});
    EXPECT_EQ(ready_now(list), sockets{});
    ASSERT_EQ(::close(stolen.native_handle()), 0);
    for (int round = 0; round < 3; ++round) {
        socket_send(far, "x");
        EXPECT_TRUE(finds(list, near));
        std::byte octet{};
        EXPECT_EQ(socket_receive(near, std::span(&octet, 1)).size, 1U);
        auto const found = ready_now(list);
        EXPECT_TRUE(found.empty() || found == sockets{&stolen}) << "whether it is noticed depends on the system";
        add_waiter(list, quiet, round % 2 == 0 ? readiness::none : readiness::read);
    }
    remove_waiter(list, stolen);
    EXPECT_EQ(ready_now(list), sockets{});
    socket_send(far, "x");
    EXPECT_EQ(ready(list), sockets{&near});
}

TEST_P(wait_handles_conformance, members_that_die_or_change_while_a_result_is_walked) {
    std::vector<std::pair<stream_usocket, stream_usocket>> pairs;
    for (int i = 0; i < 30; ++i)
        pairs.push_back(make_socket_pair());
    auto list = make_list();
    for (auto& [near, far] : pairs) {
        add_waiter(list, near);
        socket_send(far, "x");
    }
    auto const result = wait_for_input(list, {.ready_only = true});
    ASSERT_EQ(result.sockets.size(), 30U);
    std::size_t walked = 0;
    std::vector<usocket*> changed;
    for (usocket* const socket : result.sockets) {
        EXPECT_EQ(socket->state(), readiness::read);
        auto const pair =
            std::find_if(pairs.begin(), pairs.end(), [socket](auto const& one) { return &one.first == socket; });
        ASSERT_NE(pair, pairs.end()) << "each once, and none that has gone";
        switch (++walked % 3) {
        case 0: {
            auto const gone = std::move(*pair);
        } break;
        case 1:
            add_waiter(list, *socket, readiness::write);
            changed.push_back(socket);
            break;
        default:
            add_waiter(list, *socket, readiness::none);
        }
    }
    EXPECT_EQ(walked, 30U);
    EXPECT_EQ(list.size(), 20U);
    EXPECT_EQ(ready(list), sorted(changed));
}

TEST_P(wait_handles_conformance, as_many_members_as_the_system_lets_be_open) {
    std::size_t const limit = allow_descriptors(20'000);
    std::size_t const reserve = 200; // for the list, and what else this process has open
    ASSERT_GT(limit, reserve);
    std::vector<datagram_usocket> members;
    for (std::size_t const count = many(limit - reserve); members.size() + 1 < count;) {
        auto [one, other] = make_datagram_pair();
        members.push_back(std::move(one));
        members.push_back(std::move(other));
    }
    auto list = make_list();
    for (auto& member : members)
        add_waiter(list, member);
    EXPECT_EQ(list.size(), members.size());
    EXPECT_EQ(ready_now(list), sockets{});
    auto const middle = members.size() / 2 & ~std::size_t{1};
    socket_send(members[middle], "x");
    EXPECT_EQ(ready(list), sockets{&members[middle + 1]});
    for (auto& member : members)
        socket_send(member, "x");
    EXPECT_EQ(ready(list).size(), members.size());
    remove_all_waiters(list);
    EXPECT_EQ(ready_now(list), sockets{});
}

INSTANTIATE_TEST_SUITE_P(backends, wait_handles_conformance, testing::ValuesIn(supported_backends()), backend_name);

// ---- what select cannot take --------------------------------------------------------------------------------------

class wait_select_limit : public testing::Test {
protected:
    void SetUp() override {
        if (!supports(backend::select))
            GTEST_SKIP() << "there is no select here";
        if (allow_descriptors(FD_SETSIZE + 500) < FD_SETSIZE + 500)
            GTEST_SKIP() << "the process may not open as many";
    }

    static wait_list make_list() { return wait_list({.backend = backend::select}); }

    /// The socket, under a number that select does not take.
    static stream_usocket moved_up(stream_usocket socket) {
        int const high = ::fcntl(socket.native_handle(), F_DUPFD_CLOEXEC, FD_SETSIZE + 100);
        EXPECT_GE(high, FD_SETSIZE);
        return make_stream_socket(high);
    }

    /// The condition names the cause.
    static void expect_reason(no_buffers_error const& condition, std::string const& operation) {
        EXPECT_EQ(condition.operation(), operation);
        EXPECT_EQ(condition.what(), operation +
                                        ": out of buffers or descriptors: the select backend takes only "
                                        "descriptors below " +
                                        std::to_string(FD_SETSIZE));
    }
};

TEST_F(wait_select_limit, a_high_descriptor_is_refused_and_nothing_else_happens) {
    auto list = make_list();
    auto [near, far] = make_socket_pair();
    auto [low, peer_of_low] = make_socket_pair();
    auto high = moved_up(std::move(near));
    add_waiter(list, low);
    for (auto const interest : {readiness::read, readiness::write, readiness::none}) {
        try {
            add_waiter(list, high, interest);
            FAIL() << "select cannot watch it";
        } catch (no_buffers_error const& condition) {
            expect_reason(condition, "add_waiter");
        }
        std::error_code code;
        add_waiter(list, high, interest, code);
        EXPECT_EQ(code, errc::no_buffers);
        EXPECT_FALSE(list.contains(high));
        EXPECT_EQ(list.size(), 1U);
    }
    socket_send(far, "x");
    EXPECT_TRUE(wait_for_input(list, {.timeout = 0s, .ready_only = true}).sockets.empty());
    socket_send(peer_of_low, "x");
    EXPECT_EQ(wait_for_input(list, {.timeout = 20s, .ready_only = true}).sockets.size(), 1U);
    EXPECT_THROW(static_cast<void>(make_wait_list({&high}, {.backend = backend::select})), no_buffers_error);
    auto another = make_wait_list({&high}, {.backend = backend::poll});
    EXPECT_EQ(wait_for_input(another, {.timeout = 20s, .ready_only = true}).sockets.size(), 1U) << "poll can";
}

TEST_F(wait_select_limit, a_high_descriptor_is_refused_during_a_wait) {
    auto list = make_list();
    auto [near, far] = make_socket_pair();
    auto [low, peer_of_low] = make_socket_pair();
    add_waiter(list, low);
    std::thread adder([&list, high = moved_up(std::move(near)), &peer = peer_of_low]() mutable {
        for (int round = 0; round < 100; ++round)
            EXPECT_THROW(add_waiter(list, high), no_buffers_error);
        socket_send(peer, "x");
    });
    EXPECT_EQ(wait_for_input(list, {.timeout = 20s, .ready_only = true}).sockets.size(), 1U);
    adder.join();
    EXPECT_EQ(list.size(), 1U);
}

TEST_F(wait_select_limit, a_list_that_could_not_be_woken_is_not_made) {
    descriptors_taken const taken(FD_SETSIZE);
    try {
        auto const list = make_list();
        FAIL() << "its wake handle is too high";
    } catch (no_buffers_error const& condition) {
        expect_reason(condition, "wait_list");
    }
    wait_list const other({.backend = backend::poll});
    EXPECT_EQ(other.backend(), backend::poll);
}

TEST_F(wait_select_limit, a_wait_that_could_not_be_cancelled_fails) {
    auto list = make_list();
    auto [near, far] = make_socket_pair();
    add_waiter(list, near);
    socket_send(far, "x");
    descriptors_taken const taken(FD_SETSIZE);
    std::thread waiter([&list] { // a thread's first wait in a scope opens what cancels it
        cancel_scope const scope{20s};
        try {
            static_cast<void>(wait_for_input(list));
            ADD_FAILURE() << "it could not have been cancelled";
        } catch (no_buffers_error const& condition) {
            expect_reason(condition, "wait_for_input");
        }
    });
    waiter.join();
    EXPECT_EQ(wait_for_input(list, {.timeout = 20s, .ready_only = true}).sockets.size(), 1U) << "without a scope";
}

} // namespace
} // namespace usocket::test
