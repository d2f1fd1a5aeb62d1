// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <sstream>
#include <string>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace usocket::test {

/// This test program once more, in a process of its own that may have limits of its own, and threads. There the test
/// with this name (a disabled one) runs; the two talk in lines, by the child's standard input and by descriptor 3.
class server_process {
public:
    static constexpr int answers_descriptor = 3;

    explicit server_process(std::string const& test) {
        std::array<int, 2> commands{-1, -1};
        std::array<int, 2> answers{-1, -1};
        if (::pipe2(commands.data(), O_CLOEXEC) != 0 || ::pipe2(answers.data(), O_CLOEXEC) != 0)
            return;
        posix_spawn_file_actions_t actions;
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_adddup2(&actions, commands[0], STDIN_FILENO);
        // By a number of its own, for what is duplicated onto itself would be closed.
        ::posix_spawn_file_actions_adddup2(&actions, answers[1], 9);
        ::posix_spawn_file_actions_adddup2(&actions, 9, answers_descriptor);
        ::posix_spawn_file_actions_addclose(&actions, 9);
        ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        std::string program = "/proc/self/exe";
        std::string filter = "--gtest_filter=" + test;
        std::string disabled = "--gtest_also_run_disabled_tests";
        std::array<char*, 4> arguments{program.data(), filter.data(), disabled.data(), nullptr};
        if (::posix_spawn(&child_, program.c_str(), &actions, nullptr, arguments.data(), environ) != 0)
            child_ = -1;
        ::posix_spawn_file_actions_destroy(&actions);
        ::close(commands[0]);
        ::close(answers[1]);
        commands_ = ::fdopen(commands[1], "w");
        answers_ = ::fdopen(answers[0], "r");
    }
    server_process(server_process const&) = delete;
    server_process& operator=(server_process const&) = delete;
    ~server_process() { end(); }

    /// Sends a line, and returns the answer; empty when the process has gone.
    std::string tell(std::string const& command) {
        std::fputs((command + '\n').c_str(), commands_);
        std::fflush(commands_);
        std::string answer;
        for (int next = std::fgetc(answers_); next != EOF && next != '\n'; next = std::fgetc(answers_))
            answer += static_cast<char>(next);
        return answer;
    }

    /// Lets it end; whether it did so without failure.
    bool end() {
        if (commands_ != nullptr)
            std::fclose(commands_);
        if (answers_ != nullptr)
            std::fclose(answers_);
        commands_ = answers_ = nullptr;
        int status = -1;
        bool const well =
            child_ > 0 && ::waitpid(child_, &status, 0) == child_ && WIFEXITED(status) && WEXITSTATUS(status) == 0;
        child_ = -1;
        return well;
    }

private:
    pid_t child_ = -1;
    std::FILE* commands_ = nullptr;
    std::FILE* answers_ = nullptr;
};

/// The other side: answers each command by what `obey` makes of it, until there are no more.
template <class Obey>
void obey_commands(Obey&& obey) {
    std::FILE* const answers = ::fdopen(server_process::answers_descriptor, "w");
    if (answers == nullptr)
        return;
    std::string command;
    for (int next = std::fgetc(stdin); next != EOF; next = std::fgetc(stdin)) {
        if (next != '\n') {
            command += static_cast<char>(next);
            continue;
        }
        std::fputs((obey(command) + '\n').c_str(), answers);
        std::fflush(answers);
        command.clear();
    }
    std::fclose(answers);
}

} // namespace usocket::test
