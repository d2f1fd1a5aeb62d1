// SPDX-License-Identifier: MIT
#include "platform/windows/utf8.hpp"

#include "platform/windows/winsock.hpp"

namespace usocket::platform {

std::wstring to_wide(std::string_view text) {
    auto const size = static_cast<int>(text.size());
    std::wstring wide(static_cast<std::size_t>(::MultiByteToWideChar(CP_UTF8, 0, text.data(), size, nullptr, 0)),
                      L'\0');
    ::MultiByteToWideChar(CP_UTF8, 0, text.data(), size, wide.data(), static_cast<int>(wide.size()));
    return wide;
}

std::string to_utf8(std::wstring_view text) {
    auto const size = static_cast<int>(text.size());
    auto const room = ::WideCharToMultiByte(CP_UTF8, 0, text.data(), size, nullptr, 0, nullptr, nullptr);
    std::string narrow(static_cast<std::size_t>(room), '\0');
    ::WideCharToMultiByte(CP_UTF8, 0, text.data(), size, narrow.data(), room, nullptr, nullptr);
    return narrow;
}

} // namespace usocket::platform
