// SPDX-License-Identifier: MIT
#include "server/handler_context.hpp"

namespace usocket {

namespace {

constinit thread_local detail::thread_role role{};

endpoint const* ip_client() noexcept { return role.remote != nullptr && role.remote->is_ip() ? role.remote : nullptr; }

} // namespace

detail::thread_role& detail::this_thread_role() noexcept { return role; }

std::optional<ip_address> remote_host() noexcept {
    auto const* const client = ip_client();
    return client != nullptr ? std::optional(client->address()) : std::nullopt;
}

std::optional<std::uint16_t> remote_port() noexcept {
    auto const* const client = ip_client();
    return client != nullptr ? std::optional(client->port()) : std::nullopt;
}

endpoint remote_endpoint() { return role.remote != nullptr ? *role.remote : endpoint(); }

bool stop_server(stop_options const& options) noexcept {
    if (role.server == nullptr)
        return false;
    role.server->request_stop(options);
    return true;
}

} // namespace usocket
