// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

/// A part of the seam: a hint to the processor, which may be nothing.
namespace usocket::platform {

/// The first octets of the object, up to 64 of them, will be used soon, and are likely to be in no cache. Any address
/// is allowed.
inline void prefetch([[maybe_unused]] void const* object, [[maybe_unused]] std::size_t octets) noexcept {
#ifdef __has_builtin
#if __has_builtin(__builtin_prefetch)
    __builtin_prefetch(object);
    __builtin_prefetch(static_cast<std::byte const*>(object) + octets - 1);
#endif
#endif
}

} // namespace usocket::platform
