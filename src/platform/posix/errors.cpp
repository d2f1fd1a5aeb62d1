// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cerrno>
#include <initializer_list>
#include <system_error>
#include <utility>

#include <netdb.h>

#include "platform/platform.hpp"
#include "platform/posix/system_errors.hpp"

namespace usocket::platform {
namespace {

// Tables, not switches: some systems give two names to one code.
constexpr std::pair<int, errc> classes[] = {
    {EADDRINUSE, errc::address_in_use},
    {EADDRNOTAVAIL, errc::address_not_available},
    {ENOENT, errc::address_not_available},
    {ENOTDIR, errc::address_not_available},
    {ELOOP, errc::address_not_available},
    {ENODEV, errc::address_not_available}, // no such interface
    {ENXIO, errc::address_not_available},
    {ESHUTDOWN, errc::already_shutdown},
    {EBADF, errc::bad_file_descriptor},
    {ECONNABORTED, errc::connection_aborted},
    {EPIPE, errc::connection_aborted},
    {EPROTO, errc::connection_aborted},
    {ECONNREFUSED, errc::connection_refused},
    {ECONNRESET, errc::connection_reset},
    {EHOSTDOWN, errc::host_down},
    {EHOSTUNREACH, errc::host_unreachable},
    {ECANCELED, errc::interrupted},
    {EINTR, errc::interrupted},
    {EINVAL, errc::invalid_argument},
    {EMSGSIZE, errc::invalid_argument},
    {EDESTADDRREQ, errc::invalid_argument},
    {EISCONN, errc::invalid_argument},
    {EALREADY, errc::invalid_argument},
    {ENAMETOOLONG, errc::invalid_argument},
    {EPROTOTYPE, errc::invalid_argument},
    {EFAULT, errc::invalid_argument},
    {EDOM, errc::invalid_argument},
    {ENOTSOCK, errc::invalid_socket},
    {ENOTCONN, errc::invalid_socket},
    {ENETDOWN, errc::network_down},
    {ENETRESET, errc::network_reset},
    {ENETUNREACH, errc::network_unreachable},
    {ENOBUFS, errc::no_buffers},
    {EMFILE, errc::no_buffers},
    {ENFILE, errc::no_buffers},
    {ENOSPC, errc::no_buffers},
    {EPERM, errc::operation_not_permitted},
    {EACCES, errc::operation_not_permitted},
    {EROFS, errc::operation_not_permitted},
    {EOPNOTSUPP, errc::operation_not_supported},
    {ENOTSUP, errc::operation_not_supported},
    {ENOSYS, errc::operation_not_supported},
    {ENOMEM, errc::out_of_memory},
    {EPROTONOSUPPORT, errc::protocol_not_supported},
    {ENOPROTOOPT, errc::protocol_not_supported},
    {EPFNOSUPPORT, errc::protocol_not_supported},
    {EAFNOSUPPORT, errc::protocol_not_supported},
    {ESOCKTNOSUPPORT, errc::socket_type_not_supported},
    {ETIMEDOUT, errc::timeout},
};

constexpr std::pair<int, errc> resolver_classes[] = {
    {EAI_NONAME, errc::ns_host_not_found},
    {EAI_SERVICE, errc::ns_host_not_found}, // a name, too, that does not exist
    {EAI_AGAIN, errc::ns_try_again},
    {EAI_FAIL, errc::ns_no_recovery},
    {EAI_OVERFLOW, errc::ns_no_recovery},
    {EAI_MEMORY, errc::out_of_memory},
    {EAI_BADFLAGS, errc::invalid_argument},
    {EAI_FAMILY, errc::protocol_not_supported},
    {EAI_SOCKTYPE, errc::socket_type_not_supported},
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

std::error_category const& category() noexcept { return std::system_category(); }

bool is_would_block(int error) noexcept { return is_one_of(error, {EAGAIN, EWOULDBLOCK}); }

bool is_interrupted(int error) noexcept { return error == EINTR; }

bool is_in_progress(int error) noexcept { return error == EINPROGRESS; }

// EPIPE is not one: it also follows this side's own shutdown of its output, while input goes on. The unreachables are:
// a connection whose packets got no answer ends with what the network last said, once, and then reads as ended.
bool is_connection_lost(int error) noexcept {
    return is_one_of(error, {ECONNRESET, ECONNABORTED, ECONNREFUSED, ETIMEDOUT, ENETRESET, ENETDOWN, ENETUNREACH,
                             EHOSTDOWN, EHOSTUNREACH});
}

bool is_no_such_option(int error) noexcept { return is_one_of(error, {ENOPROTOOPT, EOPNOTSUPP, ENOTSUP, ENOSYS}); }

bool is_transient_accept_error(int error) noexcept {
    return is_one_of(error,
                     {ECONNABORTED, EPROTO, ENOPROTOOPT, ENETDOWN, ENETUNREACH, EHOSTDOWN, EHOSTUNREACH, EPERM}) ||
           is_system_transient_accept_error(error);
}

errc classify(int error) noexcept {
    errc const of_this_system = classify_system(error);
    return of_this_system != errc::unknown ? of_this_system : find_class(classes, error, errc::unknown);
}

errc classify_resolver(int error) noexcept {
    return find_class(resolver_classes, error, classify_system_resolver(error));
}

std::string resolver_message(int error) { return ::gai_strerror(error); }

} // namespace usocket::platform
