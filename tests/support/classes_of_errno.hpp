// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <map>

#include <usocket/error.hpp>

namespace error_table {

using usocket::errc;

/// Every code of <cerrno> that has a class; what is not here has none.
inline std::map<int, errc> const classes_of_errno = {
    {EADDRINUSE, errc::address_in_use},
    {EADDRNOTAVAIL, errc::address_not_available},
    {ENODEV, errc::address_not_available},
    {ENOENT, errc::address_not_available},
    {ENXIO, errc::address_not_available},
    {ENOTDIR, errc::address_not_available},
    {ELOOP, errc::address_not_available},
    {EBADF, errc::bad_file_descriptor},
    {ENOTSOCK, errc::invalid_socket},
    {ENOTCONN, errc::invalid_socket},
    {ECONNABORTED, errc::connection_aborted},
    {EPIPE, errc::connection_aborted},
    {EPROTO, errc::connection_aborted},
    {ECONNREFUSED, errc::connection_refused},
    {ECONNRESET, errc::connection_reset},
    {EHOSTDOWN, errc::host_down},
    {EHOSTUNREACH, errc::host_unreachable},
    {EINVAL, errc::invalid_argument},
    {EMSGSIZE, errc::invalid_argument},
    {EDESTADDRREQ, errc::invalid_argument},
    {EISCONN, errc::invalid_argument},
    {EALREADY, errc::invalid_argument},
    {ENAMETOOLONG, errc::invalid_argument},
    {EPROTOTYPE, errc::invalid_argument},
    {EFAULT, errc::invalid_argument},
    {EDOM, errc::invalid_argument},
    {ENETDOWN, errc::network_down},
#ifdef ENONET
    {ENONET, errc::network_down},
#endif
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
    {ESHUTDOWN, errc::already_shutdown},
    {ETIMEDOUT, errc::timeout},
    {ECANCELED, errc::interrupted},
    {EINTR, errc::interrupted},
};

} // namespace error_table
