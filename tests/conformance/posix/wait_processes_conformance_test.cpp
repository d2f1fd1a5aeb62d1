// SPDX-License-Identifier: MIT
//
// Wait lists across a fork: each process goes on with its own.
#include <usocket/wait.hpp>

#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include <usocket/conditions.hpp>
#include <usocket/local.hpp>
#include <usocket/transfer.hpp>

#include "conformance/wait_backends.hpp"
#include "support/child_process.hpp"

namespace usocket::test {
namespace {

using namespace std::chrono_literals;

class wait_processes_conformance : public wait_test {
protected:
    std::pair<stream_usocket, stream_usocket> first_ = make_socket_pair();
    std::pair<stream_usocket, stream_usocket> second_ = make_socket_pair();
    std::optional<wait_list> list_{make_list({&first_.first, &second_.first})};
};

TEST_P(wait_processes_conformance, a_child_waits_on_the_same_members) {
    socket_send(first_.second, "x");
    EXPECT_EQ(ready(*list_), sockets{&first_.first});
    EXPECT_TRUE(in_child_process([this] {
        bool const same = ready(*list_) == sockets{&first_.first};
        socket_send(second_.second, "y");
        return same && list_->size() == 2 && ready(*list_) == sorted({&first_.first, &second_.first});
    }));
    EXPECT_EQ(ready(*list_), sorted({&first_.first, &second_.first}));
}

TEST_P(wait_processes_conformance, what_a_child_does_to_its_list_is_its_own_affair) {
    EXPECT_EQ(ready_now(*list_), sockets{});
    EXPECT_TRUE(in_child_process([this] {
        remove_waiter(*list_, first_.first);
        auto [another, peer] = make_socket_pair();
        add_waiter(*list_, another);
        socket_send(peer, "z");
        bool const its_own = ready(*list_) == sockets{&another};
        list_.reset();
        return its_own;
    }));
    socket_send(first_.second, "x");
    EXPECT_EQ(ready(*list_), sockets{&first_.first});
    socket_send(second_.second, "y");
    EXPECT_EQ(ready(*list_), sorted({&first_.first, &second_.first}));
}

TEST_P(wait_processes_conformance, a_child_that_closes_its_copies_leaves_the_parents) {
    EXPECT_EQ(ready_now(*list_), sockets{});
    EXPECT_TRUE(in_child_process([this] {
        list_.reset(); // first of all
        socket_close(first_.first);
        socket_close(second_.first);
        return true;
    }));
    socket_send(first_.second, "x");
    EXPECT_EQ(ready(*list_), sockets{&first_.first});
}

TEST_P(wait_processes_conformance, a_wake_stays_in_its_process) {
    EXPECT_TRUE(in_child_process([this] {
        list_->wake();
        auto const result = wait_for_input(*list_, {.timeout = 20s});
        return result.remaining && *result.remaining > 0s;
    }));
    EXPECT_FALSE(wait_for_input(*list_, {.timeout = 20ms}).remaining) << "nobody woke this one";
    list_->wake();
    EXPECT_TRUE(in_child_process([this] { return wait_for_input(*list_, {.timeout = 20s}).remaining.has_value(); }))
        << "what was pending is inherited";
    EXPECT_TRUE(wait_for_input(*list_, {.timeout = 20s}).remaining) << "and still pending here";
}

TEST_P(wait_processes_conformance, two_threads_cannot_wait_on_one_list) {
    std::thread first([this] {
        std::error_code refused;
        do { // the other may have been faster
            wait_for_input(*list_, {}, refused);
        } while (refused);
    });
    std::error_code code;
    while (code != errc::invalid_argument)
        wait_for_input(*list_, {.timeout = 0s}, code);
    try {
        wait_for_input(*list_, {.timeout = 0s});
        ADD_FAILURE() << "the other thread waits for ever";
    } catch (invalid_argument_error const& error) {
        EXPECT_NE(std::string(error.what()).find("another thread waits on the list"), std::string::npos)
            << error.what();
    }
    list_->wake();
    first.join();
    EXPECT_EQ(ready_now(*list_), sockets{});
}

INSTANTIATE_TEST_SUITE_P(backends, wait_processes_conformance, testing::ValuesIn(supported_backends()), backend_name);

} // namespace
} // namespace usocket::test
