// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <string>

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace usocket::test {

namespace detail {

/// The next line, without its end; whether there was one.
inline bool read_line_from(int descriptor, std::string& line) {
    line.clear();
    for (char next = 0; ::recv(descriptor, &next, 1, 0) == 1;) {
        if (next == '\n')
            return true;
        line += next;
    }
    return false;
}

inline void write_line_to(int descriptor, std::string line) {
    line += '\n';
    static_cast<void>(::send(descriptor, line.data(), line.size(), MSG_NOSIGNAL));
}

} // namespace detail

/// This test program once more, in a process of its own that may have limits of its own, and threads. There the test
/// with this name (a disabled one) runs; the two talk in lines, over its descriptor 3.
class server_process {
public:
    static constexpr int descriptor_there = 3;

    explicit server_process(std::string const& test) {
        std::array<int, 2> ends{-1, -1};
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
            return;
        // Above the number it gets there, for what is duplicated onto itself would be closed.
        int const theirs = ::fcntl(ends[1], F_DUPFD_CLOEXEC, descriptor_there + 1);
        ::close(ends[1]);
        talk_ = ends[0];
        posix_spawn_file_actions_t actions;
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_adddup2(&actions, theirs, descriptor_there);
        ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        std::string program = "/proc/self/exe";
        std::string filter = "--gtest_filter=" + test;
        std::string disabled = "--gtest_also_run_disabled_tests";
        std::array<char*, 4> arguments{program.data(), filter.data(), disabled.data(), nullptr};
        if (::posix_spawn(&child_, program.c_str(), &actions, nullptr, arguments.data(), environ) != 0)
            child_ = -1;
        ::posix_spawn_file_actions_destroy(&actions);
        ::close(theirs);
    }
    server_process(server_process const&) = delete;
    server_process& operator=(server_process const&) = delete;
    ~server_process() { end(); }

    /// Sends a line, and returns the answer; empty when the process has gone.
    [[nodiscard]] std::string tell(std::string const& command) const {
        std::string answer;
        detail::write_line_to(talk_, command);
        detail::read_line_from(talk_, answer);
        return answer;
    }

    /// Lets it end; whether it did so without failure.
    bool end() {
        if (talk_ >= 0)
            ::close(talk_);
        talk_ = -1;
        int status = -1;
        bool const well =
            child_ > 0 && ::waitpid(child_, &status, 0) == child_ && WIFEXITED(status) && WEXITSTATUS(status) == 0;
        child_ = -1;
        return well;
    }

private:
    pid_t child_ = -1;
    int talk_ = -1;
};

/// The other side: answers each command by what `obey` makes of it, until there are no more.
template <class Obey>
void obey_commands(Obey&& obey) {
    for (std::string command; detail::read_line_from(server_process::descriptor_there, command);)
        detail::write_line_to(server_process::descriptor_there, obey(command));
}

} // namespace usocket::test
