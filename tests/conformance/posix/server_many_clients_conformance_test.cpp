// SPDX-License-Identifier: MIT
//
// Thousands of connections at the same time, each with its thread.
#include <usocket/server.hpp>

#include <iostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/descriptor_limit.hpp"
#include "support/process_state.hpp"
#include "support/sanitizers.hpp"
#include "support/server_client.hpp"

namespace usocket::test {
namespace {

using namespace std::chrono_literals;

TEST(server_many_clients, each_has_a_thread) {
    // The stacks of thousands of threads do not fit into 32 bits of addresses.
    constexpr std::size_t count = is_sanitized() || sizeof(void*) < 8 ? 300 : 5000;
    constexpr std::size_t needed = 2 * count + 200;
    if (std::size_t const allowed = allow_descriptors(needed); allowed < needed)
        GTEST_SKIP() << "NOT TESTED: " << needed << " descriptors are needed, and " << allowed << " allowed";
    std::size_t const threads_before = running_threads();
    std::size_t const descriptors_before = open_descriptors();
    log_of<std::string> failures;
    server_options options{.multi_threading = true};
    options.on_error = [&](server_failure const& failure) { failures.add(std::string(failure.activity)); };
    server one = serve(answer_lines, options);
    std::vector<stream_usocket> clients;
    for (std::size_t i = 0; i < count; ++i) {
        clients.push_back(dial(one));
        socket_send(clients.back(), "hello " + std::to_string(i) + '\n');
    }
    for (std::size_t i = 0; i < count; ++i)
        ASSERT_EQ(hear(clients[i]), "hello " + std::to_string(i));
    EXPECT_EQ(one.counters().active, count);
    EXPECT_GE(running_threads(), threads_before + count);
    for (std::size_t i = count; i-- > 0;)
        ASSERT_EQ(ask(clients[i], "again"), "again");
    auto const begin = std::chrono::steady_clock::now();
    server_report const report = one.stop();
    std::cout << "stopping with " << count << " connections took "
              << std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin).count()
              << " ms\n";
    EXPECT_TRUE(report.complete);
    EXPECT_EQ(report.counters.cancelled, count);
    EXPECT_EQ(failures.size(), 0U);
    EXPECT_TRUE(eventually([&] { return running_threads() <= threads_before; })) << running_threads();
    for (auto& client : clients)
        ASSERT_TRUE(hangs_up(client));
    clients.clear();
    EXPECT_LE(open_descriptors(), descriptors_before + 1);
}

} // namespace
} // namespace usocket::test
