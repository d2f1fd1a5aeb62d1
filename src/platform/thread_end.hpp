// SPDX-License-Identifier: MIT
#pragma once

/// A part of the seam, for systems whose C++ library frees thread_local objects before it destroys them.
namespace usocket::platform {

/// Calls `destroy(object)` when the calling thread ends, or the process. False when that cannot be arranged.
[[nodiscard]] bool at_thread_end(void (*destroy)(void* object), void* object) noexcept;

} // namespace usocket::platform
