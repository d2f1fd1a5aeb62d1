// SPDX-License-Identifier: MIT
#include "server/service.hpp"

namespace usocket::detail {

void service::report(std::exception_ptr error, std::string_view activity, endpoint const& remote) noexcept {
    if (!options.on_error)
        return;
    try {
        options.on_error({.error = std::move(error), .activity = activity, .remote = remote});
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

} // namespace usocket
