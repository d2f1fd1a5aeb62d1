// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>

#include <usocket/callback.hpp>
#include <usocket/octet_span.hpp>
#include <usocket/socket.hpp>
#include <usocket/stream.hpp>

/// What can handle the clients of a server, told by its type.
namespace [[gnu::visibility("default")]] usocket {

/// Called with a connection's stream; the original's kind.
template <class Function, class... Arguments>
concept stream_handler = std::is_invocable_v<Function&, socket_stream&, Arguments const&...>;

/// Called with a connection's socket.
template <class Function, class... Arguments>
concept connection_handler = std::is_invocable_v<Function&, stream_usocket&, Arguments const&...>;

/// Called with a datagram; what it returns is the reply: octets (anything that converts to octet_span), an optional of
/// them, or nothing.
template <class Function, class... Arguments>
concept datagram_handler = std::is_invocable_v<Function&, std::span<std::byte const>, Arguments const&...>;

/// One of these, looked for in this order; it must be copyable.
template <class Function, class... Arguments>
concept server_handler = stream_handler<Function, Arguments...> || connection_handler<Function, Arguments...> ||
                         datagram_handler<Function, Arguments...>;

namespace detail {

/// Where a datagram's reply goes.
class datagram_reply {
public:
    virtual void send(octet_span reply) = 0;

protected:
    ~datagram_reply() = default;
};

/// A handler with its arguments; one of the two is set.
struct bound_handler {
    callback<void(stream_usocket&)> connection{};
    callback<void(std::span<std::byte const>, datagram_reply&)> datagram{};
};

template <class T>
inline constexpr bool is_optional_like = requires(T& value) {
    { value.has_value() } -> std::same_as<bool>;
    *value;
};

template <class Result>
void send_result(Result&& result, datagram_reply& reply) {
    if constexpr (std::is_convertible_v<Result&, octet_span>) {
        reply.send(result);
    } else {
        static_assert(is_optional_like<Result>, "a datagram's handler returns octets, an optional of them, or nothing");
        if (result.has_value())
            reply.send(*result);
    }
}

/// Binds as std::thread does: decayed copies, std::ref for references. All calls share them.
template <class Function, class... Arguments>
[[nodiscard]] bound_handler bind_handler(Function&& function, Arguments&&... arguments) {
    using stored = std::decay_t<Function>;
    auto call = [function = stored(std::forward<Function>(function)),
                 bound = std::tuple<std::decay_t<Arguments>...>(std::forward<Arguments>(arguments)...)](
                    auto&& subject) mutable -> decltype(auto) {
        return std::apply(
            [&](auto const&... each) -> decltype(auto) {
                return std::invoke(function, std::forward<decltype(subject)>(subject), each...);
            },
            std::as_const(bound));
    };
    bound_handler handler;
    if constexpr (stream_handler<stored, std::decay_t<Arguments>...>) {
        handler.connection = [call](stream_usocket& socket) mutable { call(socket.stream()); };
    } else if constexpr (connection_handler<stored, std::decay_t<Arguments>...>) {
        handler.connection = [call](stream_usocket& socket) mutable { call(socket); };
    } else {
        handler.datagram = [call](std::span<std::byte const> request, datagram_reply& reply) mutable {
            using result = std::invoke_result_t<stored&, std::span<std::byte const>, std::decay_t<Arguments> const&...>;
            if constexpr (std::is_void_v<result>)
                call(request);
            else
                send_result(call(request), reply);
        };
    }
    return handler;
}

} // namespace detail

} // namespace usocket
