// SPDX-License-Identifier: MIT
#pragma once

/// A part of the seam: a hint to the processor, which may be nothing.
namespace usocket::platform {

/// The object will be used soon, and is likely to be in no cache. Any address is allowed.
inline void prefetch([[maybe_unused]] void const* object) noexcept {
#ifdef __has_builtin
#if __has_builtin(__builtin_prefetch)
    __builtin_prefetch(object);
#endif
#endif
}

} // namespace usocket::platform
