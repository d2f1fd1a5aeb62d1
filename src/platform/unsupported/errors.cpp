// SPDX-License-Identifier: MIT
#include "platform/platform.hpp"

namespace usocket::platform {
namespace {

constexpr char const* message = "the library knows no sockets on this system";

class category_type final : public std::error_category {
public:
    [[nodiscard]] char const* name() const noexcept override { return "no system"; }
    [[nodiscard]] std::string message(int) const override { return platform::message; }
    [[nodiscard]] std::error_condition default_error_condition(int) const noexcept override {
        return std::make_error_condition(std::errc::operation_not_supported);
    }
};

} // namespace

std::error_category const& category() noexcept {
    static category_type const only;
    return only;
}

bool is_would_block(int) noexcept { return false; }
bool is_interrupted(int) noexcept { return false; }
bool is_in_progress(int) noexcept { return false; }
bool is_transient_accept_error(int) noexcept { return false; }
bool is_connection_lost(int) noexcept { return false; }
bool is_no_such_option(int error) noexcept { return error != 0; }

errc classify(int) noexcept { return errc::unsupported; }
errc classify_resolver(int) noexcept { return errc::unsupported; }
std::string resolver_message(int) { return message; }

} // namespace usocket::platform
