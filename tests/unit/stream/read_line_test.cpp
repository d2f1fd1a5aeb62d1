// SPDX-License-Identifier: MIT
#include <usocket/stream.hpp>

#include <cstdint>
#include <random>
#include <sstream>
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

TEST(read_line, gives_lines_without_their_terminator) {
    connected_stream pair;
    pair.peer.send("one\n\ntwo\r\nlast");
    pair.peer.end_output();

    std::string line = "replaced";
    EXPECT_TRUE(read_line(pair.stream, line));
    EXPECT_EQ(line, "one");
    EXPECT_TRUE(read_line(pair.stream, line));
    EXPECT_EQ(line, "");
    EXPECT_TRUE(read_line(pair.stream, line));
    EXPECT_EQ(line, "two\r");
    EXPECT_TRUE(pair.stream.good());
    EXPECT_TRUE(read_line(pair.stream, line));
    EXPECT_EQ(line, "last");
    EXPECT_FALSE(read_line(pair.stream, line));
    EXPECT_EQ(line, "");
    EXPECT_TRUE(pair.stream.good()) << "an answer can be written";
    EXPECT_EQ(pair.stream.condition(), errc::end_of_stream);
}

TEST(read_line, reporting_a_code_leaves_the_iostream_state_alone) {
    connected_stream pair;
    pair.peer.send("one\nlast");
    pair.peer.end_output();

    std::string line;
    std::error_code ec = std::make_error_code(std::errc::io_error);
    EXPECT_TRUE(read_line(pair.stream, line, {}, ec));
    EXPECT_EQ(ec, success);
    EXPECT_TRUE(read_line(pair.stream, line, {}, ec));
    EXPECT_EQ(line, "last");
    EXPECT_FALSE(read_line(pair.stream, line, {}, ec));
    EXPECT_EQ(ec, success);
    EXPECT_TRUE(pair.stream.good());
    EXPECT_EQ(pair.stream.condition(), errc::end_of_stream);
}

TEST(read_line, agrees_with_getline_on_where_the_end_is) {
    for (std::string const text : {"", "\n", "a", "a\n", "\n\n", "a\n\nb"}) {
        connected_stream pair;
        pair.peer.send(text);
        pair.peer.end_output();
        std::istringstream reference(text);
        std::string line;
        std::string expected;
        bool more = true;
        while (more) {
            more = static_cast<bool>(std::getline(reference, expected));
            EXPECT_EQ(read_line(pair.stream, line), more) << text;
            if (more) {
                EXPECT_EQ(line, expected) << text;
            }
        }
    }
}

TEST(read_line, ends_lines_with_any_octet_and_takes_all_others_as_data) {
    connected_stream pair;
    pair.peer.send(std::string("a\0b\n\xff|\xff|", 8));
    std::string line;
    EXPECT_TRUE(read_line(pair.stream, line, {.delimiter = '|'}));
    EXPECT_EQ(line, std::string("a\0b\n\xff", 5));
    EXPECT_TRUE(read_line(pair.stream, line, {.delimiter = '\xff'}));
    EXPECT_EQ(line, "");
    pair.peer.send(std::string("x\0", 2));
    EXPECT_TRUE(read_line(pair.stream, line, {.delimiter = '\0'}));
    EXPECT_EQ(line, "|x");
}

TEST(read_line, strips_one_carriage_return) {
    connected_stream pair;
    pair.peer.send("a\r\nb\r\r\n\r\nc\n\rd\n\r");
    pair.peer.end_output();
    read_line_options const strip{.strip_carriage_return = true};
    std::string line;
    for (std::string const expected : {"a", "b\r", "", "c", "\rd", ""}) {
        EXPECT_TRUE(read_line(pair.stream, line, strip));
        EXPECT_EQ(line, expected);
    }
    EXPECT_FALSE(read_line(pair.stream, line, strip));
}

