// SPDX-License-Identifier: MIT
#pragma once

#include <usocket/stream.hpp>

#include "io/socket_core.hpp"

namespace usocket::detail {

/// The stream of a stream socket, made at the first call and owned by the core from then on. May raise std::bad_alloc.
[[nodiscard]] socket_stream& attach_stream(socket_core& core);

} // namespace usocket::detail
