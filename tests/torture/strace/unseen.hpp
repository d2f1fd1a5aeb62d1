// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdlib>

#include <sched.h>
#include <sys/wait.h>

namespace torture {

/// Makes a call where strace does not see it: on a process that it is not told of, and that has the memory and the
/// descriptors of this one, which waits for it.
template <class Call>
auto unseen(Call call) noexcept {
    struct work {
        Call& call;
        decltype(call()) result{};
        int error = 0;
    } mine{call};
    alignas(64) std::byte stack[std::size_t{128} << 10];
    auto const perform = [](void* of) {
        auto& its = *static_cast<work*>(of);
        errno = 0;
        its.result = its.call();
        its.error = errno;
        return 0;
    };
    constexpr int flags = CLONE_VM | CLONE_FILES | CLONE_VFORK | CLONE_UNTRACED;
    int const process = ::clone(perform, stack + sizeof stack, flags, &mine);
    if (process < 0 || ::waitpid(process, nullptr, __WALL) != process)
        std::abort();
    errno = mine.error;
    return mine.result;
}

} // namespace torture
