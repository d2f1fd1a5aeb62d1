// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include <usocket/callback.hpp>
#include <usocket/conditions.hpp>
#include <usocket/host.hpp>
#include <usocket/port.hpp>

namespace [[gnu::visibility("default")]] usocket {

/// Try the same again (usocket: restart `retry`).
struct retry {};
/// Try another host (usocket: restart `use-other-host`).
struct use_other_host {
    class host host{};
};
/// Try another port (usocket: restart `use-other-port`).
struct use_other_port {
    class port port{};
};

/// What a failure handler decides: give up (`{}`: the condition is raised), or one of the three above. The limits of
/// the whole operation go on running; there is no limit on the number of restarts but them and the handler's own.
class restart {
public:
    restart() noexcept = default;
    restart(retry) noexcept : again_(true) {}
    restart(use_other_host other) : again_(true), host_(std::move(other.host)) {}
    restart(use_other_port other) : again_(true), port_(std::move(other.port)) {}

    [[nodiscard]] bool again() const noexcept { return again_; }
    [[nodiscard]] std::optional<class host> const& other_host() const noexcept { return host_; }
    [[nodiscard]] std::optional<class port> const& other_port() const noexcept { return port_; }

private:
    bool again_ = false;
    std::optional<class host> host_{};
    std::optional<class port> port_{};
};

/// Called on the caller's thread with the condition that would be raised.
using failure_handler = callback<restart(condition const& failure)>;

} // namespace usocket
