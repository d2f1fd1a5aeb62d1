// SPDX-License-Identifier: MIT
#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "platform/windows/utf8.hpp"
#include "platform/windows/winsock.hpp"

namespace usocket::platform {
namespace {

constexpr std::pair<int, std::errc> generic[] = {
    {WSAEACCES, std::errc::permission_denied},
    {WSAEADDRINUSE, std::errc::address_in_use},
    {WSAEADDRNOTAVAIL, std::errc::address_not_available},
    {WSAEAFNOSUPPORT, std::errc::address_family_not_supported},
    {WSAEALREADY, std::errc::connection_already_in_progress},
    {WSAEBADF, std::errc::bad_file_descriptor},
    {WSAECANCELLED, std::errc::operation_canceled},
    {WSAECONNABORTED, std::errc::connection_aborted},
    {WSAECONNREFUSED, std::errc::connection_refused},
    {WSAECONNRESET, std::errc::connection_reset},
    {WSAEDESTADDRREQ, std::errc::destination_address_required},
    {WSAEFAULT, std::errc::bad_address},
    {WSAEHOSTUNREACH, std::errc::host_unreachable},
    {WSAEINPROGRESS, std::errc::operation_in_progress},
    {WSAEINTR, std::errc::interrupted},
    {WSAEINVAL, std::errc::invalid_argument},
    {WSAEISCONN, std::errc::already_connected},
    {WSAELOOP, std::errc::too_many_symbolic_link_levels},
    {WSAEMFILE, std::errc::too_many_files_open},
    {WSAEMSGSIZE, std::errc::message_size},
    {WSAENAMETOOLONG, std::errc::filename_too_long},
    {WSAENETDOWN, std::errc::network_down},
    {WSAENETRESET, std::errc::network_reset},
    {WSAENETUNREACH, std::errc::network_unreachable},
    {WSAENOBUFS, std::errc::no_buffer_space},
    {WSAENOPROTOOPT, std::errc::no_protocol_option},
    {WSAENOTCONN, std::errc::not_connected},
    {WSAENOTSOCK, std::errc::not_a_socket},
    {WSAEOPNOTSUPP, std::errc::operation_not_supported},
    {WSAEPROTONOSUPPORT, std::errc::protocol_not_supported},
    {WSAEPROTOTYPE, std::errc::wrong_protocol_type},
    {WSAETIMEDOUT, std::errc::timed_out},
    {WSAEWOULDBLOCK, std::errc::operation_would_block},
    {WSA_INVALID_HANDLE, std::errc::bad_file_descriptor},
    {WSA_INVALID_PARAMETER, std::errc::invalid_argument},
    {WSA_NOT_ENOUGH_MEMORY, std::errc::not_enough_memory},
    {WSA_OPERATION_ABORTED, std::errc::operation_canceled},
    {ERROR_ACCESS_DENIED, std::errc::permission_denied},
    {ERROR_DISK_FULL, std::errc::no_space_on_device},
    {ERROR_FILE_NOT_FOUND, std::errc::no_such_file_or_directory},
    {ERROR_NOT_SUPPORTED, std::errc::not_supported},
    {ERROR_OUTOFMEMORY, std::errc::not_enough_memory},
    {ERROR_PATH_NOT_FOUND, std::errc::no_such_file_or_directory},
    {ERROR_SHARING_VIOLATION, std::errc::permission_denied},
    {ERROR_WRITE_PROTECT, std::errc::read_only_file_system},
};

/// The codes of Windows. Not every C++ library knows those of its sockets: what they mean, and what to call them.
class windows_category final : public std::error_category {
public:
    [[nodiscard]] char const* name() const noexcept override { return "system"; }

    [[nodiscard]] std::string message(int code) const override {
        wchar_t text[512];
        DWORD const size =
            ::FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, nullptr,
                             static_cast<DWORD>(code), 0, text, static_cast<DWORD>(std::size(text)), nullptr);
        std::wstring_view words(text, size);
        while (!words.empty() && (words.back() == L'\n' || words.back() == L'\r' || words.back() == L'.'))
            words.remove_suffix(1);
        return words.empty() ? "error " + std::to_string(code) : to_utf8(words);
    }

    [[nodiscard]] std::error_condition default_error_condition(int code) const noexcept override {
        if (code == 0)
            return {};
        auto const* const found = std::ranges::find(generic, code, &std::pair<int, std::errc>::first);
        return found == std::end(generic) ? std::error_condition(code, *this)
                                          : std::make_error_condition(found->second);
    }
};

} // namespace

std::error_category const& category() noexcept {
    // Never destroyed: codes outlive the end of main().
    static auto const& one = *new windows_category;
    return one;
}

} // namespace usocket::platform
