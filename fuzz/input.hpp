// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace fuzz {

/// The octets that libFuzzer made up, taken from the front. When they are used up there are zeros.
class input {
public:
    input(std::uint8_t const* data, std::size_t size) noexcept : rest_(data, size) {}

    [[nodiscard]] bool empty() const noexcept { return rest_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return rest_.size(); }

    std::uint8_t octet() noexcept {
        if (rest_.empty())
            return 0;
        std::uint8_t const first = rest_.front();
        rest_ = rest_.subspan(1);
        return first;
    }
    /// The next octets as a number, the lowest first.
    std::uint64_t number(std::size_t octets) noexcept {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < octets; ++i)
            value |= std::uint64_t{octet()} << (8 * i);
        return value;
    }
    /// From 0 to `most`, which is below 65536.
    std::size_t up_to(std::size_t most) noexcept {
        return static_cast<std::size_t>(number(most < 256 ? 1 : 2)) % (most + 1);
    }
    bool once_in(std::size_t n) noexcept { return up_to(n - 1) == 0; }

    std::string_view text(std::size_t most) noexcept {
        auto const taken = rest_.first(std::min(most, rest_.size()));
        rest_ = rest_.subspan(taken.size());
        return {reinterpret_cast<char const*>(taken.data()), taken.size()};
    }
    std::string_view rest() noexcept { return text(rest_.size()); }

private:
    std::span<std::uint8_t const> rest_;
};

} // namespace fuzz

// The name is libFuzzer's. NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);
