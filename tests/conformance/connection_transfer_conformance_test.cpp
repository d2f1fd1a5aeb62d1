// SPDX-License-Identifier: MIT
//
// What any connection carries, and for whom at once.
#include <usocket/usocket.hpp>

#include <atomic>
#include <chrono>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "conformance/connection_contract.hpp"

namespace usocket {
namespace {

using namespace std::chrono_literals;
using namespace test;

class connection_transfer : public connection_contract {};
INSTANTIATE_TEST_SUITE_P(all, connection_transfer, all_forms, name_of);

/// What streams do otherwise: they keep in their buffer what was not sent.
class connection_transfer_by_calls : public connection_contract {};
INSTANTIATE_TEST_SUITE_P(all, connection_transfer_by_calls, forms_of_calls, name_of);

/// Calls tell how much of it went out.
class connection_transfer_by_streams : public connection_contract {};
INSTANTIATE_TEST_SUITE_P(all, connection_transfer_by_streams, forms_of_streams, name_of);

TEST_P(connection_transfer, what_is_sent_arrives_whole_and_comes_back) {
    std::string const payload = random_octets(1 << 20);
    std::thread echoing([&] {
        std::string buffer(1 << 14, '\0');
        for (std::error_code ec; auto const size = receive(server, buffer, ec);)
            must_send(server, std::string_view(buffer).substr(0, size));
        socket_shutdown(server, direction::output);
    });
    std::thread sending([&] {
        must_send(client, payload);
        socket_shutdown(client, direction::output);
    });
    std::string const back = rest_of(client);
    sending.join();
    echoing.join();
    EXPECT_TRUE(back == payload);
}

TEST_P(connection_transfer, a_number_goes_back_and_forth) {
    constexpr int rounds = 200;
    std::thread other([&] {
        for (int i = 0; i < rounds; ++i) {
            auto const got = exactly(server, 8);
            must_send(server, got);
        }
    });
    for (int i = 0; i < rounds; ++i) {
        std::string number = std::to_string(10'000'000 + i);
        must_send(client, number);
        ASSERT_EQ(exactly(client, 8), number);
    }
    other.join();
}

TEST_P(connection_transfer, reads_that_run_out_of_time_lose_nothing) {
    std::string const payload = random_octets(300'000);
    std::thread sending([&] {
        for (std::size_t at = 0; at < payload.size(); at += 1000) {
            must_send(client, std::string_view(payload).substr(at, 1000));
            if (at % 16'000 == 0)
                std::this_thread::yield();
        }
        socket_shutdown(client, direction::output);
    });
    std::string all;
    std::array<char, 777> buffer{};
    std::mt19937 random(7);
    for (;;) {
        std::error_code ec;
        auto const size = receive(server, buffer, ec, std::chrono::microseconds(random() % 50));
        all.append(buffer.data(), size);
        if (size == 0 && !ec)
            break;
        ASSERT_TRUE(!ec || is_timeout(ec)) << ec.message();
    }
    sending.join();
    EXPECT_TRUE(all == payload);
}

TEST_P(connection_transfer_by_calls, writes_that_run_out_of_time_tell_how_far_they_came) {
    std::string const payload = random_octets(2 << 20);
    std::thread sending([&] {
        std::mt19937 random(8);
        for (std::size_t at = 0; at < payload.size();) {
            std::error_code ec;
            at += send(client, std::string_view(payload).substr(at, 200'000), ec,
                       std::chrono::microseconds(random() % 50));
            ASSERT_TRUE(!ec || is_timeout(ec)) << ec.message();
        }
        socket_shutdown(client, direction::output);
    });
    std::string const all = rest_of(server, 3000);
    sending.join();
    EXPECT_TRUE(all == payload);
}

TEST_P(connection_transfer, names_and_options_can_be_asked_for_during_transfers) {
    std::string const payload = random_octets(1 << 19);
    auto const local = get_local_endpoint(client);
    auto const peer = get_peer_endpoint(client);
    std::atomic<bool> done{false};
    std::vector<std::thread> asking;
    for (int i = 0; i < 2; ++i)
        asking.emplace_back([&] {
            while (!done) {
                EXPECT_EQ(get_local_endpoint(client), local);
                EXPECT_EQ(get_peer_endpoint(client), peer);
                EXPECT_GT(socket_option(client, option::receive_buffer_size), 0);
                EXPECT_TRUE(client.is_open());
            }
        });
    std::thread there([&] { must_send(client, payload); });
    std::thread back([&] { must_send(server, payload); });
    std::thread other([&] { EXPECT_TRUE(exactly(server, payload.size()) == payload); });
    EXPECT_TRUE(exactly(client, payload.size()) == payload);
    for (auto* thread : {&there, &back, &other})
        thread->join();
    done = true;
    for (auto& thread : asking)
        thread.join();
}

TEST_P(connection_transfer_by_streams, writes_that_run_out_of_time_go_out_once) {
    std::string const payload = random_octets(4 << 20);
    std::thread sending([&] {
        std::mt19937 random(9);
        for (std::size_t at = 0; at < payload.size();) {
            auto const piece = std::string_view(payload).substr(at, 1 << 20);
            std::error_code ec;
            for (auto rest = piece;; rest = {}) { // taken, whatever came of it; out before the next
                static_cast<void>(send(client, rest, ec, std::chrono::microseconds(random() % 200)));
                if (!ec)
                    break;
                ASSERT_TRUE(is_timeout(ec)) << ec.message();
            }
            at += piece.size();
        }
        socket_shutdown(client, direction::output);
    });
    std::string const all = rest_of(server, 3000);
    sending.join();
    EXPECT_TRUE(all == payload);
}

} // namespace
} // namespace usocket
