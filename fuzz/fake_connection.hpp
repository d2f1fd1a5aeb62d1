// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "input.hpp"

namespace fuzz {

/// A connection that no system has: what the library receives from it and sends to it goes through the linker's --wrap
/// to the functions here, which fragment, interrupt and refuse as the fuzzer decides. One at a time.
class fake_connection {
public:
    /// A number that the system gives to no descriptor.
    static constexpr int descriptor = 1'000'000'000;

    fake_connection(std::string_view incoming, bool reset_at_end, input decisions);
    fake_connection(fake_connection const&) = delete;
    fake_connection& operator=(fake_connection const&) = delete;
    ~fake_connection();

    [[nodiscard]] std::string const& sent() const noexcept { return sent_; }
    /// So much was taken from what comes in.
    [[nodiscard]] std::size_t taken() const noexcept { return taken_; }

    /// While set: this must have been sent whenever something is received.
    std::string const* must_be_sent = nullptr;
    /// While set: nothing waits, and nothing is refused.
    bool at_once = false;

    // What the library's calls do.

    [[nodiscard]] std::ptrdiff_t receive(char* buffer, std::size_t size) noexcept;
    [[nodiscard]] std::ptrdiff_t send(char const* data, std::size_t size) noexcept;
    [[nodiscard]] int poll(bool may_wait) noexcept;
    void close() noexcept { closed_ = true; }

    [[nodiscard]] static fake_connection& current() noexcept;

private:
    /// How many octets go through of so many; -1 and errno: none.
    [[nodiscard]] std::ptrdiff_t decide(std::size_t size) noexcept;

    std::string_view incoming_;
    bool reset_at_end_;
    input decisions_;
    std::size_t taken_ = 0;
    std::string sent_{};
    bool was_reset_ = false;
    bool closed_ = false;
    int refused_in_a_row_ = 0;
};

} // namespace fuzz
