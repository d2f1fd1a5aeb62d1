// SPDX-License-Identifier: MIT
#include <usocket/mapped_conditions.hpp>

#include <string>
#include <string_view>
#include <typeinfo>

#include "platform/platform.hpp"

namespace usocket::detail {

namespace {

[[nodiscard]] bool is_known(std::error_category const& category) noexcept {
    return category == platform::category() || category == std::system_category() ||
           category == std::generic_category() || category == usocket_category() || category == resolver_category();
}

/// The text that the exception was made with: its what() without the code's own message after it.
[[nodiscard]] std::string_view text_of(std::system_error const& error, std::string_view code_message) noexcept {
    std::string_view text = error.what();
    if (text.ends_with(code_message))
        text.remove_suffix(code_message.size());
    if (text.ends_with(": "))
        text.remove_suffix(2);
    return text;
}

} // namespace

void raise_mapped(std::system_error const& error, condition_info const& context) {
    if (typeid(error) != typeid(std::system_error) || !error.code() || !is_known(error.code().category()))
        return;
    auto const code_message = error.code().message();
    auto info = context;
    info.code = error.code();
    auto& text = info.operation.empty() ? info.operation : info.detail;
    if (text.empty())
        text = text_of(error, code_message);
    raise_condition(info);
}

} // namespace usocket::detail
