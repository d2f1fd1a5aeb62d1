// SPDX-License-Identifier: MIT
#pragma once

namespace usocket::test {

[[nodiscard]] constexpr bool is_address_sanitized() noexcept {
#if defined(__SANITIZE_ADDRESS__)
    return true;
#elif defined(__has_feature)
    return __has_feature(address_sanitizer);
#else
    return false;
#endif
}

[[nodiscard]] constexpr bool is_thread_sanitized() noexcept {
#if defined(__SANITIZE_THREAD__)
    return true;
#elif defined(__has_feature)
    return __has_feature(thread_sanitizer);
#else
    return false;
#endif
}

/// Whether a sanitizer watches, under which programs are slower and threads dearer.
[[nodiscard]] constexpr bool is_sanitized() noexcept { return is_address_sanitized() || is_thread_sanitized(); }

} // namespace usocket::test
