// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include <gtest/gtest.h>

#include "conformance/stream_kinds.hpp"

/// What the tests of any connection are written in: the connection of some kind, used in some form.
namespace usocket::test {

using clock = std::chrono::steady_clock;

inline bool is_timeout(std::error_code const& ec) { return ec == errc::timeout || ec == errc::deadline_timeout; }

/// One way of using a connection. The limit is unset, or how long one call may take; what was moved is returned.
struct form_of_use {
    char const* name;
    std::size_t (*send)(stream_usocket& to, std::string_view octets, std::optional<std::chrono::nanoseconds> limit,
                        std::error_code& ec);
    /// At most as much as the buffer holds; 0 without an error is the end.
    std::size_t (*receive)(stream_usocket& from, std::span<char> buffer, std::optional<std::chrono::nanoseconds> limit,
                           std::error_code& ec);
    bool counts_what_failed; ///< A failed send tells how much of it went out.
};

inline time_limit limit_of(std::optional<std::chrono::nanoseconds> const& limit) {
    return limit ? time_limit(*limit) : time_limit();
}

inline constexpr form_of_use throwing{
    "throwing",
    [](stream_usocket& to, std::string_view octets, std::optional<std::chrono::nanoseconds> limit,
       std::error_code& ec) -> std::size_t {
        ec.clear();
        try {
            return socket_send(to, octets, {.timeout = limit_of(limit)});
        } catch (socket_condition const& condition) {
            ec = condition.code();
            return condition.bytes_transferred();
        }
    },
    [](stream_usocket& from, std::span<char> buffer, std::optional<std::chrono::nanoseconds> limit,
       std::error_code& ec) -> std::size_t {
        ec.clear();
        try {
            return socket_receive(from, buffer, {.timeout = limit_of(limit)}).size;
        } catch (socket_condition const& condition) {
            ec = condition.code();
            return 0;
        }
    },
    true};

inline constexpr form_of_use reporting{
    "reporting",
    [](stream_usocket& to, std::string_view octets, std::optional<std::chrono::nanoseconds> limit,
       std::error_code& ec) { return socket_send(to, octets, {.timeout = limit_of(limit)}, ec); },
    [](stream_usocket& from, std::span<char> buffer, std::optional<std::chrono::nanoseconds> limit,
       std::error_code& ec) { return socket_receive(from, buffer, {.timeout = limit_of(limit)}, ec).size; },
    true};

/// The stream, whose calls a scope limits; each direction by a state of its own, for they may be on two threads.
inline constexpr form_of_use streaming{
    "streaming",
    [](stream_usocket& to, std::string_view octets, std::optional<std::chrono::nanoseconds> limit,
       std::error_code& ec) -> std::size_t {
        cancel_scope scope;
        if (limit)
            scope.set_deadline(clock::now() + *limit);
        ec.clear();
        auto* const stream = to.stream(ec);
        if (ec)
            return 0;
        auto& output = stream->output();
        output.clear();
        if (output.write(octets.data(), static_cast<std::streamsize>(octets.size())).flush())
            return octets.size();
        ec = stream->condition();
        return 0;
    },
    [](stream_usocket& from, std::span<char> buffer, std::optional<std::chrono::nanoseconds> limit,
       std::error_code& ec) -> std::size_t {
        cancel_scope scope;
        if (limit)
            scope.set_deadline(clock::now() + *limit);
        ec.clear();
        auto* const stream = from.stream(ec);
        if (ec)
            return 0;
        auto& input = stream->input();
        input.clear();
        if (input.peek() == std::char_traits<char>::eof()) {
            if (stream->condition() != errc::end_of_stream)
                ec = stream->condition();
            return 0;
        }
        return static_cast<std::size_t>(input.readsome(buffer.data(), static_cast<std::streamsize>(buffer.size())));
    },
    false};

class connection_contract : public testing::TestWithParam<std::tuple<test::kind_of_stream, form_of_use>> {
protected:
    std::size_t send(stream_usocket& to, std::string_view octets, std::error_code& ec,
                     std::optional<std::chrono::nanoseconds> limit = {}) const {
        return form.send(to, octets, limit, ec);
    }
    std::size_t receive(stream_usocket& from, std::span<char> buffer, std::error_code& ec,
                        std::optional<std::chrono::nanoseconds> limit = {}) const {
        return form.receive(from, buffer, limit, ec);
    }
    void must_send(stream_usocket& to, std::string_view octets) const {
        std::error_code ec;
        EXPECT_EQ(send(to, octets, ec), octets.size());
        EXPECT_FALSE(ec) << ec.message();
    }
    /// All until the end, which must be clean.
    std::string rest_of(stream_usocket& from, std::size_t piece = 1 << 16) const {
        std::string all;
        std::string buffer(piece, '\0');
        for (std::error_code ec;;) {
            auto const size = receive(from, buffer, ec);
            EXPECT_FALSE(ec) << ec.message();
            if (size == 0 || ec)
                return all;
            all.append(buffer, 0, size);
        }
    }
    std::string exactly(stream_usocket& from, std::size_t size) const {
        std::string all;
        std::string buffer(size, '\0');
        for (std::error_code ec; all.size() < size;) {
            auto const got = receive(from, std::span(buffer).first(size - all.size()), ec);
            EXPECT_FALSE(ec) << ec.message();
            if (got == 0)
                break;
            all.append(buffer, 0, got);
        }
        return all;
    }
    /// Both ends still carry octets, both ways, and nothing that was not meant to.
    void expect_alive() const {
        for (auto const& [from, to] : {std::pair(&client, &server), std::pair(&server, &client)}) {
            must_send(*from, "alive");
            EXPECT_EQ(exactly(*to, 5), "alive");
        }
    }

    void SetUp() override {
        if (!missing.empty())
            GTEST_SKIP() << missing;
    }

    form_of_use form = std::get<1>(GetParam());
    std::string missing;
    mutable loopback::connection made = std::get<0>(GetParam()).make_if_there(missing);
    stream_usocket& client = made.client;
    stream_usocket& server = made.server;
};

inline std::string name_of(testing::TestParamInfo<connection_contract::ParamType> const& instance) {
    return std::string(std::get<0>(instance.param).name) + '_' + std::get<1>(instance.param).name;
}

inline auto const all_forms =
    testing::Combine(testing::ValuesIn(kinds_of_stream), testing::Values(throwing, reporting, streaming));
inline auto const forms_of_calls =
    testing::Combine(testing::ValuesIn(kinds_of_stream), testing::Values(throwing, reporting));
inline auto const forms_of_streams = testing::Combine(testing::ValuesIn(kinds_of_stream), testing::Values(streaming));

/// Octets that tell when one is missing, twice there, or at another place.
inline std::string random_octets(std::size_t size) {
    std::mt19937 random(42);
    std::string octets(size, '\0');
    std::generate(octets.begin(), octets.end(), [&] { return static_cast<char>(random()); });
    return octets;
}

} // namespace usocket::test
