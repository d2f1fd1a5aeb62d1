// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace [[gnu::visibility("default")]] usocket {

/// Lets the system choose a free port; get_local_port() tells which (usocket: `*auto-port*`).
inline constexpr std::uint16_t auto_port = 0;

/// A port designator: a number from 0 to 65535, or a service name such as "http".
///
/// Takes any integer; one out of range is kept as "not valid" and raises invalid_argument_error where it is used, so
/// that 65616 never turns into 80. Text is a decimal number without sign or blanks, or a service name.
class port {
public:
    port() noexcept = default;

    template <std::integral Integer>
        requires(!std::same_as<Integer, bool> && !std::same_as<Integer, char>)
    port(Integer number) noexcept
        : number_(std::in_range<std::uint16_t>(number) ? static_cast<std::uint16_t>(number) : std::uint16_t{0}),
          valid_(std::in_range<std::uint16_t>(number)) {}

    port(std::string_view text) { assign(text); }
    port(std::string const& text) { assign(text); }
    /// A null pointer, as std::getenv() may give it, is not valid.
    port(char const* text) : valid_(text != nullptr) {
        if (valid_)
            assign(text);
    }
    port(std::nullptr_t) = delete;

    /// False for a number out of range and for a null pointer.
    [[nodiscard]] bool is_valid() const noexcept { return valid_; }
    /// Whether this is a service name, to be looked up.
    [[nodiscard]] bool is_service() const noexcept { return !service_.empty(); }
    /// The number; 0 for a service name.
    [[nodiscard]] std::uint16_t number() const noexcept { return number_; }
    [[nodiscard]] std::string const& service() const noexcept { return service_; }
    [[nodiscard]] std::string to_string() const { return is_service() ? service_ : std::to_string(number_); }

private:
    void assign(std::string_view text);

    std::string service_{};
    std::uint16_t number_ = 0;
    bool valid_ = true;
};

} // namespace usocket
