// SPDX-License-Identifier: MIT
#include "platform/thread_name.hpp"

#include <algorithm>
#include <array>

#include <pthread.h>

namespace usocket::platform {

void name_this_thread(std::string const& name) noexcept {
    std::array<char, PTHREAD_MAX_NAMELEN_NP> cut{}; // with the NUL that ends it
    std::copy_n(name.begin(), std::min(name.size(), cut.size() - 1), cut.begin());
    char form[] = "%s";
    static_cast<void>(::pthread_setname_np(::pthread_self(), form, cut.data()));
}

} // namespace usocket::platform
