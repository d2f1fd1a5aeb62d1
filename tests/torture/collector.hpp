// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

/// Reads a connection to its end beside the scenario.
namespace torture {

class collector {
public:
    collector() = default;
    collector(collector const&) = delete;
    collector& operator=(collector const&) = delete;
    virtual ~collector() = default;
    /// All that came, once the other side has closed.
    [[nodiscard]] virtual std::string end() = 0;
};

/// Null if it cannot be.
[[nodiscard]] std::unique_ptr<collector> collect(int descriptor);

} // namespace torture
