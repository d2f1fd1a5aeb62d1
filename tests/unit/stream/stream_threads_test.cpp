// SPDX-License-Identifier: MIT
//
// One thread reads while another writes. Run under the thread sanitizer.
#include <usocket/stream.hpp>

#include <string>
#include <thread>

#include <gtest/gtest.h>

#include <usocket/conditions.hpp>

#include "unit/stream/connected_stream.hpp"

namespace {

using namespace usocket;
using test::connected_stream;

void echo(test::raw_peer const& peer) {
    std::string buffer(20'000, '\0');
    for (;;) {
        std::size_t const count = peer.receive_some(buffer);
        if (count == 0)
            break;
        peer.send({buffer.data(), count});
    }
    peer.end_output();
}

std::string line_of(int number) {
    return std::to_string(number) + std::string(static_cast<std::size_t>(number % 997), '-');
}

TEST(stream_threads, read_and_write_at_the_same_time) {
    constexpr int lines = 20'000;
    connected_stream pair;
    std::thread peer([&] { echo(pair.peer); });
    std::thread writer([&] {
        std::ostream& output = pair.stream.output();
        for (int i = 0; i != lines; ++i) {
            if (i % 3 == 0) {
                for (char const c : line_of(i))
                    output.put(c);
            } else {
                output << line_of(i);
            }
            output << '\n';
            if (i % 50 == 0)
                output << std::flush;
            if (i % 5000 == 0)
                output << std::string(100'000, 'L') << '\n';
        }
        output << std::flush;
        EXPECT_TRUE(output.good());
        platform::shutdown(pair.core.handle(), platform::direction::output);
    });
    std::istream& input = pair.stream.input();
    std::string line;
    std::error_code ec;
    for (int i = 0; i != lines; ++i) {
        if (i % 2 == 0) {
            ASSERT_TRUE(std::getline(input, line));
        } else {
            ASSERT_TRUE(read_line(pair.stream, line, {}, ec));
        }
        ASSERT_EQ(line, line_of(i));
        if (i % 5000 == 0) {
            ASSERT_TRUE(read_line(pair.stream, line, {.limit = 100'000}, ec));
            ASSERT_TRUE(line == std::string(100'000, 'L'));
        }
        static_cast<void>(pair.stream.condition());
    }
    EXPECT_FALSE(std::getline(input, line));
    writer.join();
    peer.join();
}

TEST(stream_threads, may_hand_over_writing_with_output_pending) {
    for (int round = 0; round != 300; ++round) {
        connected_stream pair;
        std::thread peer([&] { echo(pair.peer); });
        std::ostream& output = pair.stream.output();
        output << "first ";
        std::thread writer([&] {
            for (int i = 0; i != 20; ++i)
                output << "then ";
            output << std::string("last\n") << std::flush;
        });
        std::string line;
        std::error_code ec;
        EXPECT_TRUE(read_line(pair.stream, line, {}, ec)); // may still flush what it wrote itself
        std::string expected = "first ";
        for (int i = 0; i != 20; ++i)
            expected += "then ";
        EXPECT_EQ(line, expected + "last");
        writer.join();
        platform::shutdown(pair.core.handle(), platform::direction::output);
        peer.join();
    }
}

TEST(stream_threads, are_woken_when_the_socket_closes) {
    for (int round = 0; round != 100; ++round) {
        connected_stream pair;
        std::thread reader([&] {
            std::string line;
            std::error_code ec;
            EXPECT_FALSE(read_line(pair.stream, line, {}, ec));
            EXPECT_EQ(ec, errc::invalid_socket_stream);
        });
        std::thread writer([&] {
            std::ostream& output = pair.stream.output();
            output.exceptions(std::ios::badbit);
            std::string const text(1 << 20, 'x');
            EXPECT_THROW(
                {
                    for (;;)
                        output << text;
                },
                invalid_socket_stream_error);
        });
        EXPECT_EQ(pair.peer.receive(1), "x"); // the writer writes
        EXPECT_FALSE(pair.core.close());
        reader.join();
        writer.join();
    }
}

TEST(stream_threads, do_not_wait_for_a_writer_to_flush_for_them) {
    connected_stream pair;
    std::thread writer([&] {
        std::ostream& output = pair.stream.output();
        output << std::string(1 << 24, 'x'); // more than any system keeps
        EXPECT_FALSE(output.good());
    });
    EXPECT_EQ(pair.peer.receive(1), "x");
    EXPECT_FALSE(pair.core.stream()->flush({}).error);
    EXPECT_FALSE(pair.core.close());
    writer.join();
}

} // namespace