TEST(read_line, refuses_a_line_over_its_limit_and_keeps_it) {
    connected_stream pair;
    pair.peer.send("12345\nrest\n");
    std::string line = "before";
    std::error_code ec;
    EXPECT_FALSE(read_line(pair.stream, line, {.limit = 4}, ec));
    EXPECT_EQ(ec, errc::line_too_long);
    EXPECT_EQ(pair.stream.condition(), errc::line_too_long);
    EXPECT_EQ(line, "before");
    EXPECT_THROW(read_line(pair.stream, line, {.limit = 4}), line_too_long_error);
    EXPECT_TRUE(pair.stream.good()) << "an answer can be written";
    EXPECT_TRUE(read_line(pair.stream, line, {.limit = 5}, ec));
    EXPECT_EQ(line, "12345");
    EXPECT_EQ(pair.stream.condition(), success);
    EXPECT_TRUE(read_line(pair.stream, line, {}, ec));
    EXPECT_EQ(line, "rest");
}

TEST(read_line, does_not_wait_for_more_than_its_limit) {
    connected_stream pair;
    pair.peer.send("12345"); // no terminator ever comes
    std::string line;
    std::error_code ec;
    EXPECT_FALSE(read_line(pair.stream, line, {.limit = 4}, ec));
    EXPECT_EQ(ec, errc::line_too_long);
}

TEST(read_line, counts_a_carriage_return_only_when_it_stays) {
    connected_stream pair;
    pair.peer.send("1234\r\n12345\n1234\r\r\n");
    read_line_options strip{.limit = 4, .strip_carriage_return = true};
    std::string line;
    std::error_code ec;
    EXPECT_TRUE(read_line(pair.stream, line, strip, ec));
    EXPECT_EQ(line, "1234");
    EXPECT_FALSE(read_line(pair.stream, line, strip, ec));
    EXPECT_EQ(ec, errc::line_too_long);
    strip.limit = 5;
    EXPECT_TRUE(read_line(pair.stream, line, strip, ec));
    EXPECT_EQ(line, "12345");
    EXPECT_TRUE(read_line(pair.stream, line, strip, ec));
    EXPECT_EQ(line, "1234\r");

    pair.peer.send("1234\r\n");
    EXPECT_FALSE(read_line(pair.stream, line, {.limit = 4}, ec));
    EXPECT_EQ(ec, errc::line_too_long);
    EXPECT_TRUE(read_line(pair.stream, line, {.limit = 5}, ec));
    EXPECT_EQ(line, "1234\r");
}

TEST(read_line, applies_the_limit_to_a_last_line_too) {
    connected_stream pair;
    pair.peer.send("12345\r");
    pair.peer.end_output();
    std::string line;
    std::error_code ec;
    EXPECT_FALSE(read_line(pair.stream, line, {.limit = 4, .strip_carriage_return = true}, ec));
    EXPECT_EQ(ec, errc::line_too_long);
    EXPECT_TRUE(read_line(pair.stream, line, {.limit = 5, .strip_carriage_return = true}, ec));
    EXPECT_EQ(line, "12345");
}

TEST(read_line, takes_the_extreme_limits) {
    connected_stream pair;
    pair.peer.send("\nx\nyy\n");
    std::string line = "replaced";
    std::error_code ec;
    EXPECT_TRUE(read_line(pair.stream, line, {.limit = 0}, ec));
    EXPECT_EQ(line, "");
    EXPECT_FALSE(read_line(pair.stream, line, {.limit = 0}, ec));
    EXPECT_EQ(ec, errc::line_too_long);
    EXPECT_TRUE(read_line(pair.stream, line, {.limit = SIZE_MAX}, ec));
    EXPECT_EQ(line, "x");
    EXPECT_TRUE(read_line(pair.stream, line, {.limit = SIZE_MAX, .strip_carriage_return = true}, ec));
    EXPECT_EQ(line, "yy");
}

TEST(read_line, loses_nothing_to_a_timeout) {
    connected_stream pair;
    pair.core.set_read_timeout(0ns);
    std::string line;
    std::error_code ec;
    std::string const text = "a line in pieces";
    for (char const c : text) {
        EXPECT_FALSE(read_line(pair.stream, line, {}, ec));
        EXPECT_EQ(ec, errc::timeout);
        EXPECT_EQ(pair.stream.condition(), errc::timeout);
        pair.peer.send({&c, 1});
    }
    EXPECT_THROW(read_line(pair.stream, line), timeout_error);
    EXPECT_TRUE(pair.stream.good());
    EXPECT_FALSE(read_line(pair.stream, line, {.delimiter = '|'}, ec));
    pair.peer.send("\n");
    EXPECT_TRUE(read_line(pair.stream, line, {}, ec));
    EXPECT_EQ(line, text);
    EXPECT_EQ(pair.stream.condition(), success);
}

