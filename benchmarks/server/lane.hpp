// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include <time.h>

#include "contest/child.hpp"
#include "contest/figures.hpp"
#include "server/contender.hpp"
#include "server/load.hpp"

namespace server_bench {

/// A server in a process of its own, on the second processor where there is one, and its clients here.
class lane {
public:
    using make_load = std::unique_ptr<load> (*)(std::uint16_t port, std::size_t size);

    lane(entry const& who, make_load clients, std::size_t size);

    [[nodiscard]] std::string_view name() const noexcept { return name_; }
    /// Operations in a second, and the nanoseconds of processor time that the server takes for one.
    [[nodiscard]] contest::figures run(contest::nanoseconds budget);

private:
    [[nodiscard]] double processor_time() const;

    std::string_view name_;
    contest::child process_;
    clockid_t clock_{};
    std::unique_ptr<load> clients_;
};

} // namespace server_bench
