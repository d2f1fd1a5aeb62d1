// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>

namespace [[gnu::visibility("default")]] usocket {

namespace detail {

template <class T>
concept octet_like = std::is_same_v<std::remove_cv_t<T>, char> || std::is_same_v<std::remove_cv_t<T>, unsigned char> ||
                     std::is_same_v<std::remove_cv_t<T>, signed char> || std::is_same_v<std::remove_cv_t<T>, std::byte>;

template <class R>
concept octet_range = requires(R& range) {
    std::data(range);
    std::size(range);
    requires octet_like<std::remove_pointer_t<decltype(std::data(range))>>;
};

} // namespace detail

/// Octets to be sent: a view that any contiguous sequence of octets converts to.
///
/// Takes strings, string views, and arrays, vectors and spans of `char`, `unsigned char` or `std::byte`. A string
/// literal or other `char const` array is text, which ends before its first NUL, and so is what a `char` pointer points
/// to (a null pointer is no octets); a `char` array that can be written to is a buffer, and counts whole. The view owns
/// nothing; what it was made from must outlive the call it is passed to.
class octet_span {
public:
    constexpr octet_span() noexcept = default;

    template <std::size_t Size>
    octet_span(char (&buffer)[Size]) noexcept : octets_(std::as_bytes(std::span(buffer))) {}

    template <std::size_t Size>
    octet_span(char const (&text)[Size]) noexcept {
        std::string_view const all(text, Size);
        *this = octet_span(all.substr(0, all.find('\0')));
    }

    template <class Pointer>
        requires(std::is_same_v<Pointer, char const*> || std::is_same_v<Pointer, char*>)
    octet_span(Pointer const& text) noexcept
        : octet_span(text != nullptr ? std::string_view(text) : std::string_view()) {}

    template <class R>
        requires(detail::octet_range<R const> && !std::is_convertible_v<R const&, char const*>)
    octet_span(R const& range) noexcept : octets_(std::as_bytes(std::span(std::data(range), std::size(range)))) {}

    octet_span(void const* data, std::size_t size) noexcept : octets_(static_cast<std::byte const*>(data), size) {}

    [[nodiscard]] std::byte const* data() const noexcept { return octets_.data(); }
    [[nodiscard]] std::size_t size() const noexcept { return octets_.size(); }
    [[nodiscard]] bool empty() const noexcept { return octets_.empty(); }
    [[nodiscard]] std::span<std::byte const> bytes() const noexcept { return octets_; }

private:
    std::span<std::byte const> octets_;
};

/// Room for octets to be received: a view that any contiguous sequence of writable octets converts to, whole.
///
/// A `std::string` or vector is filled up to its size, not its capacity. The view owns nothing.
class mutable_octet_span {
public:
    constexpr mutable_octet_span() noexcept = default;

    template <class R>
        requires(detail::octet_range<std::remove_reference_t<R>> &&
                 !std::is_const_v<std::remove_pointer_t<decltype(std::data(std::declval<R&>()))>>)
    mutable_octet_span(R&& range) noexcept
        : octets_(std::as_writable_bytes(std::span(std::data(range), std::size(range)))) {}

    mutable_octet_span(void* data, std::size_t size) noexcept : octets_(static_cast<std::byte*>(data), size) {}

    [[nodiscard]] std::byte* data() const noexcept { return octets_.data(); }
    [[nodiscard]] std::size_t size() const noexcept { return octets_.size(); }
    [[nodiscard]] bool empty() const noexcept { return octets_.empty(); }
    [[nodiscard]] std::span<std::byte> bytes() const noexcept { return octets_; }

private:
    std::span<std::byte> octets_;
};

} // namespace usocket
