// SPDX-License-Identifier: MIT
#pragma once

/// A part of the seam, for systems whose C++ library frees thread_local objects before it destroys them.
namespace usocket::platform {

/// Calls `destroy(object)` when the calling thread ends, or the process. An error when that cannot be arranged; also
/// for null, an object that there was no memory for.
[[nodiscard]] int at_thread_end(void (*destroy)(void* object), void* object) noexcept;

} // namespace usocket::platform
