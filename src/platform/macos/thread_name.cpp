// SPDX-License-Identifier: MIT
#include "platform/thread_name.hpp"

#include <algorithm>
#include <array>

#include <pthread.h>

namespace usocket::platform {

void name_this_thread(std::string const& name) noexcept {
    std::array<char, 64> cut{}; // the most that macOS takes, with the NUL that ends it
    std::copy_n(name.begin(), std::min(name.size(), cut.size() - 1), cut.begin());
    static_cast<void>(::pthread_setname_np(cut.data()));
}

} // namespace usocket::platform
