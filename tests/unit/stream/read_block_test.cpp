// SPDX-License-Identifier: MIT
#include <usocket/stream.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

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

TEST(read_exactly, fills_buffers_of_all_sizes) {
    std::vector<std::size_t> const sizes{0, 1, 3, 64, 4095, 4096, 20'000, 32'767, 32'768, 65'536, 65'537, 1'000'000, 5};
    std::size_t total = 0;
    for (std::size_t const size : sizes)
        total += size;
    std::string const text = test::pattern(2 * total);
    connected_stream pair;
    std::thread sender([&] { pair.peer.send(text); });
    std::size_t at = 0;
    for (int round = 0; round != 2; ++round) {
        for (std::size_t const size : sizes) {
            std::vector<std::byte> buffer(size);
            std::error_code ec;
            EXPECT_EQ(round == 0 ? read_exactly(pair.stream, buffer) : read_exactly(pair.stream, buffer, ec), size);
            EXPECT_EQ(ec, success);
            EXPECT_TRUE(text.compare(at, size, reinterpret_cast<char const*>(buffer.data()), size) == 0) << size;
            at += size;
        }
    }
    sender.join();
    EXPECT_TRUE(pair.stream.good());
}

TEST(read_exactly, counts_what_came_before_the_end) {
    for (std::size_t const size : {5U, 50'000U}) {
        connected_stream pair;
        std::string const text = test::pattern(size);
        pair.peer.send(text);
        pair.peer.end_output();
        std::string buffer(size + 3, '.');
        try {
            read_exactly(pair.stream, buffer);
            FAIL();
        } catch (end_of_stream_error const& error) {
            EXPECT_EQ(error.bytes_transferred(), size);
            EXPECT_EQ(error.operation(), "read_exactly");
        }
        EXPECT_TRUE(buffer == text + "...");
        EXPECT_TRUE(pair.stream.good());
        EXPECT_EQ(pair.stream.condition(), errc::end_of_stream);
        std::error_code ec;
        EXPECT_EQ(read_exactly(pair.stream, buffer, ec), 0U);
        EXPECT_EQ(ec, errc::end_of_stream);
    }
}

TEST(read_exactly, counts_what_came_before_a_failure) {
    connected_stream pair;
    pair.core.set_read_timeout(0ns);
    pair.peer.send("abc");
    std::string buffer(5, '.');
    std::error_code ec;
    EXPECT_EQ(read_exactly(pair.stream, buffer, ec), 3U);
    EXPECT_EQ(ec, errc::timeout);
    EXPECT_EQ(buffer, "abc..");
    EXPECT_TRUE(pair.stream.good());
    pair.peer.send("de");
    EXPECT_EQ(read_exactly(pair.stream, {buffer.data() + 3, 2}, ec), 2U);
    EXPECT_EQ(buffer, "abcde");
    try {
        pair.peer.send("f");
        read_exactly(pair.stream, buffer);
        FAIL();
    } catch (timeout_error const& error) {
        EXPECT_EQ(error.bytes_transferred(), 1U);
    }
    EXPECT_TRUE(pair.stream.good());
}

TEST(read_some, gives_what_is_there) {
    connected_stream pair;
    pair.peer.send("abcdef");
    std::array<char, 4> four{};
    EXPECT_EQ(read_some(pair.stream, four), 4U);
    EXPECT_EQ(std::string_view(four.data(), 4), "abcd");
    EXPECT_EQ(read_some(pair.stream, four), 2U);
    EXPECT_EQ(std::string_view(four.data(), 2), "ef");

    std::string large(100'000, '\0');
    pair.peer.send("xyz");
    EXPECT_EQ(read_some(pair.stream, large), 3U);
    EXPECT_EQ(large.substr(0, 3), "xyz");
    EXPECT_EQ(read_some(pair.stream, mutable_octet_span()), 0U);
    EXPECT_TRUE(pair.stream.good());

    pair.peer.end_output();
    std::error_code ec = std::make_error_code(std::errc::io_error);
    EXPECT_EQ(read_some(pair.stream, four, ec), 0U);
    EXPECT_EQ(ec, success);
    EXPECT_TRUE(pair.stream.good());
    EXPECT_EQ(read_some(pair.stream, large), 0U);
    EXPECT_TRUE(pair.stream.good());
    EXPECT_EQ(pair.stream.condition(), errc::end_of_stream);
}

TEST(read_some, reports_failures) {
    connected_stream pair;
    pair.core.set_read_timeout(0ns);
    std::array<char, 4> four{};
    std::error_code ec;
    EXPECT_EQ(read_some(pair.stream, four, ec), 0U);
    EXPECT_EQ(ec, errc::timeout);
    EXPECT_THROW(read_some(pair.stream, four), timeout_error);
    EXPECT_TRUE(pair.stream.good());
    pair.core.close();
    EXPECT_EQ(read_some(pair.stream, four, ec), 0U);
    EXPECT_EQ(ec, errc::invalid_socket_stream);
}

TEST(listen, tells_whether_reading_would_wait) {
    connected_stream pair;
    EXPECT_FALSE(listen(pair.stream));
    pair.peer.send("ab");
    EXPECT_TRUE(listen(pair.stream));
    EXPECT_EQ(pair.core.stream()->buffered_input(), 0U); // looking consumes nothing
    EXPECT_EQ(pair.stream.get(), 'a');
    EXPECT_TRUE(listen(pair.stream)); // in the buffer
    EXPECT_EQ(pair.stream.get(), 'b');
    std::error_code ec = std::make_error_code(std::errc::io_error);
    EXPECT_FALSE(listen(pair.stream, ec));
    EXPECT_EQ(ec, success);
    pair.peer.end_output();
    EXPECT_TRUE(listen(pair.stream));
    EXPECT_EQ(pair.stream.get(), std::char_traits<char>::eof());
    EXPECT_TRUE(listen(pair.stream));
}

TEST(listen, tells_that_there_is_a_failure_to_be_reported) {
    if (!test::tells_resets())
        GTEST_SKIP() << "a reset reads as a clean end under Wine";
    connected_stream pair;
    pair.stream << "never read" << std::flush;
    pair.peer.close();
    EXPECT_TRUE(listen(pair.stream));
    pair.stream.get();
    EXPECT_TRUE(listen(pair.stream));
    EXPECT_EQ(pair.stream.condition(), errc::connection_reset);
}

TEST(listen, raises_for_a_closed_socket) {
    connected_stream pair;
    pair.core.close();
    EXPECT_THROW(static_cast<void>(listen(pair.stream)), invalid_socket_stream_error);
    std::error_code ec;
    EXPECT_FALSE(listen(pair.stream, ec));
    EXPECT_EQ(ec, errc::invalid_socket_stream);
}

TEST(listen, obeys_no_scope_since_it_never_waits) {
    connected_stream pair;
    cancel_scope scope;
    scope.cancel();
    EXPECT_FALSE(listen(pair.stream));
}

/// Takes back as many octets as are promised, and reads them again.
void expect_eight_taken_back(socket_stream& stream, std::string_view before) {
    for (std::size_t i = 0; i != 8; ++i)
        ASSERT_TRUE(stream.unget()) << i;
    for (char const c : before.substr(before.size() - 8))
        EXPECT_EQ(stream.get(), static_cast<unsigned char>(c));
}

TEST(taking_octets_back, works_where_no_read_went_through_the_buffer) {
    std::string const text = test::pattern(40'000);
    connected_stream pair;
    std::thread sender([&] { pair.peer.send(text); });
    std::string buffer(text.size(), '\0');
    EXPECT_EQ(read_exactly(pair.stream, buffer), text.size());
    sender.join();
    expect_eight_taken_back(pair.stream, text);
}

TEST(taking_octets_back, works_where_the_last_of_a_large_read_came_alone) {
    std::string const text = test::pattern(40'000);
    for (bool const has_buffer : {false, true}) {
        connected_stream pair;
        if (has_buffer) {
            pair.peer.send("x");
            EXPECT_EQ(pair.stream.get(), 'x');
        }
        pair.core.set_read_timeout(0ns);
        std::string buffer(2 * text.size(), '\0');
        std::error_code ec;
        std::size_t done = 0;
        for (std::size_t const count : {std::size_t{39'997}, std::size_t{1}, std::size_t{2}}) {
            std::thread sender([&, part = std::string_view(text).substr(done, count)] { pair.peer.send(part); });
            for (std::size_t const end = done + count; done != end;)
                done += read_some(pair.stream, mutable_octet_span(buffer.data() + done, text.size()), ec);
            sender.join();
        }
        EXPECT_TRUE(buffer.starts_with(text));
        expect_eight_taken_back(pair.stream, text);
    }
}

TEST(taking_octets_back, works_after_a_read_that_failed) {
    for (std::size_t const size : {std::size_t{20}, std::size_t{5'000}, std::size_t{50'000}}) {
        connected_stream pair;
        pair.core.set_read_timeout(0ns);
        pair.peer.send("0123456789abcdefghijklmnop");
        std::string buffer(size, '\0');
        pair.stream.read(buffer.data(), 10);
        EXPECT_FALSE(pair.stream.read(buffer.data(), static_cast<std::streamsize>(size)));
        EXPECT_EQ(pair.stream.condition(), errc::timeout);
        pair.stream.clear();
        expect_eight_taken_back(pair.stream, "0123456789");
        EXPECT_EQ(pair.stream.get(), 'a');
    }
}

} // namespace
