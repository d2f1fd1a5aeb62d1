// SPDX-License-Identifier: MIT
#pragma once

/// The whole core library. The headers below can also be included one by one.

#include <usocket/callback.hpp>
#include <usocket/cancel_scope.hpp>
#include <usocket/conditions.hpp>
#include <usocket/connect.hpp>
#include <usocket/datagram_batch.hpp>
#include <usocket/datagram_details.hpp>
#include <usocket/endpoint.hpp>
#include <usocket/error.hpp>
#include <usocket/host.hpp>
#include <usocket/ip_address.hpp>
#include <usocket/listen.hpp>
#include <usocket/local.hpp>
#include <usocket/mapped_conditions.hpp>
#include <usocket/names.hpp>
#include <usocket/native_handle.hpp>
#include <usocket/octet_span.hpp>
#include <usocket/octets.hpp>
#include <usocket/option_id.hpp>
#include <usocket/option_value.hpp>
#include <usocket/options.hpp>
#include <usocket/port.hpp>
#include <usocket/restart.hpp>
#include <usocket/sequence.hpp>
#include <usocket/socket.hpp>
#include <usocket/socket_scope.hpp>
#include <usocket/socket_types.hpp>
#include <usocket/stream.hpp>
#include <usocket/tcp_info.hpp>
#include <usocket/time_limit.hpp>
#include <usocket/transfer.hpp>
#include <usocket/version.hpp>
#include <usocket/wait.hpp>
#include <usocket/warnings.hpp>
#include <usocket/with.hpp>
