// SPDX-License-Identifier: MIT
#pragma once

namespace usocket::test {

/// Whether a sanitizer watches, under which programs are slower and threads dearer.
[[nodiscard]] constexpr bool is_sanitized() noexcept {
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
    return true;
#elif defined(__has_feature)
    return __has_feature(thread_sanitizer) || __has_feature(address_sanitizer);
#else
    return false;
#endif
}

} // namespace usocket::test