TEST(read_line, after_a_timeout_finds_what_another_reader_left) {
    connected_stream pair;
    pair.core.set_read_timeout(0ns);
    std::string line;
    std::error_code ec;
    pair.peer.send("abcdef");
    EXPECT_FALSE(read_line(pair.stream, line, {}, ec));
    EXPECT_FALSE(read_line(pair.stream, line, {.delimiter = 'z'}, ec));
    EXPECT_TRUE(read_line(pair.stream, line, {.delimiter = 'b'}, ec)); // searched for another octet before
    EXPECT_EQ(line, "a");
    EXPECT_FALSE(read_line(pair.stream, line, {}, ec));
    EXPECT_EQ(pair.stream.get(), 'c');
    pair.peer.send("\nnext\n");
    EXPECT_TRUE(read_line(pair.stream, line, {}, ec));
    EXPECT_EQ(line, "def");

    // The same places of the buffer, with other octets in them.
    EXPECT_TRUE(read_line(pair.stream, line, {}, ec));
    pair.peer.send("xxxx");
    EXPECT_FALSE(read_line(pair.stream, line, {}, ec));
    char four[4];
    EXPECT_EQ(read_exactly(pair.stream, four, ec), 4U);
    pair.peer.send("y\nand more\n");
    EXPECT_EQ(pair.stream.peek(), 'y');
    EXPECT_TRUE(read_line(pair.stream, line, {}, ec));
    EXPECT_EQ(line, "y");
}

TEST(read_line, obeys_the_deadline_of_a_scope) {
    connected_stream pair;
    pair.peer.send("par");
    std::string line;
    {
        cancel_scope const scope{0ns};
        EXPECT_THROW(read_line(pair.stream, line), deadline_timeout_error);
        EXPECT_EQ(pair.stream.condition(), errc::deadline_timeout);
    }
    {
        cancel_scope scope;
        scope.cancel();
        EXPECT_THROW(read_line(pair.stream, line), interrupted_condition);
    }
    pair.peer.send("t\n");
    EXPECT_TRUE(read_line(pair.stream, line));
    EXPECT_EQ(line, "part");
}

TEST(read_line, grows_its_buffer_for_a_long_line_and_gives_the_memory_back) {
    connected_stream pair;
    std::string const text(5'000'000, 'x');
    std::thread sender([&] { pair.peer.send(text + "\nshort\n"); });
    std::string line;
    EXPECT_THROW(read_line(pair.stream, line), line_too_long_error);
    EXPECT_LE(pair.core.stream()->buffered_input(), 70000U);
    EXPECT_TRUE(read_line(pair.stream, line, {.limit = SIZE_MAX}));
    EXPECT_EQ(line, text);
    EXPECT_TRUE(read_line(pair.stream, line));
    EXPECT_EQ(line, "short");
    sender.join();
}

TEST(read_line, is_not_deceived_by_failures) {
    if (!test::tells_resets())
        GTEST_SKIP() << "a reset reads as a clean end under Wine";
    connected_stream pair;
    pair.stream << "never read" << std::flush;
    pair.peer.send("complete\nincompl");
    pair.peer.close(); // with unread input: a reset
    std::string line;
    std::error_code ec;
    while (read_line(pair.stream, line, {}, ec))
        EXPECT_EQ(line, "complete");
    EXPECT_EQ(ec, errc::connection_reset);
    for (int again = 0; again != 3; ++again) {
        EXPECT_FALSE(read_line(pair.stream, line, {}, ec));
        EXPECT_EQ(ec, errc::connection_reset);
        EXPECT_EQ(pair.stream.condition(), errc::connection_reset);
    }
    EXPECT_THROW(read_line(pair.stream, line), connection_reset_error);
}

