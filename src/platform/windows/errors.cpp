// SPDX-License-Identifier: MIT
#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <utility>

#include "platform/windows/winsock.hpp"

namespace usocket::platform {
namespace {

constexpr std::pair<int, errc> classes[] = {
    {WSAEADDRINUSE, errc::address_in_use},
    {WSAEADDRNOTAVAIL, errc::address_not_available},
    {ERROR_FILE_NOT_FOUND, errc::address_not_available},
    {ERROR_PATH_NOT_FOUND, errc::address_not_available},
    {ERROR_DIRECTORY, errc::address_not_available},
    {ERROR_BAD_PATHNAME, errc::address_not_available},
    {WSAELOOP, errc::address_not_available},
    {WSAESHUTDOWN, errc::already_shutdown},
    {WSAEBADF, errc::bad_file_descriptor},
    {WSA_INVALID_HANDLE, errc::bad_file_descriptor},
    {WSAECONNABORTED, errc::connection_aborted},
    {WSAECONNREFUSED, errc::connection_refused},
    {WSAECONNRESET, errc::connection_reset},
    {WSAEHOSTDOWN, errc::host_down},
    {WSAEHOSTUNREACH, errc::host_unreachable},
    {WSAECANCELLED, errc::interrupted},
    {WSA_E_CANCELLED, errc::interrupted},
    {WSA_OPERATION_ABORTED, errc::interrupted},
    {WSAEINTR, errc::interrupted},
    {WSAEINVAL, errc::invalid_argument},
    {WSAEMSGSIZE, errc::invalid_argument},
    {WSAEDESTADDRREQ, errc::invalid_argument},
    {WSAEISCONN, errc::invalid_argument},
    {WSAEALREADY, errc::invalid_argument},
    {WSAENAMETOOLONG, errc::invalid_argument},
    {WSAEPROTOTYPE, errc::invalid_argument},
    {WSAEFAULT, errc::invalid_argument},
    {WSA_INVALID_PARAMETER, errc::invalid_argument},
    {WSAENOTSOCK, errc::invalid_socket},
    {WSAENOTCONN, errc::invalid_socket},
    {WSAENETDOWN, errc::network_down},
    {WSASYSNOTREADY, errc::network_down},
    {WSAENETRESET, errc::network_reset},
    {WSAENETUNREACH, errc::network_unreachable},
    {WSAENOBUFS, errc::no_buffers},
    {WSAEMFILE, errc::no_buffers},
    {WSAEPROCLIM, errc::no_buffers},
    {ERROR_DISK_FULL, errc::no_buffers},
    {WSAEACCES, errc::operation_not_permitted},
    {ERROR_ACCESS_DENIED, errc::operation_not_permitted},
    {ERROR_SHARING_VIOLATION, errc::operation_not_permitted},
    {ERROR_WRITE_PROTECT, errc::operation_not_permitted},
    {WSAEOPNOTSUPP, errc::operation_not_supported},
    {ERROR_NOT_SUPPORTED, errc::operation_not_supported},
    {WSA_NOT_ENOUGH_MEMORY, errc::out_of_memory},
    {ERROR_OUTOFMEMORY, errc::out_of_memory},
    {WSAEPROTONOSUPPORT, errc::protocol_not_supported},
    {WSAENOPROTOOPT, errc::protocol_not_supported},
    {WSAEAFNOSUPPORT, errc::protocol_not_supported},
    {not_on_windows, errc::unsupported},
    {WSAESOCKTNOSUPPORT, errc::socket_type_not_supported},
    {WSAETIMEDOUT, errc::timeout},
};

constexpr std::pair<int, errc> resolver_classes[] = {
    {WSAHOST_NOT_FOUND, errc::ns_host_not_found},
    {WSANO_DATA, errc::ns_host_not_found},
    {WSATYPE_NOT_FOUND, errc::ns_host_not_found}, // a name, too, that does not exist
    {WSATRY_AGAIN, errc::ns_try_again},
    {WSANO_RECOVERY, errc::ns_no_recovery},
    {WSA_NOT_ENOUGH_MEMORY, errc::out_of_memory},
    {WSAEINVAL, errc::invalid_argument},
    {WSAEAFNOSUPPORT, errc::protocol_not_supported},
    {WSAESOCKTNOSUPPORT, errc::socket_type_not_supported},
};

template <class Table>
errc find_class(Table const& table, int error, errc otherwise) noexcept {
    auto const* const found =
        std::find_if(std::begin(table), std::end(table), [&](auto const& entry) { return entry.first == error; });
    return found == std::end(table) ? otherwise : found->second;
}

bool is_one_of(int error, std::initializer_list<int> codes) noexcept {
    return std::find(codes.begin(), codes.end(), error) != codes.end();
}

} // namespace

bool is_would_block(int error) noexcept { return error == WSAEWOULDBLOCK; }

bool is_interrupted(int error) noexcept { return error == WSAEINTR; }

// Winsock has no word of its own for a connect that has begun.
bool is_in_progress(int error) noexcept { return is_one_of(error, {WSAEWOULDBLOCK, WSAEINPROGRESS}); }

bool is_connection_lost(int error) noexcept {
    return is_one_of(error, {WSAECONNRESET, WSAECONNABORTED, WSAECONNREFUSED, WSAETIMEDOUT, WSAENETRESET, WSAENETDOWN,
                             WSAENETUNREACH, WSAEHOSTDOWN, WSAEHOSTUNREACH});
}

bool is_no_such_option(int error) noexcept { return is_one_of(error, {WSAENOPROTOOPT, WSAEOPNOTSUPP}); }

// A connection that was reset while it waited fails the accept, under Wine as one that is not connected.
bool is_transient_accept_error(int error) noexcept {
    return is_one_of(error, {WSAECONNRESET, WSAECONNABORTED, WSAENOTCONN, WSAENETDOWN, WSAENETUNREACH, WSAEHOSTDOWN,
                             WSAEHOSTUNREACH});
}

errc classify(int error) noexcept { return find_class(classes, error, errc::unknown); }

errc classify_resolver(int error) noexcept { return find_class(resolver_classes, error, errc::ns_unknown); }

std::string resolver_message(int error) { return category().message(error); }

} // namespace usocket::platform
