// SPDX-License-Identifier: MIT
#include <new>

#include "platform/windows/utf8.hpp"
#include "platform/windows/winsock.hpp"

namespace usocket::platform {
namespace {

constexpr DWORD tag_of_sockets = 0x80000023; // IO_REPARSE_TAG_AF_UNIX

bool is_missing(DWORD error) noexcept { return error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND; }

int remove_socket(std::wstring const& path) noexcept {
    WIN32_FIND_DATAW found{};
    HANDLE const search = ::FindFirstFileW(path.c_str(), &found);
    if (search == INVALID_HANDLE_VALUE) {
        DWORD const error = ::GetLastError();
        return is_missing(error) ? 0 : static_cast<int>(error);
    }
    ::FindClose(search);
    if ((found.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) == 0 || found.dwReserved0 != tag_of_sockets)
        return WSAENOTSOCK;
    if (::DeleteFileW(path.c_str()) != 0 || is_missing(::GetLastError()))
        return 0;
    return static_cast<int>(::GetLastError());
}

} // namespace

int remove_local_path(std::string const& path) noexcept {
    if (path.find_first_of(std::string_view("\0*?", 3)) != path.npos) // a search takes patterns
        return WSAEINVAL;
    try {
        return remove_socket(to_wide(path));
    } catch (std::bad_alloc const&) {
        return WSA_NOT_ENOUGH_MEMORY;
    }
}

// Files have no such permissions here.
int set_local_path_mode(std::string const&, unsigned) noexcept { return not_on_windows; }

} // namespace usocket::platform
