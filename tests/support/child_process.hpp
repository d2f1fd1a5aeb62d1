// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

#include <sys/wait.h>
#include <unistd.h>

namespace usocket::test {

/// Runs `body` in a child process; whether it returned true there. The body makes no new threads (the thread sanitizer
/// does not allow them after a fork) and no expectations (whose failure nobody would hear of).
template <class Body>
[[nodiscard]] bool in_child_process(Body&& body) {
    pid_t const child = ::fork();
    if (child == 0)
        ::_exit(std::forward<Body>(body)() ? 0 : 1);
    int status = -1;
    return child > 0 && ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

} // namespace usocket::test
