// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

/// How the values of options are passed and stored: used by options.hpp, not by programs.
namespace [[gnu::visibility("default")]] usocket {

namespace detail {

/// In no option's range.
inline constexpr std::int64_t no_such_value = std::numeric_limits<std::int64_t>::min();

/// Stands for an optional number that is unset.
inline constexpr std::int64_t unset_value = -1;

template <class T>
concept option_number =
    std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> && !std::same_as<T, wchar_t> &&
    !std::same_as<T, char8_t> && !std::same_as<T, char16_t> && !std::same_as<T, char32_t>;

/// Whole `Unit`s, a part of one rounded up; no_such_value for what is negative, not a number, or too much.
template <class Unit, class Rep, class Period>
[[nodiscard]] constexpr std::int64_t to_units(std::chrono::duration<Rep, Period> length) noexcept {
    using wide = std::chrono::duration<long double, typename Unit::period>;
    if (!(length >= length.zero()) || wide(length).count() > 9.0e15L)
        return no_such_value;
    return static_cast<std::int64_t>(std::chrono::ceil<Unit>(length).count());
}

/// For each type of value: what set_socket_option() takes for it, as what it is stored, and back.
template <class Value>
struct option_value {
    using stored_type = Value;
    using argument = Value;
    [[nodiscard]] static Value const& to_stored(argument const& value) noexcept { return value; }
    [[nodiscard]] static Value const& from_stored(Value const& stored) noexcept { return stored; }
};

template <>
struct option_value<bool> {
    using stored_type = std::int64_t;
    struct argument {
        std::int64_t stored;
        template <std::same_as<bool> T>
        constexpr argument(T value) noexcept : stored(value ? 1 : 0) {}
    };
    [[nodiscard]] static constexpr std::int64_t to_stored(argument value) noexcept { return value.stored; }
    [[nodiscard]] static constexpr bool from_stored(std::int64_t stored) noexcept { return stored != 0; }
};

template <option_number Value>
struct option_value<Value> {
    using stored_type = std::int64_t;
    struct argument {
        std::int64_t stored;
        template <option_number T>
        constexpr argument(T value) noexcept
            : stored(std::in_range<std::int64_t>(value) ? static_cast<std::int64_t>(value) : no_such_value) {}
    };
    [[nodiscard]] static constexpr std::int64_t to_stored(argument value) noexcept { return value.stored; }
    [[nodiscard]] static constexpr Value from_stored(std::int64_t stored) noexcept {
        return static_cast<Value>(stored);
    }
};

template <class Rep, class Period>
struct option_value<std::chrono::duration<Rep, Period>> {
    using stored_type = std::int64_t;
    using unit = std::chrono::duration<Rep, Period>;
    struct argument {
        std::int64_t stored;
        template <class R, class P>
        constexpr argument(std::chrono::duration<R, P> length) noexcept : stored(to_units<unit>(length)) {}
    };
    [[nodiscard]] static constexpr std::int64_t to_stored(argument value) noexcept { return value.stored; }
    [[nodiscard]] static constexpr unit from_stored(std::int64_t stored) noexcept {
        return unit(static_cast<Rep>(stored));
    }
};

template <class Rep, class Period>
struct option_value<std::optional<std::chrono::duration<Rep, Period>>> {
    using stored_type = std::int64_t;
    using unit = std::chrono::duration<Rep, Period>;
    struct argument {
        std::int64_t stored;
        constexpr argument(std::nullopt_t) noexcept : stored(unset_value) {}
        template <class R, class P>
        constexpr argument(std::chrono::duration<R, P> length) noexcept : stored(to_units<unit>(length)) {}
        template <class R, class P>
        constexpr argument(std::optional<std::chrono::duration<R, P>> const& length) noexcept
            : stored(length ? to_units<unit>(*length) : unset_value) {}
    };
    [[nodiscard]] static constexpr std::int64_t to_stored(argument value) noexcept { return value.stored; }
    [[nodiscard]] static constexpr std::optional<unit> from_stored(std::int64_t stored) noexcept {
        return stored == unset_value ? std::nullopt : std::optional(unit(static_cast<Rep>(stored)));
    }
};

template <>
struct option_value<std::string> {
    using stored_type = std::string;
    struct argument {
        std::string_view stored;
        template <std::convertible_to<std::string_view> T>
        constexpr argument(T const& text) : stored(text) {}
    };
    [[nodiscard]] static constexpr std::string_view to_stored(argument value) noexcept { return value.stored; }
    [[nodiscard]] static std::string from_stored(std::string stored) noexcept { return stored; }
};

} // namespace detail

} // namespace usocket
