// SPDX-License-Identifier: MIT
#include <usocket/wait.hpp>

#include <atomic>
#include <chrono>
#include <csignal>
#include <thread>

#include <gtest/gtest.h>
#include <pthread.h>

#include "conformance/wait_backends.hpp"

namespace usocket::test {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

class wait_signals_conformance : public wait_test {};

TEST_P(wait_signals_conformance, signals_do_not_shorten_a_wait) {
    struct sigaction action{};
    struct sigaction before{};
    action.sa_handler = [](int) {};
    ASSERT_EQ(sigaction(SIGUSR1, &action, &before), 0);
    auto list = make_list();
    std::atomic<bool> done{false};
    std::thread disturber([&done, target = pthread_self()] {
        while (!done.load())
            pthread_kill(target, SIGUSR1);
    });
    auto const start = clock::now();
    auto const result = wait_for_input(list, {.timeout = 30ms});
    auto const taken = clock::now() - start;
    done.store(true);
    disturber.join();
    sigaction(SIGUSR1, &before, nullptr);
    EXPECT_GE(taken, 30ms);
    EXPECT_LT(taken, 20s);
    EXPECT_FALSE(result.remaining);
}

INSTANTIATE_TEST_SUITE_P(backends, wait_signals_conformance, testing::ValuesIn(supported_backends()), backend_name);

} // namespace
} // namespace usocket::test
