// SPDX-License-Identifier: MIT
#include <usocket/stream.hpp>

#include <chrono>
#include <iomanip>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include <usocket/cancel_scope.hpp>
#include <usocket/conditions.hpp>

#include "support/system_traits.hpp"
#include "unit/stream/connected_stream.hpp"

namespace usocket::test {

struct counting_list final : detail::wait_membership {
    void input_buffered(detail::socket_core&) noexcept override { ++calls; }
    void leave(detail::socket_core&) noexcept override {}
    void state_set(detail::socket_core&) noexcept override {}
    void moved(detail::socket_core&, usocket&) noexcept override {}
    int calls = 0;
};

} // namespace usocket::test

namespace {

using namespace std::chrono_literals;
using namespace usocket;
using test::connected_stream;

std::error_code const success{};

/// Everything up to the end, as istreambuf_iterator reads it: a failure that is no end must not look like one.
std::string read_all(std::istream& stream) {
    std::string all;
    std::streambuf* const buffer = stream.rdbuf();
    if (buffer == nullptr)
        return all;
    for (int c = buffer->sbumpc(); c != std::char_traits<char>::eof(); c = buffer->sbumpc())
        all += std::char_traits<char>::to_char_type(c);
    return all;
}

TEST(socket_stream, is_an_iostream) {
    connected_stream pair;
    pair.stream << "hello " << 42 << ' ' << std::hex << 255 << std::setw(5) << 'x' << std::endl;
    EXPECT_EQ(pair.peer.receive_now(), "hello 42 ff    x\n");

    pair.peer.send("world -17 1.5\nnext line\nlast");
    pair.peer.end_output();
    std::string word;
    long number = 0;
    double real = 0;
    EXPECT_TRUE(pair.stream >> word >> std::dec >> number >> real);
    EXPECT_EQ(word, "world");
    EXPECT_EQ(number, -17);
    EXPECT_EQ(real, 1.5);
    std::vector<std::string> lines;
    for (std::string line; std::getline(pair.stream, line);)
        lines.push_back(line);
    EXPECT_EQ(lines, (std::vector<std::string>{"", "next line", "last"}));
}

TEST(socket_stream, passes_every_octet_unchanged) {
    connected_stream pair;
    std::string all;
    for (int c = 0; c != 256; ++c)
        all += static_cast<char>(c);
    all += "\r\n\n\r";
    pair.stream << all << std::flush;
    EXPECT_EQ(pair.peer.receive_now(), all);
    pair.peer.send(all);
    pair.peer.end_output();
    EXPECT_EQ(read_all(pair.stream), all);
}

TEST(socket_stream, reports_a_clean_end_as_a_file_does) {
    connected_stream pair;
    pair.peer.send("7");
    pair.peer.end_output();
    int number = 0;
    EXPECT_TRUE(pair.stream >> number);
    EXPECT_EQ(number, 7);
    EXPECT_EQ(pair.stream.rdstate(), std::ios::eofbit);
    EXPECT_EQ(pair.stream.condition(), errc::end_of_stream);
    pair.stream.clear();
    pair.stream.clear_condition();
    EXPECT_EQ(pair.stream.condition(), success);
    EXPECT_EQ(pair.stream.get(), std::char_traits<char>::eof());
    EXPECT_EQ(pair.stream.rdstate(), std::ios::eofbit | std::ios::failbit);

    pair.stream.clear();
    EXPECT_TRUE(pair.stream << "output goes on" << std::flush);
    EXPECT_EQ(pair.peer.receive_now(), "output goes on");
}

TEST(socket_stream, reports_a_reset_as_a_failure_and_never_as_an_end) {
    if (!test::tells_resets())
        GTEST_SKIP() << "a reset reads as a clean end under Wine";
    connected_stream pair;
    pair.stream << "never read" << std::flush;
    pair.peer.close();
    EXPECT_EQ(pair.stream.get(), std::char_traits<char>::eof());
    EXPECT_TRUE(pair.stream.bad());
    EXPECT_FALSE(pair.stream.eof());
    EXPECT_EQ(pair.stream.condition(), errc::connection_reset);

    pair.stream.clear();
    EXPECT_THROW(read_all(pair.stream), connection_reset_error);
    EXPECT_EQ(pair.stream.get(), std::char_traits<char>::eof());
    EXPECT_TRUE(pair.stream.bad());
    EXPECT_EQ(pair.stream.condition(), errc::connection_reset);
}

TEST(socket_stream, raises_the_condition_itself_where_exceptions_are_asked_for) {
    if (!test::tells_resets())
        GTEST_SKIP() << "a reset reads as a clean end under Wine";
    connected_stream pair;
    pair.stream.exceptions(std::ios::badbit);
    pair.core.set_read_timeout(0ns);
    EXPECT_THROW(pair.stream.get(), timeout_error);
    EXPECT_TRUE(pair.stream.bad());
    pair.stream.clear();
    std::string word;
    EXPECT_THROW(pair.stream >> word, timeout_error);
    pair.stream.clear();
    EXPECT_THROW(std::getline(pair.stream, word), timeout_error);
    pair.stream.clear();
    EXPECT_THROW(pair.stream.read(word.data(), 0).ignore(1), timeout_error);
    pair.stream.clear();
    {
        cancel_scope scope;
        scope.cancel();
        EXPECT_THROW(pair.stream.peek(), interrupted_condition);
        pair.stream.clear();
        pair.stream << "kept";
        EXPECT_THROW(pair.stream << std::flush, interrupted_condition);
        pair.stream.clear();
    }
    {
        cancel_scope const scope{0ns};
        EXPECT_THROW(pair.stream << std::flush, deadline_timeout_error);
        pair.stream.clear();
    }
    pair.stream << std::flush;
    EXPECT_EQ(pair.peer.receive_now(), "kept");

    pair.stream << "never read" << std::flush;
    pair.peer.close();
    EXPECT_THROW(pair.stream.get(), connection_reset_error);
    pair.stream.clear();
    EXPECT_THROW(pair.stream << "more" << std::flush, connection_reset_error);
    pair.core.close();
    pair.stream.clear();
    EXPECT_THROW(pair.stream.get(), invalid_socket_stream_error);
    pair.stream.clear();
    EXPECT_THROW(pair.stream << "more", invalid_socket_stream_error);
    pair.stream.clear();
    EXPECT_THROW(pair.stream << std::flush, invalid_socket_stream_error);
}

TEST(socket_stream, tells_what_failed) {
    connected_stream pair;
    pair.core.set_read_timeout(1ms);
    pair.stream.exceptions(std::ios::badbit);
    try {
        pair.stream.get();
        FAIL();
    } catch (timeout_error const& error) {
        EXPECT_EQ(error.operation(), "read");
        EXPECT_EQ(error.native_handle(), pair.core.handle());
        ASSERT_TRUE(error.elapsed());
        EXPECT_GE(*error.elapsed(), 1ms);
    }
}

TEST(socket_stream, goes_on_after_a_timeout) {
    connected_stream pair;
    pair.core.set_read_timeout(0ns);
    std::string text(3, '.');
    pair.peer.send("ab");
    EXPECT_FALSE(pair.stream.read(text.data(), 3));
    EXPECT_EQ(pair.stream.rdstate(), std::ios::badbit);
    EXPECT_EQ(pair.stream.gcount(), 0);
    EXPECT_EQ(pair.stream.condition(), errc::timeout);
    pair.stream.clear();
    pair.peer.send("cd");
    EXPECT_TRUE(pair.stream.read(text.data(), 3));
    EXPECT_EQ(text, "abc");
    EXPECT_EQ(pair.stream.condition(), success);
    EXPECT_EQ(pair.stream.get(), 'd');
}

TEST(socket_stream, keeps_what_a_failed_read_of_any_size_had_taken) {
    connected_stream pair;
    pair.core.set_read_timeout(0ns);
    for (std::size_t const size : {100U, 5'000U, 40'000U, 100'000U}) {
        std::string const text = test::pattern(size);
        std::string got(size + 1, '\0');
        pair.peer.send(text);
        pair.stream.clear();
        EXPECT_FALSE(pair.stream.read(got.data(), static_cast<std::streamsize>(size + 1)));
        EXPECT_EQ(pair.stream.rdstate(), std::ios::badbit);
        EXPECT_EQ(pair.core.stream()->buffered_input(), size);
        pair.stream.clear();
        pair.peer.send("!");
        EXPECT_TRUE(pair.stream.read(got.data(), static_cast<std::streamsize>(size + 1)));
        EXPECT_EQ(got, text + '!');
    }
}

TEST(socket_stream, has_two_more_views_with_a_state_of_their_own) {
    connected_stream pair;
    pair.core.set_read_timeout(0ns);
    EXPECT_EQ(pair.stream.input().get(), std::char_traits<char>::eof());
    EXPECT_TRUE(pair.stream.input().bad());
    EXPECT_TRUE(pair.stream.good());
    EXPECT_TRUE(pair.stream.output().good());
    pair.stream << "one ";
    pair.stream.output() << "two" << std::flush;
    EXPECT_EQ(pair.peer.receive_now(), "one two");
    pair.peer.send("a b");
    pair.stream.input().clear();
    std::string word;
    pair.stream.input() >> word;
    EXPECT_EQ(word, "a");
    EXPECT_EQ(pair.stream.get(), ' ');
}

TEST(socket_stream, skips_whitespace_unless_it_is_made_of_octets) {
    connected_stream characters;
    characters.peer.send(" x");
    EXPECT_EQ((characters.stream >> std::noskipws).flags() & std::ios::skipws, std::ios::fmtflags{});
    characters.stream >> std::skipws;
    char c = 0;
    characters.stream >> c;
    EXPECT_EQ(c, 'x');

    connected_stream octets(element::octet);
    EXPECT_EQ(octets.stream.flags() & std::ios::skipws, std::ios::fmtflags{});
    EXPECT_EQ(octets.stream.input().flags() & std::ios::skipws, std::ios::fmtflags{});
    EXPECT_EQ(octets.stream.output().flags() & std::ios::skipws, std::ios::fmtflags{});
    octets.peer.send(" x");
    octets.stream >> c;
    EXPECT_EQ(c, ' ');
}

TEST(socket_stream, takes_octets_back) {
    connected_stream pair;
    EXPECT_FALSE(pair.stream.unget());
    pair.stream.clear();
    std::string text;
    for (std::size_t const size : {1U, 100U, 5'000U, 40'000U}) {
        text = test::pattern(size);
        std::string got(size, '\0');
        pair.peer.send(text);
        EXPECT_TRUE(pair.stream.read(got.data(), static_cast<std::streamsize>(size)));
        EXPECT_EQ(got, text);
        EXPECT_TRUE(pair.stream.unget()) << size;
        EXPECT_EQ(pair.stream.get(), std::char_traits<char>::to_int_type(text.back())) << size;
    }
    pair.peer.send("z");
    EXPECT_EQ(pair.stream.peek(), 'z'); // received since, and what came before can still be put back
    for (std::size_t back = 0; back != 8; ++back)
        EXPECT_TRUE(pair.stream.unget());
    std::string last(9, '\0');
    pair.stream.read(last.data(), 9);
    EXPECT_EQ(last, text.substr(text.size() - 8) + 'z');

    EXPECT_TRUE(pair.stream.putback('y')); // another octet than was read
    EXPECT_EQ(pair.stream.get(), 'y');
}

TEST(socket_stream, tells_what_is_available_without_waiting) {
    connected_stream pair;
    char buffer[16];
    EXPECT_EQ(pair.stream.rdbuf()->in_avail(), 0);
    EXPECT_EQ(pair.stream.readsome(buffer, 16), 0);
    EXPECT_TRUE(pair.stream.good());
    pair.peer.send("12345");
    EXPECT_EQ(pair.stream.rdbuf()->in_avail(), 5);
    EXPECT_EQ(pair.stream.get(), '1');
    EXPECT_EQ(pair.stream.rdbuf()->in_avail(), 4);
    EXPECT_EQ(pair.stream.readsome(buffer, 16), 4);
    EXPECT_EQ(std::string_view(buffer, 4), "2345");
    EXPECT_EQ(pair.stream.readsome(buffer, 16), 0);
    pair.peer.end_output();
    EXPECT_EQ(pair.stream.rdbuf()->in_avail(), -1);
    EXPECT_EQ(pair.stream.readsome(buffer, 16), 0);
    EXPECT_TRUE(pair.stream.eof());
    pair.core.close();
    EXPECT_EQ(pair.stream.rdbuf()->in_avail(), 0);
}

TEST(socket_stream, asked_for_what_is_available_does_not_hide_a_reset) {
    if (!test::tells_resets())
        GTEST_SKIP() << "a reset reads as a clean end under Wine";
    connected_stream pair;
    pair.stream << "never read" << std::flush;
    pair.peer.close();
    EXPECT_EQ(pair.stream.rdbuf()->in_avail(), 0);
    EXPECT_EQ(pair.stream.rdbuf()->in_avail(), 0);
    EXPECT_EQ(pair.stream.get(), std::char_traits<char>::eof());
    EXPECT_TRUE(pair.stream.bad());
    EXPECT_EQ(pair.stream.condition(), errc::connection_reset);
}

TEST(socket_stream, has_no_position) {
    connected_stream pair;
    pair.peer.send("x");
    EXPECT_EQ(pair.stream.peek(), 'x');
    EXPECT_EQ(pair.stream.tellg(), std::streampos(-1));
    EXPECT_EQ(pair.stream.tellp(), std::streampos(-1));
    EXPECT_FALSE(pair.stream.seekg(0));
}

TEST(socket_stream, names_the_direction_that_failed_last) {
    connected_stream pair;
    pair.core.set_read_timeout(0ns);
    pair.stream.get();
    EXPECT_EQ(pair.stream.condition(), errc::timeout);
    pair.core.set(detail::socket_core::mark::output_shut);
    pair.stream.clear();
    pair.stream << 'x';
    EXPECT_EQ(pair.stream.condition(), errc::shutdown);
    pair.stream.clear();
    pair.stream.get();
    EXPECT_EQ(pair.stream.condition(), errc::timeout);
    pair.peer.send("x");
    pair.stream.clear();
    EXPECT_EQ(pair.stream.get(), 'x');
    EXPECT_EQ(pair.stream.condition(), errc::shutdown); // reading goes well, writing still does not
    pair.stream.clear_condition();
    EXPECT_EQ(pair.stream.condition(), success);
}

TEST(socket_stream, is_made_once_and_belongs_to_the_socket) {
    connected_stream pair;
    EXPECT_EQ(&detail::attach_stream(pair.core), &pair.stream);
}

TEST(socket_stream, serves_the_socket_below_it) {
    connected_stream pair;
    detail::attached_stream& below = *pair.core.stream();
    pair.peer.send("abcdef");
    EXPECT_EQ(below.buffered_input(), 0U);
    EXPECT_EQ(pair.stream.get(), 'a');
    EXPECT_EQ(below.buffered_input(), 5U);
    std::byte two[2];
    EXPECT_EQ(below.take_input(two, true), 2U);
    EXPECT_EQ(static_cast<char>(two[0]), 'b');
    EXPECT_EQ(below.take_input(two, false), 2U);
    EXPECT_EQ(static_cast<char>(two[1]), 'c');
    EXPECT_EQ(pair.stream.get(), 'd');
    pair.stream << "out";
    EXPECT_FALSE(below.flush(0ns).error);
    EXPECT_EQ(pair.peer.receive_now(), "out");
    EXPECT_FALSE(below.flush({}).error);
}

TEST(socket_stream, tells_new_input_from_the_beginning_of_a_line_already_seen) {
    connected_stream pair;
    pair.core.set_read_timeout(0ns);
    detail::attached_stream const& below = *pair.core.stream();
    EXPECT_FALSE(below.has_fresh_input());
    pair.peer.send("par");
    std::string line;
    std::error_code ec;
    EXPECT_FALSE(read_line(pair.stream, line, {}, ec));
    EXPECT_EQ(below.buffered_input(), 3U);
    EXPECT_FALSE(below.has_fresh_input());
    EXPECT_EQ(pair.stream.get(), 'p');
    EXPECT_TRUE(below.has_fresh_input());
    pair.peer.send("t\nnext");
    EXPECT_TRUE(read_line(pair.stream, line, {}, ec));
    EXPECT_TRUE(below.has_fresh_input());
}

TEST(socket_stream, tells_a_wait_list_of_buffered_input_once_for_each_receive) {
    test::counting_list list;
    connected_stream pair;
    pair.core.membership = &list;
    pair.peer.send("abc");
    pair.stream.get();
    EXPECT_EQ(list.calls, 1);
    pair.stream.get();
    EXPECT_EQ(list.calls, 1);
    pair.core.set_read_timeout(0ns);
    EXPECT_FALSE(pair.stream.ignore(2));
    EXPECT_EQ(list.calls, 1); // nothing came
    pair.stream.clear();
    pair.peer.send("def");
    EXPECT_EQ(pair.stream.rdbuf()->in_avail(), 3);
    EXPECT_EQ(list.calls, 2);
    pair.core.membership = nullptr;
}

} // namespace
