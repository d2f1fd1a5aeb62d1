// SPDX-License-Identifier: MIT
#include <usocket/stream.hpp>

#include <chrono>
#include <iomanip>
#include <memory>
#include <random>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include <usocket/cancel_scope.hpp>
#include <usocket/conditions.hpp>

#include "support/system_traits.hpp"
#include "unit/stream/connected_stream.hpp"

namespace {

using namespace std::chrono_literals;
using namespace usocket;
using test::connected_stream;

std::error_code const success{};

TEST(stream_output, stays_in_the_buffer_until_it_is_flushed) {
    connected_stream pair;
    pair.stream << "one " << 2 << ' ';
    pair.stream.put('3');
    EXPECT_EQ(pair.peer.receive_now(), "");
    pair.stream << std::flush;
    EXPECT_EQ(pair.peer.receive_now(), "one 2 3");
    pair.stream.put('4');
    EXPECT_EQ(pair.peer.receive_now(), "");
    pair.stream.flush();
    EXPECT_EQ(pair.peer.receive_now(), "4");
}

TEST(stream_output, leaves_the_buffer_when_it_is_full) {
    connected_stream pair;
    std::string const text = test::pattern(300'000);
    std::string received;
    std::thread reader([&] { received = pair.peer.receive(text.size()); });
    for (char const c : text)
        pair.stream.put(c);
    pair.stream.flush();
    reader.join();
    EXPECT_TRUE(received == text);
}

TEST(stream_output, goes_out_in_order_whatever_the_sizes) {
    connected_stream pair;
    std::mt19937 random(3);
    std::string expected;
    std::string received;
    std::thread reader([&] {
        for (std::string part; !(part = pair.peer.receive(65536)).empty();)
            received += part;
    });
    for (int round = 0; round != 300; ++round) {
        std::size_t const size =
            std::uniform_int_distribution<std::size_t>(0, round % 10 == 0 ? 200'000 : 3'000)(random);
        std::string const text(size, static_cast<char>('a' + round % 26));
        pair.stream << text << round;
        expected += text + std::to_string(round);
    }
    pair.stream.flush();
    platform::shutdown(pair.core.handle(), platform::direction::output);
    reader.join();
    EXPECT_TRUE(received == expected);
}

TEST(stream_output, large_writes_need_no_flush) {
    connected_stream pair;
    std::string const large = test::pattern(40'000);
    pair.stream << "before" << large;
    EXPECT_TRUE(pair.peer.receive_now() == "before" + large);
}

TEST(stream_output, is_flushed_before_this_thread_waits_for_input) {
    connected_stream pair;
    std::thread answering([&] { pair.peer.send(pair.peer.receive(8) == "question" ? "answer\n" : "?\n"); });
    pair.stream << "question";
    std::string line;
    EXPECT_TRUE(std::getline(pair.stream, line));
    EXPECT_EQ(line, "answer");
    answering.join();

    for (int way = 0; way != 4; ++way) {
        std::thread echo([&] { pair.peer.send(pair.peer.receive(6)); });
        pair.stream << "again\n";
        std::string large(65536, '\0');
        switch (way) {
        case 0:
            EXPECT_TRUE(read_line(pair.stream, line));
            break;
        case 1:
            EXPECT_EQ(read_some(pair.stream, large), 6U);
            break;
        case 2:
            EXPECT_EQ(read_exactly(pair.stream, {large.data(), 6}), 6U);
            break;
        case 3:
            EXPECT_EQ(pair.stream.get(), 'a');
            break;
        }
        echo.join();
    }
}

TEST(stream_output, of_another_thread_is_left_alone_by_a_reader) {
    connected_stream pair;
    pair.stream << "kept";
    std::thread reader([&] {
        std::error_code ec;
        char buffer[4];
        pair.core.set_read_timeout(0ns);
        EXPECT_EQ(read_some(pair.stream, buffer, ec), 0U);
        EXPECT_EQ(ec, errc::timeout);
    });
    reader.join();
    EXPECT_EQ(pair.peer.receive_now(), "");
    std::thread writer([&] { pair.stream << " and more"; });
    writer.join();
    pair.stream << std::flush;
    EXPECT_EQ(pair.peer.receive_now(), "kept and more");
}

TEST(stream_output, that_cannot_be_sent_does_not_keep_input_from_being_read) {
    if (!test::pairs_hang_up)
        GTEST_SKIP() << "pairs are TCP connections, and what is sent first after the peer's end is sent in vain";
    connected_stream pair;
    pair.peer.send("a last word\n");
    pair.peer.close();
    pair.stream << "to nobody";
    std::string line;
    EXPECT_TRUE(std::getline(pair.stream, line));
    EXPECT_EQ(line, "a last word");
    EXPECT_FALSE(pair.stream << std::flush);
    EXPECT_EQ(pair.stream.condition(), errc::connection_aborted);
}

TEST(stream_output, that_waits_too_long_stops_reading_as_well) {
    if (!test::pairs_deliver_at_once)
        GTEST_SKIP() << "pairs are TCP connections, which keep much of what was sent on its way";
    connected_stream pair;
    pair.shrink_buffers();
    pair.core.set_write_timeout(0ns);
    std::string const text = test::pattern(30'000);
    pair.stream << text;
    std::error_code ec;
    std::string line;
    EXPECT_FALSE(read_line(pair.stream, line, {}, ec));
    EXPECT_EQ(ec, errc::timeout);
    std::string received = pair.peer.receive_now();
    EXPECT_LT(received.size(), text.size());
    pair.core.set_write_timeout({});
    std::thread reader([&] { received += pair.peer.receive(text.size() - received.size()); });
    pair.stream << std::flush;
    reader.join();
    EXPECT_TRUE(received == text);
}

/// What a stream holds back after a failure must come out exactly, once and in order.
class stopped_midway : public testing::TestWithParam<std::size_t> {};

TEST_P(stopped_midway, loses_and_doubles_nothing) {
    if (!test::pairs_deliver_at_once)
        GTEST_SKIP() << "pairs are TCP connections, which keep much of what was sent on its way";
    connected_stream pair;
    pair.shrink_buffers();
    pair.core.set_write_timeout(0ns);
    std::string const before = "buffered before";
    std::string const text = test::pattern(GetParam());
    pair.stream << before;
    pair.stream << text;
    if (pair.stream.good())
        pair.stream << std::flush;
    EXPECT_EQ(pair.stream.rdstate(), std::ios::badbit);
    EXPECT_EQ(pair.stream.condition(), errc::timeout);

    std::string received = pair.peer.receive_now();
    EXPECT_LT(received.size(), before.size() + text.size());
    pair.stream.clear();
    pair.stream << std::flush; // stops again, on the way
    EXPECT_EQ(pair.stream.rdstate(), GetParam() > 20'000 ? std::ios::badbit : pair.stream.rdstate());

    pair.core.set_write_timeout({});
    pair.stream.clear();
    std::string const all = before + text + "after";
    std::thread reader([&] { received += pair.peer.receive(all.size() - received.size()); });
    pair.stream << "after" << std::flush;
    EXPECT_TRUE(pair.stream.good());
    reader.join();
    EXPECT_TRUE(received == all);
    EXPECT_EQ(pair.peer.receive_now(), "");
}

INSTANTIATE_TEST_SUITE_P(sizes, stopped_midway, testing::Values(20'000U, 40'000U, 65'536U, 1'000'000U));

TEST(stream_output, is_exact_over_any_sequence_of_failures) {
    if (!test::pairs_deliver_at_once)
        GTEST_SKIP() << "pairs are TCP connections, which keep much of what was sent on its way";
    std::mt19937 random(77);
    auto const up_to = [&](std::size_t most) { return std::uniform_int_distribution<std::size_t>(0, most)(random); };
    for (int round = 0; round != 20; ++round) {
        connected_stream pair;
        pair.shrink_buffers();
        pair.core.set_write_timeout(0ns);
        std::string expected;
        std::string received;
        auto const recover = [&] {
            while (!pair.stream) {
                EXPECT_EQ(pair.stream.condition(), errc::timeout);
                received += pair.peer.receive_now();
                pair.stream.clear();
                pair.stream << std::flush;
            }
        };
        for (int step = 0; step != 60; ++step) {
            switch (up_to(4)) {
            case 0: {
                std::string const text = test::pattern(up_to(100'000));
                expected += text;
                pair.stream << text;
                break;
            }
            case 1:
                for (std::size_t n = up_to(9'000); n != 0 && pair.stream; --n) {
                    expected += static_cast<char>(n);
                    pair.stream.put(static_cast<char>(n));
                }
                break;
            case 2:
                expected += std::string(299, ' ') + '7';
                pair.stream << std::setw(300) << 7;
                break;
            case 3:
                pair.stream << std::flush;
                break;
            default:
                received += pair.peer.receive_now(up_to(20'000));
            }
            recover();
        }
        pair.stream << std::flush;
        recover();
        received += pair.peer.receive_now();
        ASSERT_TRUE(received == expected) << round;
    }
}

TEST(stream_output, bounds_what_it_holds_back) {
    connected_stream pair;
    pair.shrink_buffers();
    pair.core.set_write_timeout(0ns);
    std::string const text = test::pattern(300'000);
    pair.stream << text;
    EXPECT_FALSE(pair.stream.good());
    for (int i = 0; i != 10; ++i) { // takes no more, however often it is told that all is well
        pair.stream.clear();
        pair.stream << std::string(100'000, 'n');
        EXPECT_FALSE(pair.stream.good());
    }
    pair.core.set_write_timeout({});
    pair.stream.clear();
    std::string received;
    std::thread reader([&] { received = pair.peer.receive(2'000'000); });
    pair.stream << std::flush;
    platform::shutdown(pair.core.handle(), platform::direction::output);
    reader.join();
    EXPECT_TRUE(received == text);
}

TEST(stream_output, is_refused_at_once_when_it_can_go_nowhere) {
    connected_stream pair;
    pair.core.set(detail::socket_core::mark::output_shut);
    EXPECT_FALSE(pair.stream << 'x');
    EXPECT_EQ(pair.stream.condition(), errc::shutdown);
    pair.stream.clear();
    pair.stream.exceptions(std::ios::badbit);
    EXPECT_THROW(pair.stream << "x", shutdown_error);
    pair.stream.clear();
    EXPECT_THROW(pair.stream << std::string(100'000, 'x'), shutdown_error);
    pair.stream.clear();
    pair.core.close();
    EXPECT_THROW(pair.stream << "x", invalid_socket_stream_error);
}

TEST(stream_output, tells_how_much_was_sent_before_a_failure) {
    if (!test::pairs_deliver_at_once)
        GTEST_SKIP() << "pairs are TCP connections, which keep much of what was sent on its way";
    connected_stream pair;
    pair.shrink_buffers();
    pair.core.set_write_timeout(1ms);
    pair.stream.exceptions(std::ios::badbit);
    try {
        pair.stream << test::pattern(1'000'000);
        FAIL();
    } catch (timeout_error const& error) {
        EXPECT_EQ(error.operation(), "write");
        EXPECT_EQ(error.bytes_transferred(), pair.peer.receive_now().size());
        ASSERT_TRUE(error.elapsed());
        EXPECT_GE(*error.elapsed(), 1ms);
    }
}

TEST(stream_output, with_unitbuf_is_sent_by_each_operation) {
    if (!test::pairs_hang_up)
        GTEST_SKIP() << "pairs are TCP connections, and what is sent first after the peer's end is sent in vain";
    connected_stream pair;
    pair.stream << std::unitbuf << "one";
    EXPECT_EQ(pair.peer.receive_now(), "one");
    pair.stream << 2;
    EXPECT_EQ(pair.peer.receive_now(), "2");
    pair.peer.close();
    pair.stream << "to nobody";
    EXPECT_TRUE(pair.stream.bad());
    EXPECT_EQ(pair.stream.condition(), errc::connection_aborted);
}

TEST(stream_output, with_unitbuf_and_exceptions_raises_at_the_next_write) {
    if (!test::pairs_hang_up)
        GTEST_SKIP() << "pairs are TCP connections, and what is sent first after the peer's end is sent in vain";
    connected_stream pair;
    pair.stream.exceptions(std::ios::badbit);
    pair.stream << std::unitbuf;
    pair.peer.close();
    pair.stream << "a destructor sends this and must not throw";
    EXPECT_EQ(pair.stream.condition(), errc::connection_aborted);
    EXPECT_THROW(pair.stream << 'x', connection_aborted_error);
}

TEST(stream_output, is_tried_once_when_the_socket_goes) {
    auto pair = std::make_unique<connected_stream>();
    test::raw_peer const peer = std::move(pair->peer);
    pair->stream << "farewell";
    pair.reset();
    EXPECT_EQ(peer.receive(100), "farewell");

    pair = std::make_unique<connected_stream>();
    pair->shrink_buffers();
    pair->core.set_write_timeout(0ns);
    pair->stream << test::pattern(1'000'000);
    pair.reset(); // neither waits nor throws
}

} // namespace
