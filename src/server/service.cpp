// SPDX-License-Identifier: MIT
#include "server/service.hpp"

#include <system_error>

namespace usocket::detail {

namespace {

/// Calls `use` with the exception as far as it is one that the standard knows, else with null.
template <class Use>
void look_at(std::exception_ptr const& error, Use&& use) {
    try {
        std::rethrow_exception(error);
    } catch (std::exception const& known) {
        use(&known);
    } catch (...) {
        use(nullptr);
    }
}

std::error_code code_of(std::exception_ptr const& error) noexcept {
    std::error_code code;
    look_at(error, [&](std::exception const* known) {
        if (auto const* const system = dynamic_cast<std::system_error const*>(known))
            code = system->code();
    });
    return code;
}

} // namespace

void service::report(std::exception_ptr const& error, std::string_view activity, endpoint const& remote) noexcept {
    if (!options.on_error)
        return;
    try {
        options.on_error({.error = error, .activity = activity, .remote = remote, .code = code_of(error)});
    } catch (...) {
        return; // there is nobody left to tell
    }
}

void service::forget_callbacks() noexcept {
    handler = {};
    options.on_connected = {};
    options.on_finished = {};
    options.on_error = {};
}

} // namespace usocket::detail

namespace usocket {

std::string_view to_string(finish_reason reason) noexcept {
    switch (reason) {
    case finish_reason::returned:
        return "returned";
    case finish_reason::failed:
        return "failed";
    case finish_reason::cancelled:
        return "cancelled";
    case finish_reason::idle:
        return "idle";
    case finish_reason::deadline:
        return "deadline";
    }
    return {};
}

std::string to_string(server_failure const& failure) {
    std::string text(failure.activity);
    if (failure.remote.type() != endpoint::kind::none)
        text += " for " + failure.remote.to_string();
    text += ": ";
    detail::look_at(failure.error,
                    [&](std::exception const* known) { text += known != nullptr ? known->what() : "unknown"; });
    return text;
}

} // namespace usocket
