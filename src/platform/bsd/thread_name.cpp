// SPDX-License-Identifier: MIT
#include "platform/thread_name.hpp"

#include <pthread.h>
#include <pthread_np.h>

namespace usocket::platform {

// The systems cut what is too long.
void name_this_thread(std::string const& name) noexcept { ::pthread_set_name_np(::pthread_self(), name.c_str()); }

} // namespace usocket::platform