TEST(read_line, reports_a_closed_socket) {
    connected_stream pair;
    pair.core.close();
    std::string line;
    std::error_code ec;
    EXPECT_FALSE(read_line(pair.stream, line, {}, ec));
    EXPECT_EQ(ec, errc::invalid_socket_stream);
    EXPECT_THROW(read_line(pair.stream, line), invalid_socket_stream_error);
}

TEST(read_line, raises_its_condition_whatever_the_stream_raises) {
    connected_stream pair;
    pair.core.set_read_timeout(0ns);
    pair.stream.exceptions(std::ios::badbit | std::ios::failbit | std::ios::eofbit);
    std::string line;
    EXPECT_THROW(read_line(pair.stream, line), timeout_error);
    pair.peer.end_output();
    EXPECT_FALSE(read_line(pair.stream, line)) << "the end is no failure";
}

TEST(read_line, tells_what_failed_and_how_long_it_took) {
    connected_stream pair;
    pair.core.set_read_timeout(1ms);
    std::string line;
    try {
        read_line(pair.stream, line);
        FAIL();
    } catch (timeout_error const& error) {
        EXPECT_EQ(error.operation(), "read_line");
        EXPECT_EQ(error.native_handle(), pair.core.handle());
        ASSERT_TRUE(error.elapsed());
        EXPECT_GE(*error.elapsed(), 1ms);
    }
}

TEST(read_line_view, gives_lines_without_copying) {
    connected_stream pair;
    pair.peer.send("one\r\ntwo\nlast");
    pair.peer.end_output();
    EXPECT_EQ(read_line_view(pair.stream, {.strip_carriage_return = true}), "one");
    std::error_code ec;
    EXPECT_EQ(read_line_view(pair.stream, {}, ec), "two");
    EXPECT_EQ(read_line_view(pair.stream), "last");
    EXPECT_EQ(read_line_view(pair.stream, {}, ec), std::nullopt);
    EXPECT_EQ(ec, success);
    EXPECT_EQ(read_line_view(pair.stream), std::nullopt);
    EXPECT_TRUE(pair.stream.good());
}

TEST(read_line_view, reports_failures_as_read_line_does) {
    connected_stream pair;
    pair.core.set_read_timeout(0ns);
    pair.peer.send("12345");
    std::error_code ec;
    EXPECT_EQ(read_line_view(pair.stream, {.limit = 4}, ec), std::nullopt);
    EXPECT_EQ(ec, errc::line_too_long);
    EXPECT_EQ(read_line_view(pair.stream, {}, ec), std::nullopt);
    EXPECT_EQ(ec, errc::timeout);
    EXPECT_THROW(static_cast<void>(read_line_view(pair.stream)), timeout_error);
    pair.peer.send("\n");
    EXPECT_EQ(read_line_view(pair.stream, {}, ec), "12345");
}

/// Any way of cutting the text into segments gives the lines of the whole text.
TEST(read_line, does_not_depend_on_how_the_text_arrives) {
    std::mt19937 random(20240607);
    auto const up_to = [&](std::size_t most) { return std::uniform_int_distribution<std::size_t>(0, most)(random); };
    for (int round = 0; round != 200; ++round) {
        std::string text;
        std::vector<std::string> lines;
        for (std::size_t count = up_to(30); count != 0; --count) {
            std::string line(up_to(10) == 0 ? up_to(100'000) : up_to(80), static_cast<char>('a' + up_to(25)));
            text += line + '\n';
            lines.push_back(std::move(line));
        }
        connected_stream pair;
        pair.core.set_read_timeout(0ns);
        std::string_view rest = text;
        std::size_t next = 0;
        std::string line;
        while (next != lines.size()) {
            std::error_code ec;
            if (read_line(pair.stream, line, {.limit = 100'000}, ec)) {
                ASSERT_EQ(line, lines[next++]);
                continue;
            }
            ASSERT_EQ(ec, errc::timeout);
            auto const piece = rest.substr(0, 1 + up_to(up_to(3) == 0 ? 60'000 : 20));
            pair.peer.send(piece);
            rest.remove_prefix(piece.size());
        }
        EXPECT_TRUE(rest.empty());
    }
}

} // namespace
