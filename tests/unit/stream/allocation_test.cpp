// SPDX-License-Identifier: MIT
//
// What allocates, counted: a stream's operations must not, once its buffers are there.
#include <usocket/stream.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>

#include <gtest/gtest.h>

#include <usocket/error.hpp>

#include "support/system_traits.hpp"
#include "unit/stream/connected_stream.hpp"

namespace {

std::atomic<std::size_t> allocations{0};
std::atomic<bool> fails{false};

void* allocate(std::size_t size) noexcept {
    ++allocations;
    return fails ? nullptr : std::malloc(size == 0 ? 1 : size);
}

} // namespace

// Not inlined: the compiler would take malloc and operator delete for a mismatched pair.
[[gnu::noinline]] void* operator new(std::size_t size) {
    if (void* const memory = allocate(size))
        return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t size, std::nothrow_t const&) noexcept { return allocate(size); }
[[gnu::noinline]] void* operator new[](std::size_t size, std::nothrow_t const&) noexcept { return allocate(size); }
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete[](void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

using namespace usocket;
using test::connected_stream;

template <class Body>
std::size_t allocations_in(Body&& body) {
    std::size_t const before = allocations;
    body();
    return allocations - before;
}

TEST(stream_allocation, happens_once_for_each_direction) {
    connected_stream pair;
    std::string line(200, '\0');
    pair.peer.send("one\ntwo\n");
    EXPECT_EQ(allocations_in([&] { read_line(pair.stream, line); }), 1U);
    EXPECT_EQ(allocations_in([&] { pair.stream << "text" << std::flush; }), 1U);
}

TEST(stream_allocation, does_not_happen_in_operations) {
    connected_stream pair;
    std::string line(200, '\0');
    char buffer[64];
    pair.peer.send("warm up\n");
    pair.stream << "warm up" << std::flush;
    std::getline(pair.stream, line);
    EXPECT_EQ(allocations_in([&] {
                  for (int i = 0; i != 100; ++i) {
                      pair.peer.send("a line of some length, longer than any small string\n12345 and more\n");
                      read_line(pair.stream, line);
                      long number = 12345;
                      if (test::numbers_are_read_in_place)
                          pair.stream >> number;
                      else
                          read_exactly(pair.stream, {buffer, 5});
                      read_exactly(pair.stream, {buffer, 4});
                      std::getline(pair.stream, line);
                      pair.stream << "a line of some length, longer than any small string " << number << '\n';
                      pair.stream.flush();
                  }
              }),
              0U);
}

TEST(stream_allocation, happens_again_for_what_fills_the_first_buffers) {
    connected_stream pair;
    std::string text(20'000, 'x');
    pair.peer.send(text);
    EXPECT_EQ(allocations_in([&] {
                  for (std::size_t i = 0; i < text.size(); ++i)
                      ASSERT_EQ(pair.stream.get(), 'x');
              }),
              2U); // a small one, and one of the usual size
    EXPECT_EQ(allocations_in([&] {
                  for (std::size_t i = 0; i < text.size(); ++i)
                      pair.stream.put('y');
              }),
              3U); // doubled until it is large enough
    pair.stream.flush();
    EXPECT_EQ(pair.peer.receive(text.size()), std::string(text.size(), 'y'));
    EXPECT_EQ(allocations_in([&] { pair.stream << text << std::flush; }), 0U);
}

TEST(stream_allocation, is_undone_when_a_grown_buffer_is_empty) {
    connected_stream pair;
    std::string line(200'000, '\0');
    std::string const text = std::string(100'000, 'x') + '\n';
    pair.peer.send(text);
    EXPECT_EQ(allocations_in([&] { read_line(pair.stream, line, {.limit = SIZE_MAX}); }), 3U);
    pair.peer.send("short\n");
    EXPECT_EQ(allocations_in([&] { read_line(pair.stream, line); }), 1U); // one of the usual size, for the large one
    pair.peer.send("short\n");
    EXPECT_EQ(allocations_in([&] { read_line(pair.stream, line); }), 0U);
}

TEST(stream_allocation, does_not_happen_in_failures_reported_by_code) {
    connected_stream pair;
    std::string line(200, '\0');
    std::error_code ec;
    pair.core.set_read_timeout(std::chrono::nanoseconds(0));
    read_line(pair.stream, line, {}, ec);
    EXPECT_EQ(allocations_in([&] { read_line(pair.stream, line, {}, ec); }), 0U);
    EXPECT_EQ(ec, errc::timeout);
}

TEST(stream_allocation, failing_loses_no_input) {
    connected_stream pair;
    std::string line;
    std::error_code ec;
    pair.peer.send("kept\n");
    fails = true;
    EXPECT_FALSE(read_line(pair.stream, line, {}, ec));
    fails = false;
    EXPECT_EQ(ec, errc::out_of_memory);
    EXPECT_EQ(pair.stream.condition(), errc::out_of_memory);

    std::string const text(100, 'x'); // longer than fits into `line` as it is
    pair.peer.send(text + '\n');
    EXPECT_TRUE(read_line(pair.stream, line, {}, ec));
    EXPECT_EQ(line, "kept");
    fails = true;
    EXPECT_FALSE(read_line(pair.stream, line, {}, ec));
    fails = false;
    EXPECT_EQ(ec, errc::out_of_memory);
    EXPECT_TRUE(read_line(pair.stream, line, {}, ec));
    EXPECT_EQ(line, text);
}

TEST(stream_allocation, failing_stops_a_long_line_and_keeps_it) {
    connected_stream pair;
    std::string const text(100'000, 'x');
    std::string line;
    std::error_code ec;
    pair.peer.send(text + '\n');
    EXPECT_FALSE(read_line(pair.stream, line, {.limit = 1000}, ec));
    fails = true;
    EXPECT_FALSE(read_line(pair.stream, line, {.limit = SIZE_MAX}, ec));
    fails = false;
    EXPECT_EQ(ec, errc::out_of_memory);
    EXPECT_TRUE(read_line(pair.stream, line, {.limit = SIZE_MAX}, ec));
    EXPECT_TRUE(line == text);
}

TEST(stream_allocation, failing_refuses_output) {
    connected_stream pair;
    fails = true;
    char const text[] = "text";
    pair.stream.write(text, 4);
    fails = false;
    EXPECT_TRUE(pair.stream.bad());
    EXPECT_EQ(pair.stream.condition(), errc::out_of_memory);
    pair.stream.clear();
    pair.stream << "other" << std::flush;
    EXPECT_EQ(pair.peer.receive_now(), "other");
}

} // namespace
